import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BenchOnLan, startBenchOnLan } from '../../support/bench-on-lan.ts'
import { buildLan, type Lan } from '../../support/lan.ts'
import { canNamespaces, canRun, notRun } from '../../support/not-run.ts'

const why = canNamespaces() ?? canRun('udhcpc') ?? canRun('curl')
const AGENT = 'FileTransport PolycomVVX-VVX_400-UA/5.9.4.3247 Type/Application'

if (why !== null) notRun(`HTTPS on a LAN: ${why}`)
else {
  describe('HTTPS at its well-known port, on the lab alone', () => {
    let lan: Lan
    let bench: BenchOnLan
    let folder: string
    let phone = ''
    let mac = ''

    beforeAll(async () => {
      lan = await buildLan({ phones: 1, office: 1 })
      phone = lan.phones[0] ?? ''
      folder = await mkdtemp(join(tmpdir(), 'o66-https-lan-'))
      const script = join(folder, 'udhcpc.sh')
      const lines = ['#!/bin/sh', '[ "$1" = bound ] && ip address add $ip/24 brd + dev eth0 && echo "LEASE $ip"', 'exit 0', '']
      await writeFile(script, lines.join('\n'), { mode: 0o755 })
      bench = await startBenchOnLan(lan, { with: ['http', 'https'] })
      const { stdout } = await lan.exec(phone, ['udhcpc', '-i', 'eth0', '-f', '-q', '-n', '-t', '5', '-T', '1', '-s', script])
      expect(stdout).toContain('LEASE 10.66.0.')
      mac = (await lan.exec(phone, ['cat', '/sys/class/net/eth0/address'])).stdout.trim().replaceAll(':', '')
    }, 90_000)

    afterAll(async () => {
      await bench?.close()
      await lan?.close()
      await rm(folder, { recursive: true, force: true })
    })

    const curl = async (...args: string[]) => (await lan.exec(phone, ['curl', '-sS', '--max-time', '10', '-A', AGENT, ...args])).stdout

    test('a phone fetches the authority, trusts the bench by its address, and sends a log', async () => {
      expect(bench.ready.services.https).toBe('10.66.0.1:443 on lab0')
      const ca = join(folder, 'authority.crt')
      await curl('-o', ca, 'http://10.66.0.1/authority.crt')
      expect(await readFile(ca, 'utf8')).toContain('BEGIN CERTIFICATE')
      expect(await curl('--cacert', ca, '-w', '%{http_code}', '-o', '/dev/null', `https://10.66.0.1/${mac}-phone.cfg`)).toBe('404')
      const log = join(folder, 'app.log')
      await writeFile(log, 'prov password=t0p-secret\nall is well\n')
      const sent = await curl('--cacert', ca, '-w', '%{http_code}', '-o', '/dev/null', '-T', log, `https://10.66.0.1/${mac}-app.log`)
      expect(sent).toBe('201')
      const shown = await bench.call<{ text: string }>('devices.upload', { mac, name: `${mac}-app.log` })
      expect(shown.text).toContain('all is well')
      expect(shown.text).not.toContain('t0p-secret')
    })

    test('the office does not reach it, not even by a route to its address', async () => {
      const office = lan.office[0] ?? ''
      await lan.exec(office, ['ip', 'address', 'add', '192.0.2.77/24', 'dev', 'eth0'])
      await lan.exec(office, ['ip', 'route', 'add', '10.66.0.0/24', 'via', '192.0.2.10'])
      // The way is there, as a listener that is tied to nothing shows: it is the service that does not answer.
      const open = "require('net').createServer((s) => s.end('here')).listen(8099, '10.66.0.1', () => console.log('up'))"
      const other = lan.start(lan.bench, [process.execPath, '-e', open])
      await new Promise((resolve) => other.stdout?.once('data', resolve))
      const { stdout } = await lan.exec(office, ['curl', '-s', '--http0.9', '--max-time', '5', 'http://10.66.0.1:8099/'])
      expect(stdout).toBe('here')
      other.kill()
      for (const port of ['80', '443'])
        await expect(lan.exec(office, ['curl', '-sSk', '--max-time', '3', `https://10.66.0.1:${port}/`])).rejects.toThrow(
          /connect to server|timed out/,
        )
    })
  })
}
