import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { DhcpConfig } from '../../../main/core/model/dhcp.ts'
import { jsonLines } from '../../support/json-lines.ts'
import { buildLan, type Lan } from '../../support/lan.ts'
import { canNamespaces, canRun, notRun } from '../../support/not-run.ts'

const SERVER = fileURLToPath(new URL('server-process.ts', import.meta.url))
const FOREIGN = fileURLToPath(new URL('foreign-process.ts', import.meta.url))
const NETWORK = {
  interface: 'lab0',
  address: '10.66.0.1',
  prefixLength: 24,
  pool: { from: '10.66.0.20', to: '10.66.0.200' },
  httpUrl: 'http://10.66.0.1/',
}
const why = canNamespaces() ?? canRun('udhcpc') ?? canRun('dhclient')

type Line = {
  foreign?: { address: string; mac: string | null } | null
  ready?: string
  refused?: string
  message?: string
  note?: string
  text?: string
  stray?: string
}

if (why !== null) notRun(`real DHCP clients on a LAN: ${why}`)
else {
  describe('on a LAN', () => {
    let lan: Lan
    let folder: string
    const started: ChildProcess[] = []

    beforeAll(async () => {
      lan = await buildLan({ phones: 3, office: 1 })
      folder = await mkdtemp(join(tmpdir(), 'o66-lan-'))
      await writeFile(
        join(folder, 'udhcpc.sh'),
        '#!/bin/sh\n[ "$1" = bound ] && echo "LEASE $ip $subnet $tftp $lease $serverid"\nexit 0\n',
        { mode: 0o755 },
      )
      await writeFile(
        join(folder, 'dhclient.sh'),
        '#!/bin/sh\n[ "$reason" = BOUND ] && echo "LEASE $new_ip_address $new_subnet_mask $new_tftp_server_name $new_dhcp_lease_time $new_dhcp_server_identifier" > "$OUT"\nexit 0\n',
        { mode: 0o755 },
      )
      await writeFile(
        join(folder, 'dhclient.conf'),
        'timeout 5;\nrequest subnet-mask, tftp-server-name;\nsend vendor-class-identifier "yealink";\n',
      )
    }, 60_000)

    afterEach(async () => {
      for (const child of started.splice(0)) await stop(child)
    })

    afterAll(async () => {
      await lan?.close()
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    }, 60_000)

    function serve(config: Partial<DhcpConfig> = {}) {
      const child = lan.start(lan.bench, [process.execPath, SERVER, JSON.stringify({ network: NETWORK, config })])
      started.push(child)
      return { child, ...jsonLines<Line>(child) }
    }

    async function stop(child: ChildProcess): Promise<void> {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
    }

    function udhcpc(namespace: string): Promise<string> {
      return lan
        .exec(namespace, ['udhcpc', '-i', 'eth0', '-f', '-q', '-n', '-t', '3', '-T', '1', '-O', 'tftp', '-s', join(folder, 'udhcpc.sh')])
        .then(({ stdout }) => stdout.trim())
    }

    async function dhclient(namespace: string): Promise<string> {
      const out = join(folder, 'dhclient.out')
      const words = [
        '-1',
        '-d',
        '-v',
        '-cf',
        join(folder, 'dhclient.conf'),
        '-lf',
        join(folder, 'leases'),
        '-pf',
        join(folder, 'pid'),
        '-sf',
        join(folder, 'dhclient.sh'),
        '-e',
        `OUT=${out}`,
        'eth0',
      ]
      const child = lan.start(namespace, ['dhclient', ...words])
      const { stdout } = await lan.exec(namespace, [
        'sh',
        '-c',
        `for i in $(seq 100); do [ -s ${out} ] && break; sleep 0.1; done; cat ${out}`,
      ])
      await stop(child)
      return stdout.trim()
    }

    test('udhcpc and dhclient get a lease with option 66 on the lab; the office hears nothing', async () => {
      // udhcpc takes nothing but a host name for option 66, so its class gets one.
      const server = serve({ classes: [{ vendorClass: 'udhcp*', options: { 66: 'bench.lab' } }] })
      expect((await server.until((line) => line.ready !== undefined || line.refused !== undefined)).ready).toBe('10.66.0.1:67 on lab0')
      const before = await lan.sentFrames('off0')
      expect(await udhcpc(lan.phones[0] ?? '')).toBe('LEASE 10.66.0.20 255.255.255.0 bench.lab 3600 10.66.0.1')
      expect(await dhclient(lan.phones[1] ?? '')).toBe('LEASE 10.66.0.21 255.255.255.0 http://10.66.0.1/ 3600 10.66.0.1')
      await expect(udhcpc(lan.office[0] ?? '')).rejects.toThrow()
      expect(await lan.sentFrames('off0')).toBe(before)
      expect(server.lines.filter((line) => line.note === 'dhcp.ack')).toHaveLength(2)
    }, 40_000)

    test('a running phone renews by unicast, and gives the address back', async () => {
      const server = serve()
      await server.until((line) => line.ready !== undefined)
      const script = join(folder, 'renewing.sh')
      await writeFile(
        script,
        '#!/bin/sh\n[ "$1" = bound ] && ip address add $ip/24 dev eth0\n[ "$1" = deconfig ] && ip address flush dev eth0\necho "{\\"event\\":\\"$1\\",\\"ip\\":\\"$ip\\"}"\n',
        { mode: 0o755 },
      )
      const client = lan.start(lan.phones[0] ?? '', ['udhcpc', '-i', 'eth0', '-f', '-R', '-s', script])
      started.push(client)
      const said = jsonLines<{ event: string; ip: string }>(client)
      const bound = await said.until((line) => line.event === 'bound')
      client.kill('SIGUSR1') // renew now
      expect((await said.until((line) => line.event === 'renew')).ip).toBe(bound.ip)
      await stop(client) // SIGTERM with -R: RELEASE
      expect((await server.until((line) => line.note === 'dhcp.release')).text).toBe(`Gave back the address ${bound.ip}`)
      expect(server.lines.filter((line) => line.note === 'dhcp.ack')).toHaveLength(1)
    }, 30_000)

    test('an address that a host uses without a lease is found by ARP and not offered', async () => {
      const squatter = lan.phones[2] ?? ''
      await lan.exec(squatter, ['ip', 'address', 'add', '10.66.0.20/24', 'dev', 'eth0'])
      await lan.exec(squatter, ['sysctl', '-qw', 'net.ipv4.icmp_echo_ignore_all=1'])
      // The trap: the kernel remembers another host there, and would send its question to that one alone.
      await lan.exec(lan.bench, ['ip', 'neigh', 'replace', '10.66.0.20', 'lladdr', '02:00:00:00:00:77', 'dev', 'lab0', 'nud', 'stale'])
      const server = serve()
      await server.until((line) => line.ready !== undefined)
      expect(await udhcpc(lan.phones[0] ?? '')).toMatch(/^LEASE 10\.66\.0\.21 /)
      expect(server.lines.find((line) => line.note === 'dhcp.conflict')?.text).toMatch(
        /^10\.66\.0\.20 is used by ([0-9A-F]{2}:){5}[0-9A-F]{2} without a lease/,
      )
      await lan.exec(squatter, ['ip', 'address', 'flush', 'dev', 'eth0'])
    }, 30_000)

    test('a stale ARP entry of a phone that is gone keeps no address back', async () => {
      await lan.exec(lan.bench, ['ip', 'neigh', 'replace', '10.66.0.20', 'lladdr', '02:00:00:00:00:77', 'dev', 'lab0', 'nud', 'stale'])
      const server = serve()
      await server.until((line) => line.ready !== undefined)
      expect(await udhcpc(lan.phones[0] ?? '')).toMatch(/^LEASE 10\.66\.0\.20 /)
    }, 30_000)

    describe('another DHCP server on the LAN', () => {
      const STRAY = `const s = require('dgram').createSocket('udp4'); const b = Buffer.alloc(300); b.set([1, 1, 6]); b.set([2, 0, 0, 0, 0, 9], 28);
        b.set([99, 130, 83, 99, 53, 1, 3, 54, 4, 10, 66, 0, 254, 50, 4, 10, 66, 0, 240, 255], 236);
        s.bind(0, '10.66.0.99', () => { s.setBroadcast(true); s.send(b, 67, '10.66.0.255', () => s.close()) })`

      /** A reply to somebody else, as a switch floods it: an ACK with a server id that nobody here has. */
      const STRAY_REPLY = STRAY.replace('b.set([1, 1, 6])', 'b.set([2, 1, 6])')
        .replace('53, 1, 3', '53, 1, 5')
        .replace('s.send(b, 67,', 's.send(b, 68,')

      async function router() {
        const namespace = lan.phones[2] ?? ''
        await lan.exec(namespace, ['ip', 'address', 'replace', '10.66.0.254/24', 'brd', '+', 'dev', 'eth0'])
        const child = lan.start(namespace, [process.execPath, FOREIGN, 'eth0', '10.66.0.254'])
        started.push(child)
        await jsonLines<Line>(child).until((line) => line.ready !== undefined)
        return child
      }

      test('is named before the first offer; offers pause, and go on when it is silent', async () => {
        const foreign = await router()
        const server = serve()
        const found = await server.until((line) => line.foreign !== undefined)
        expect(found.foreign).toEqual({ address: '10.66.0.254', mac: expect.stringMatching(/^[0-9a-f]{12}$/) })
        expect(await udhcpc(lan.phones[0] ?? '')).toMatch(/^LEASE 10\.66\.0\.24\d .* 10\.66\.0\.254$/)
        expect(server.lines.filter((line) => line.note === 'dhcp.offer' || line.note === 'dhcp.ack')).toEqual([])
        await stop(foreign)
        await server.until((line) => line.foreign === null, 20_000)
        expect(await udhcpc(lan.phones[1] ?? '')).toMatch(/ 10\.66\.0\.1$/)
      }, 40_000)

      test('a stray packet with a foreign server id only causes a probe', async () => {
        const server = serve()
        await server.until((line) => line.ready !== undefined)
        const phone = lan.phones[0] ?? ''
        await lan.exec(phone, ['ip', 'address', 'replace', '10.66.0.99/24', 'brd', '+', 'dev', 'eth0'])
        await lan.exec(phone, [process.execPath, '-e', STRAY])
        await server.until((line) => line.note === 'dhcp.other-server')
        await lan.exec(phone, [process.execPath, '-e', STRAY_REPLY])
        expect((await server.until((line) => line.stray !== undefined)).stray).toBe('10.66.0.254')
        await lan.exec(phone, [process.execPath, '-e', STRAY_REPLY])
        expect(await udhcpc(lan.phones[1] ?? '')).toMatch(/ 10\.66\.0\.1$/)
        expect(server.lines.filter((line) => line.stray !== undefined)).toHaveLength(1)
        const foreign = await router()
        await lan.exec(phone, [process.execPath, '-e', STRAY_REPLY])
        expect((await server.until((line) => line.foreign !== undefined)).foreign?.address).toBe('10.66.0.254')
        await stop(foreign)
        await lan.exec(phone, ['ip', 'address', 'flush', 'dev', 'eth0'])
      }, 40_000)
    })

    test('a second server on the same interface is refused by name, not shared', async () => {
      const first = serve()
      await first.until((line) => line.ready !== undefined)
      const second = serve()
      const refused = await second.until((line) => line.refused !== undefined || line.ready !== undefined)
      expect(refused).toMatchObject({
        refused: 'BENCH_PORT_IN_USE',
        message: expect.stringMatching(/^Port 67 is in use by node server-process.ts \(process \d+\)$/),
      })
    }, 20_000)

    const noUser = canRun('setpriv')
    if (noUser !== null) notRun(`DHCP as an ordinary user: ${noUser}`)
    else {
      test('an ordinary user: refused with the mend, and once the port is allowed all works, the check by the kernel’s table included', async () => {
        const user = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--inh-caps=-all', '--bounding-set=-all']
        const startAsUser = () => {
          const child = lan.start(lan.bench, [...user, process.execPath, SERVER, JSON.stringify({ network: NETWORK, config: {} })])
          started.push(child)
          return jsonLines<Line>(child)
        }
        const isDecided = (line: Line) => line.ready !== undefined || line.refused !== undefined
        expect(await startAsUser().until(isDecided)).toEqual({ refused: 'BENCH_NO_PRIVILEGE', message: 'This user may not open port 67' })
        await lan.exec(lan.bench, ['sysctl', '-qw', 'net.ipv4.ip_unprivileged_port_start=67'])
        await lan.exec(lan.bench, ['ip', 'neigh', 'flush', 'dev', 'lab0', 'nud', 'all'])
        await lan.exec(lan.phones[2] ?? '', ['ip', 'address', 'replace', '10.66.0.20/24', 'dev', 'eth0'])
        const server = startAsUser()
        expect(await server.until(isDecided)).toEqual({ ready: '10.66.0.1:67 on lab0' })
        expect(await udhcpc(lan.phones[0] ?? '')).toMatch(/^LEASE 10\.66\.0\.21 /)
        expect(server.lines.some((line) => line.note === 'dhcp.conflict')).toBe(true)
      }, 30_000)
    }
  })
}
