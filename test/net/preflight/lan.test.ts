import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PreflightLine, PreflightView } from '../../../main/core/model/preflight.ts'
import type { PacketView } from '../../../preload/contract/phone-wire.ts'
import { type BenchOnLan, startBenchOnLan } from '../../support/bench-on-lan.ts'
import { jsonLines } from '../../support/json-lines.ts'
import { buildLan, type Lan } from '../../support/lan.ts'
import { canNamespaces, canRun, notRun } from '../../support/not-run.ts'

/** The headless bench on a lab LAN of its own, between an office, a stranger and a real phone's client. */
const why = [canNamespaces(), ...['udhcpc', 'curl', 'tshark'].map(canRun)].find((reason) => reason !== null) ?? null
const MAC = '805ec0123456'

if (why !== null) notRun(`preflight and packets on a LAN: ${why}`)
else {
  describe('on a real LAN', () => {
    let lan: Lan
    let bench: BenchOnLan
    beforeAll(async () => {
      lan = await buildLan({ phones: 2, office: 0 })
      const [phone = '', stranger = ''] = lan.phones
      await lan.exec(phone, ['ip', 'link', 'set', 'eth0', 'address', '80:5e:c0:12:34:56'])
      await lan.exec(stranger, ['ip', 'address', 'add', '10.66.0.240/24', 'dev', 'eth0'])
      bench = await startBenchOnLan(lan, { with: ['http', 'tftp'] })
    }, 60_000)
    afterAll(async () => {
      await bench?.close()
      await lan?.close()
    })
    const look = async (body: object = {}) => {
      const started = performance.now()
      const view = await bench.call<PreflightView>('bench.preflight', body)
      expect(performance.now() - started).toBeLessThan(6000)
      return (id: PreflightLine['id']) => view.lines.find((line) => line.id === id)
    }

    test('while it serves: nothing in the way; the office is refused by name', async () => {
      const line = await look()
      expect([line('interface')?.title, line('address')?.title]).toEqual(['The lab LAN is lab0', 'Phones come to 10.66.0.1'])
      for (const id of ['interface', 'address', 'ports', 'privileges', 'firewall', 'foreign', 'disk', 'images'] as const)
        expect(line(id)?.level, JSON.stringify(line(id))).toBe('good')
      const office = await look({ interface: 'off0' })
      expect(office('interface')).toMatchObject({ level: 'stop', title: 'off0 looks like the office LAN', click: 'interfaces' })
    }, 30_000)

    test('a real client’s packets, as they were on the wire, read back by tshark', async () => {
      const [phone = ''] = lan.phones
      await lan.exec(phone, ['udhcpc', '-i', 'eth0', '-n', '-q', '-f', '-t', '5', '-s', '/bin/true', '-V', 'yealink'])
      const { packets } = await bench.call<{ packets: PacketView[] }>('devices.packets', { mac: MAC })
      expect(packets.map(({ direction, summary }) => `${direction} ${summary.split(' ')[0]}`)).toEqual([
        'in DISCOVER',
        'out OFFER',
        'in REQUEST',
        'out ACK',
      ])
      expect(packets[0]?.fields).toContainEqual({ code: 60, name: 'Vendor Class-Identifier', value: 'yealink' })
      expect(packets[0]?.from).toBe('0.0.0.0:68')
      const { base64 } = await bench.call<{ base64: string }>('devices.capture', { mac: MAC })
      const folder = await mkdtemp(join(tmpdir(), 'o66-wire-'))
      try {
        const file = join(folder, 'a.pcapng')
        await writeFile(file, Buffer.from(base64, 'base64'))
        const { stdout } = await promisify(execFile)(
          'tshark',
          ['-n', '-r', file, '-T', 'fields', '-E', 'occurrence=f', '-e', 'dhcp.option.dhcp', '-e', 'dhcp.hw.mac_addr'],
          { timeout: 60_000 },
        )
        expect(stdout.trim().split('\n')).toEqual(['1', '2', '3', '5'].map((type) => `${type}\t80:5e:c0:12:34:56`))
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    }, 60_000)

    test('before it serves: who holds a port, and a stranger who gives addresses', async () => {
      await bench.call('bench.stop')
      const holder = lan.start(lan.bench, [
        process.execPath,
        '-e',
        "require('net').createServer().listen(80, () => console.log(JSON.stringify({ ready: true })))",
      ])
      await jsonLines(holder).until((line) => 'ready' in line, 10_000)
      const [, stranger = ''] = lan.phones
      const server = lan.start(stranger, [process.execPath, join(import.meta.dirname, '../dhcp/foreign-process.ts'), 'eth0', '10.66.0.240'])
      await jsonLines(server).until((line) => 'ready' in line, 10_000)
      const line = await look()
      expect(line('ports')?.level).toBe('stop')
      expect(line('ports')?.command).toBe(`sudo kill ${holder.pid}`)
      expect(line('foreign')).toMatchObject({ level: 'stop', title: 'Another DHCP server is on this LAN' })
      expect(line('foreign')?.todo).toContain('10.66.0.240')
      holder.kill('SIGKILL')
      server.kill('SIGKILL')
    }, 60_000)

    test('a cable that is out, and an address that is gone', async () => {
      await lan.exec(lan.bench, ['ip', 'address', 'del', '10.66.0.1/24', 'dev', 'lab0'])
      const line = await look()
      expect(line('address')).toMatchObject({ level: 'stop', command: 'sudo ip address add 10.66.0.1/24 dev lab0' })
      expect(line('ports')).toBeUndefined()
      await lan.exec(lan.bench, ['ip', 'link', 'set', 'lab0', 'down'])
      expect((await look())('interface')).toMatchObject({ level: 'stop', title: 'lab0 has no link' })
    }, 30_000)
  })
}
