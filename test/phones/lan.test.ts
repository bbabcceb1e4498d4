import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { buildLan } from '../support/lan.ts'
import { canNamespaces, canRun, notRun } from '../support/not-run.ts'

const PROGRAM = fileURLToPath(new URL('../../main/entry/phones.ts', import.meta.url))
const why = canNamespaces() ?? canRun('busybox')

const UDHCPD = (folder: string) => `start 10.66.0.20
end 10.66.0.60
interface lab0
lease_file ${folder}/leases
pidfile ${folder}/pid
opt subnet 255.255.255.0
opt tftp http://10.66.0.1:8088/
opt lease 600
`

// A DHCP server and a web server that are none of ours, so that the phones' client is held to the standard and not to our server.
if (why !== null) notRun(`fake phones on a LAN with busybox's DHCP server: ${why}`)
else {
  test('two fake phones on a LAN: leases from a foreign server, requests from the leased addresses, nothing left behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'o66-phones-'))
    const lan = await buildLan({ phones: 1, office: 0 })
    const host = lan.phones[0] ?? ''
    try {
      await writeFile(join(folder, 'udhcpd.conf'), UDHCPD(folder))
      await writeFile(join(folder, 'leases'), '')
      const config = '#!version:1.0.0.1\nstatic.auto_provision.server.url = http://production.example/p/\n'
      for (const mac of ['805ec0000001', '805ec0000002']) await writeFile(join(folder, `${mac}.cfg`), config)
      await lan.exec(host, ['ip', 'address', 'add', '10.66.0.5/24', 'dev', 'eth0'])
      lan.start(lan.bench, ['busybox', 'udhcpd', '-f', join(folder, 'udhcpd.conf')])
      const web = lan.start(lan.bench, ['busybox', 'httpd', '-f', '-vv', '-p', '10.66.0.1:8088', '-h', folder])
      if (web.stderr === null) throw new Error('started without pipes')
      const asked: string[] = []
      createInterface(web.stderr).on('line', (line) => asked.push(line))
      const args = [
        '--pack',
        'yealink/t4x-t5x',
        '--count',
        '2',
        '--server',
        '10.66.0.1:67',
        '--interface',
        'eth0',
        '--timeout',
        '20',
        '--json',
      ]
      const phones = lan.start(host, [process.execPath, PROGRAM, ...args])
      let said = ''
      phones.stderr?.on('data', (part) => (said += String(part)))
      const [code] = (await once(phones, 'close')) as [number | null]
      expect(said).toContain('2 of 2 phones departed')
      expect(code).toBe(0)
      expect(asked.length).toBeGreaterThan(0)
      expect(asked.filter((line) => !/10\.66\.0\.[2-6]\d\b/.test(line))).toEqual([])
      const { stdout } = await lan.exec(host, ['ip', '-o', '-4', 'address', 'show', 'dev', 'eth0'])
      expect(stdout.trim().split('\n')).toHaveLength(1)
    } finally {
      await lan.close()
      await rm(folder, { recursive: true })
    }
  }, 60_000)
}
