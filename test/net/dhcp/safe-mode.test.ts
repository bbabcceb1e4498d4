import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BenchOnLan, startBenchOnLan } from '../../support/bench-on-lan.ts'
import { jsonLines } from '../../support/json-lines.ts'
import { buildLan, type Lan } from '../../support/lan.ts'
import { canNamespaces, canRun, notRun } from '../../support/not-run.ts'
import { DISCOVER, INFORM, macOf, rawPhone, readReply, type Reply } from '../../support/raw-phone.ts'
import { openWire, type Wire } from '../../support/raw-wire.ts'

/** `answer: inform`: phones are staged on a LAN that has a DHCP server of its own, without touching its leases. */
const FOREIGN = fileURLToPath(new URL('foreign-process.ts', import.meta.url))
const MAC = '805ec0123456'
const ADDRESS = '10.66.0.245'
const AGENT = 'Yealink SIP-T46S 66.85.0.5 80:5e:c0:12:34:56'
const why = canNamespaces() ?? canRun('curl')

if (why !== null) notRun(`the safe mode on a LAN with another server: ${why}`)
else {
  describe('INFORM only, beside another DHCP server', () => {
    let lan: Lan
    let bench: BenchOnLan
    let wire: Wire
    const [PHONE, ROUTER] = [0, 1]
    const place = (n: number) => lan.phones[n] ?? ''

    beforeAll(async () => {
      lan = await buildLan({ phones: 2, office: 0 })
      await lan.exec(place(ROUTER), ['ip', 'address', 'add', '10.66.0.254/24', 'brd', '+', 'dev', 'eth0'])
      const router = lan.start(place(ROUTER), [process.execPath, FOREIGN, 'eth0', '10.66.0.254'])
      await jsonLines<{ ready?: string }>(router).until((line) => line.ready !== undefined)
      await lan.exec(place(PHONE), ['ip', 'link', 'set', 'eth0', 'address', '80:5e:c0:12:34:56'])
      await lan.exec(place(PHONE), ['ip', 'address', 'add', `${ADDRESS}/24`, 'dev', 'eth0'])
      bench = await startBenchOnLan(lan, { dhcp: { answer: 'inform' }, with: ['http'] })
      const hour = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
      await bench.call('devices.add', { mac: MAC, windowStart: hour(-1), windowEnd: hour(1) })
      wire = openWire(place(PHONE))
    }, 90_000)
    afterAll(async () => {
      wire?.close()
      await bench?.close()
      await lan?.close()
    }, 60_000)

    /** Our answer; the other server answers everybody, too. */
    async function inform(mac: string, vendor: string, ciaddr = ADDRESS): Promise<Reply | null> {
      const since = wire.heard.length
      const xid = rawPhone(wire, mac).say({ type: INFORM, ciaddr, vendor, list: [1, 3, 6, 42, 66] }, { source: ciaddr })
      const frame = await wire.next((one) => one.udp?.source === '10.66.0.1' && readReply(one)?.xid === xid, 800, since)
      return frame === null ? null : readReply(frame)
    }

    test('it says what it is, and another server is no trouble', async () => {
      expect(bench.ready.services.dhcp).toBe('10.66.0.1:67 on lab0, INFORM only: gives no addresses')
      const status = await bench.call<{ running: boolean; services: { dhcp: unknown }; problems: unknown[] }>('bench.status')
      expect([status.running, status.services.dhcp, status.problems]).toEqual([true, bench.ready.services.dhcp, []])
    })

    test('nobody is offered an address by us, listed or not', async () => {
      const before = wire.heard.length
      for (const mac of [MAC, macOf(1)]) rawPhone(wire, mac).say({ type: DISCOVER, vendor: 'yealink' })
      await wire.next(() => false, 800)
      const servers = wire.heard.slice(before).flatMap(({ udp }) => (udp?.sourcePort === 67 ? [udp.source] : []))
      expect([...new Set(servers)]).toEqual(['10.66.0.254'])
    })

    test('an office machine’s INFORM is passed over; a phone gets what leads it here, and nothing of the network', async () => {
      expect(await inform(macOf(2), 'MSFT 5.0', '10.66.0.244')).toBeNull()
      const ack = await inform(MAC, 'yealink')
      expect([ack?.kind, ack?.yiaddr, ack?.frame.udp?.source]).toEqual(['ACK', '0.0.0.0', '10.66.0.1'])
      expect(ack?.option(66)?.toString()).toBe('http://10.66.0.1/')
      expect([3, 6, 42, 51].map((code) => ack?.option(code))).toEqual([undefined, undefined, undefined, undefined])
    })

    test('its files are given to the address that it spoke from', async () => {
      const { stdout } = await lan.exec(place(PHONE), ['curl', '-sS', '--max-time', '10', '-A', AGENT, `http://10.66.0.1/${MAC}.cfg`])
      expect(stdout).toContain('static.auto_provision.server.password = ')
      expect(await bench.call('devices.get', { mac: MAC })).toMatchObject({ address: ADDRESS })
    })
  })
}
