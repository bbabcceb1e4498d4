import type { ChildProcess } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BenchOnLan, startBenchOnLan } from '../../support/bench-on-lan.ts'
import { buildLan, type Lan } from '../../support/lan.ts'
import { canNamespaces, canRun, notRun } from '../../support/not-run.ts'
import { waitFor } from '../../support/wait-for.ts'

/**
 * Other people's DHCP clients, each in a namespace of its own, against the whole bench: address, mask, times, and the options that phones live by. What a client does
 * with a value is its own affair: udhcpc and dhcpcd take nothing but a host name for 66, so each asks for what it can show.
 */
const NETWORKD = '/lib/systemd/systemd-networkd'
const OPTIONS = { 66: 'http://10.66.0.1/cfg/', 67: 'boot.cfg', 150: ['10.66.0.1'] }
const why = canNamespaces() ?? canRun('curl')

type Lease = Record<string, string>

if (why !== null) notRun(`DHCP clients on a LAN: ${why}`)
else {
  describe('real DHCP clients', () => {
    let lan: Lan
    let bench: BenchOnLan
    let folder: string
    const [UDHCPC, DHCLIENT, DHCPCD, WITH_NETWORKD] = [0, 1, 2, 3]
    const place = (n: number) => lan.phones[n] ?? ''

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'o66-clients-'))
      lan = await buildLan({ phones: 4, office: 0 })
      bench = await startBenchOnLan(lan, { dhcp: { conflictCheck: true, options: OPTIONS, pool: '10.66.0.20-10.66.0.60' } })
    }, 90_000)
    afterAll(async () => {
      await bench?.close()
      await lan?.close()
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    }, 60_000)

    async function script(name: string, text: string): Promise<string> {
      const path = join(folder, name)
      await writeFile(path, `#!/bin/sh\n${text}\n`)
      await chmod(path, 0o755)
      return path
    }

    /** Variables that a client's script wrote down, one `name=value` a line. */
    async function leaseIn(path: string): Promise<Lease> {
      const text = await waitFor(`${path} is written`, async () => (await readFile(path, 'utf8').catch(() => '')) || undefined, 30)
      return variables(text)
    }

    async function ended(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill(signal)
      await gone
    }

    unlessMissing('udhcpc', async () => {
      const path = await script('udhcpc.sh', '[ "$1" = bound ] && env\nexit 0')
      const words = ['-i', 'eth0', '-f', '-q', '-n', '-t', '5', '-T', '2', '-O', 'bootfile', '-O', 'tftp', '-s', path, '-V', 'udhcp test']
      const { stdout } = await lan.exec(place(UDHCPC), ['udhcpc', ...words], 40_000)
      expect(variables(stdout)).toMatchObject({ subnet: '255.255.255.0', serverid: '10.66.0.1', lease: '3600', siaddr: '10.66.0.1' })
      expect(variables(stdout).ip).toMatch(/^10\.66\.0\.\d+$/)
      expect(stdout).toContain('boot.cfg')
    })

    unlessMissing('dhclient', async () => {
      const out = join(folder, 'dhclient.out')
      const path = await script('dhclient.sh', `[ "$reason" = BOUND ] && env > ${out}\nexit 0`)
      const conf = join(folder, 'dhclient.conf')
      await writeFile(
        conf,
        'option tftp150 code 150 = array of ip-address;\ntimeout 15;\nsend vendor-class-identifier "yealink";\nrequest subnet-mask, tftp-server-name, bootfile-name, tftp150;\n',
      )
      const files = ['-cf', conf, '-lf', join(folder, 'dhclient.leases'), '-pf', join(folder, 'dhclient.pid'), '-sf', path]
      const client = lan.start(place(DHCLIENT), ['dhclient', '-4', '-1', '-d', ...files, 'eth0'])
      const lease = await leaseIn(out)
      await ended(client)
      expect(lease).toMatchObject({
        new_subnet_mask: '255.255.255.0',
        new_dhcp_lease_time: '3600',
        new_tftp_server_name: OPTIONS[66],
        new_bootfile_name: 'boot.cfg',
        new_tftp150: '10.66.0.1',
      })
    })

    unlessMissing('dhcpcd', async () => {
      const out = join(folder, 'dhcpcd.out')
      const path = await script('dhcpcd.sh', `[ "$reason" = BOUND ] && env > ${out}\nexit 0`)
      const conf = join(folder, 'dhcpcd.conf')
      await writeFile(conf, 'define 150 array ipaddress tftp150\noption subnet_mask, bootfile_name, tftp150\nvendorclassid yealink\n')
      // It keeps leases and sockets where a system has them: in the mount namespace of this run alone.
      const own = 'mount -t tmpfs none /var/lib/dhcpcd && mkdir -p /run/dhcpcd && mount -t tmpfs none /run/dhcpcd && exec dhcpcd "$@"'
      const words = ['-4', '-B', '-1', '-t', '20', '-f', conf, '-c', path, 'eth0']
      await lan.exec(place(DHCPCD), ['sh', '-c', own, 'sh', ...words], 40_000)
      expect(await leaseIn(out)).toMatchObject({
        new_subnet_mask: '255.255.255.0',
        new_dhcp_lease_time: '3600',
        new_dhcp_renewal_time: '1800',
        new_dhcp_rebinding_time: '3150',
        new_dhcp_server_identifier: '10.66.0.1',
        new_bootfile_name: 'boot.cfg',
        new_tftp150: '10.66.0.1',
      })
    })

    unlessMissing(NETWORKD, async () => {
      const network = join(folder, '10-eth0.network')
      const [match, dhcp] = ['[Match]\nName=eth0\n', '[DHCPv4]\nVendorClassIdentifier=yealink\nRequestOptions=66 67 150\nUseRoutes=no\n']
      await writeFile(network, `${match}[Network]\nDHCP=ipv4\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n${dhcp}`)
      // Its own /run and /etc, in the mount namespace of this run; without a writable /sys it does not wait for udev, which knows nothing of namespaces.
      const own = [
        'mount -t tmpfs none /run/systemd && mkdir -p /run/systemd/netif/leases /run/systemd/netif/links /run/systemd/netif/lldp',
        'chown -R systemd-network /run/systemd/netif',
        `mkdir -p /etc/systemd/network && mount -t tmpfs none /etc/systemd/network && cp ${network} /etc/systemd/network/`,
        'mount -o remount,ro /sys',
        `exec ${NETWORKD}`,
      ]
      const client = lan.start(place(WITH_NETWORKD), ['sh', '-c', own.join(' && ')])
      client.stdout?.resume()
      client.stderr?.resume()
      const address = await waitFor(
        'networkd takes an address',
        async () => {
          const { stdout } = await lan.exec(place(WITH_NETWORKD), ['ip', '-4', '-o', 'address', 'show', 'dev', 'eth0'])
          return /inet (10\.66\.0\.\d+)\/24/.exec(stdout)?.[1]
        },
        30,
      )
      const lease = variables(
        (await lan.exec(place(WITH_NETWORKD), ['sh', '-c', `cat /proc/${client.pid}/root/run/systemd/netif/leases/*`])).stdout,
      )
      expect(lease).toMatchObject({
        ADDRESS: address,
        NETMASK: '255.255.255.0',
        SERVER_ADDRESS: '10.66.0.1',
        LIFETIME: '3600',
        T1: '1800',
        T2: '3150',
      })
      await ended(client)
    })

    test('each of them is one phone of the bench, with an address of its own', async () => {
      const { devices } = await bench.call<{ devices: { address: string | null }[] }>('devices.list')
      const addresses = devices.map((device) => device.address).filter((address) => address !== null)
      expect(new Set(addresses).size).toBe(addresses.length)
    })
  })
}

function unlessMissing(program: string, run: () => Promise<void>): void {
  const missing = canRun(program)
  if (missing !== null) notRun(`${program} on a LAN: ${missing}`)
  else test(`${program.split('/').at(-1)} gets its lease`, run, 60_000)
}

function variables(text: string): Lease {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => (/^\w+=/.test(line) ? [[line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]] : [])),
  )
}
