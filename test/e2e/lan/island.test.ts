import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jsonLines } from '../../support/json-lines.ts'
import { buildLan, type Lan } from '../../support/lan.ts'
import { canNamespaces, canRun, notRun } from '../../support/not-run.ts'
import { waitFor } from '../../support/wait-for.ts'

/**
 * An island: one phone's namespace with other people's programs, no internet, and an office LAN on the bench's other interface that must not notice us. The built
 * bench serves every service at its well-known port.
 */
const OUT = join(import.meta.dirname, '../../../out/main')
const MAC = '805ec0123456'
const SPOKEN = '80:5e:c0:12:34:56'
const CATALOGUE = {
  catalogue: 1,
  profiles: [
    {
      id: 'p',
      name: 'P',
      packs: ['yealink/t4x-t5x'],
      settings: { 'provisioning.url': 'http://prov.example/p/', 'time.ntpServer': 'ntp.example' },
    },
  ],
  groups: [
    { id: 'g', name: 'G', profile: 'p', lines: [{ number: '4200', displayName: 'A', sipUser: '4200', sipPassword: 'sip-secret-4200' }] },
  ],
}

const programs = ['udhcpc', 'dig', '/usr/sbin/chronyd', 'tftp', 'logger', 'curl', 'sipp']
const SCENARIO = join(import.meta.dirname, '../../net/sip/scenarios/pnp.xml')
const why = [canNamespaces(), ...programs.map(canRun)].find((reason) => reason !== null) ?? null

type Ready = { ready: boolean; key: string; services: Record<string, unknown> }

if (why !== null) notRun(`services of an island: ${why}`)
else {
  describe('time, names, TFTP and syslog on one interface', () => {
    let folder: string
    let lan: Lan
    let ready: Ready
    let lease = ''
    const phone = () => lan.phones[0] ?? ''
    const office = () => lan.office[0] ?? ''

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'o66-island-'))
      await writeFile(join(folder, 'catalogue.yaml'), JSON.stringify(CATALOGUE))
      const script =
        '#!/bin/sh\n[ "$1" = bound ] || exit 0\nip address flush dev eth0\nip address add "$ip/$mask" dev eth0\necho "LEASE dns=$dns ntp=$ntpsrv"\n'
      await writeFile(join(folder, 'udhcpc.sh'), script, { mode: 0o755 })
      lan = await buildLan({ phones: 1, office: 1 })
      await lan.exec(phone(), ['ip', 'link', 'set', 'eth0', 'address', SPOKEN])
      await lan.exec(office(), ['ip', 'address', 'add', '192.0.2.50/24', 'dev', 'eth0'])
      // The office host knows the way to the bench LAN, as an attacker or a careless route would.
      await lan.exec(office(), ['ip', 'route', 'add', '10.66.0.0/24', 'via', '192.0.2.10'])
      const options = ['--interface', 'lab0', '--ui', '127.0.0.1:6600', '--data', join(folder, 'bench')]
      const files = ['--catalogue', join(folder, 'catalogue.yaml')]
      const child = lan.start(lan.bench, [process.execPath, join(OUT, 'bench.js'), ...options, ...files])
      ready = await jsonLines<Ready>(child).until((line) => line.ready, 60_000)
      await call('devices.add', { mac: MAC, model: 'T46S', line: '4200', windowStart: iso(-60), windowEnd: iso(3600) })
      const words = [
        'udhcpc',
        '-f',
        '-q',
        '-n',
        '-i',
        'eth0',
        '-s',
        join(folder, 'udhcpc.sh'),
        '-V',
        'yealink',
        '-O',
        'dns',
        '-O',
        'ntpsrv',
      ]
      lease = (await lan.exec(phone(), words)).stdout
    }, 120_000)

    afterAll(async () => {
      await lan?.close()
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    }, 60_000)

    async function call<T>(name: string, body: unknown): Promise<T> {
      const words = ['curl', '-sS', '--max-time', '10', '-H', `Authorization: Bearer ${ready.key}`, '-H', 'Content-Type: application/json']
      const { stdout } = await lan.exec(lan.bench, [...words, '-d', JSON.stringify(body), `http://127.0.0.1:6600/api/${name}`])
      return JSON.parse(stdout) as T
    }

    const timeline = async () => {
      const { timeline } = await call<{ timeline: { kind: string; text: string }[] }>('devices.get', { mac: MAC })
      return timeline.map((note) => `${note.kind} ${note.text}`).join('\n')
    }

    test('each service stands on the ready line at its own port on lab0', () => {
      expect(ready.services).toMatchObject({
        dhcp: '10.66.0.1:67 on lab0',
        http: '10.66.0.1:80 on lab0',
        tftp: '10.66.0.1:69 on lab0',
        ntp: '10.66.0.1:123 on lab0',
        dns: '10.66.0.1:53 on lab0',
        sip: '10.66.0.1:5060 on lab0',
        syslog: '10.66.0.1:514 on lab0',
      })
    })

    test('DHCP tells of the name server and the time server', () => {
      expect(lease).toContain('LEASE dns=10.66.0.1 ntp=10.66.0.1')
    })

    test('chrony sets its clock by the bench', async () => {
      const { stdout, stderr } = await lan.exec(phone(), [
        '/usr/sbin/chronyd',
        '-Q',
        '-t',
        '8',
        '-f',
        '/dev/null',
        'server 10.66.0.1 iburst maxsamples 1',
      ])
      expect(`${stdout}${stderr}`).toMatch(/System clock wrong by -?0\.\d+ seconds/)
      await waitFor('the timeline', async () => (await timeline()).includes('time.given'))
    }, 30_000)

    test('dig: the bench and the time server of the customer are here, the redirect cloud and the rest are not', async () => {
      const dig = async (name: string) => (await lan.exec(phone(), ['dig', '@10.66.0.1', '+tries=1', '+time=3', name])).stdout
      expect(await dig('option66.internal')).toMatch(/IN\s+A\s+10\.66\.0\.1/)
      expect(await dig('ntp.example')).toMatch(/IN\s+A\s+10\.66\.0\.1/)
      for (const name of ['rps.yealink.com', 'prov.example', 'www.example']) expect(await dig(name)).toContain('NXDOMAIN')
      await waitFor('the timeline', async () => /dns\.answer Asked for the name rps\.yealink\.com .* kept away/.test(await timeline()))
    }, 30_000)

    test('tftp takes the first-stage config on the same route as HTTP, and the same bytes', async () => {
      await lan.exec(phone(), ['tftp', '-m', 'binary', '10.66.0.1', '-c', 'get', `${MAC}.cfg`, join(folder, 'by-tftp')])
      const { stdout } = await lan.exec(phone(), ['cat', join(folder, 'by-tftp')])
      expect(stdout).toContain('static.auto_provision.server.password = ')
      expect(stdout).not.toContain('sip-secret-4200')
      const agent = `Yealink SIP-T46S 66.85.0.5 ${SPOKEN}`
      const { stdout: byHttp } = await lan.exec(phone(), ['curl', '-sS', '--max-time', '5', '-A', agent, `http://10.66.0.1/${MAC}.cfg`])
      // The one difference there may be: over HTTP it may be asked for its token by now.
      if (byHttp.startsWith('#!version')) expect(byHttp).toBe(stdout)
      else expect(byHttp).toBe('Unauthorized\n')
    }, 30_000)

    test('sipp asks at the multicast group of plug and play and is told the URL; the office is not', async () => {
      const { stdout: addresses } = await lan.exec(phone(), ['ip', '-4', '-o', 'address', 'show', 'dev', 'eth0'])
      const address = /inet ([\d.]+)/.exec(addresses)?.[1] ?? ''
      const sipp = (namespace: string, from: string, seconds: number) => {
        const words = ['-sf', SCENARIO, '-m', '1', '-nostdin', '-i', from, '-p', '5060', '-timeout', String(seconds), '-timeout_error']
        return lan.exec(namespace, [
          'sh',
          '-c',
          `cd ${folder} && ip route replace 224.0.0.0/4 dev eth0 && sipp ${words.join(' ')} 224.0.1.75:5060`,
        ])
      }
      await sipp(phone(), address, 10)
      await waitFor('the timeline', async () => (await timeline()).includes('sip.pnp Asked by SIP plug and play: told http://10.66.0.1/'))
      await expect(sipp(office(), '192.0.2.50', 3)).rejects.toThrow()
    }, 40_000)

    test('what the phone says by syslog stands on its timeline', async () => {
      await lan.exec(phone(), ['logger', '-n', '10.66.0.1', '-P', '514', '-d', '-p', 'local0.err', 'no route to registrar'])
      await waitFor('the timeline', async () => /syslog Phone says: .*no route to registrar/.test(await timeline()))
    }, 30_000)

    test('the office gets nothing of all that, neither at the office address nor at the bench address', async () => {
      const before = await lan.sentFrames('off0')
      for (const address of ['192.0.2.10', '10.66.0.1']) {
        const dig = await lan
          .exec(office(), ['dig', `@${address}`, '+tries=1', '+time=1', 'option66.internal'])
          .catch((error: { stdout: string }) => error)
        expect(dig.stdout).toMatch(/timed out|no servers could be reached|refused/)
        const time = await lan
          .exec(office(), ['/usr/sbin/chronyd', '-Q', '-t', '3', '-f', '/dev/null', `server ${address} iburst maxsamples 1`])
          .catch((error: { stdout: string; stderr: string }) => error)
        expect(`${time.stdout}${time.stderr}`).not.toContain('System clock wrong by')
        await lan.exec(office(), ['sh', '-c', `timeout 3 tftp -m binary ${address} -c get ${MAC}.cfg ${join(folder, 'stolen')} || true`])
        await expect(lan.exec(office(), ['grep', '-q', 'static', join(folder, 'stolen')])).rejects.toThrow()
        await lan.exec(office(), ['logger', '-n', address, '-P', '514', '-d', 'from the office'])
      }
      expect(await timeline()).not.toContain('from the office')
      // Refusals of closed ports (ICMP) and ARP are the system's own; a service of ours would have sent more than they do.
      expect((await lan.sentFrames('off0')) - before).toBeLessThan(40)
    }, 60_000)
  })
}

function iso(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString()
}
