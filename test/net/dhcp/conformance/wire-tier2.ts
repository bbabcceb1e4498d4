import { expect } from 'vitest'
import { optionField, text } from '../../../support/dhcp-bytes.ts'
import { BROADCAST, DISCOVER, INFORM, macOf, REQUEST, type Reply } from '../../../support/raw-phone.ts'
import { asHex, asNumber, asText, codes, hex, LONG_URL, RELAY, type Row, SERVER, summary, URL_66 } from './shared.ts'

const DUID = (last: string) => hex(`ff 00 00 00 01 00 01 2a 00 00 00 80 5e c0 00 ${last}`)
/** How a relay speaks: from its own address and port 67, by unicast. */
const VIA = { source: RELAY, destination: SERVER, sourcePort: 67 }
const CIRCUIT = hex('01 04 65746830 02 03 616263')

/** Tier 2 rows that one bench with one set of settings can show, on the wire. */
export const WIRE_TIER2: readonly Row[] = [
  {
    id: 'C57',
    what: 'NAK holds 53, 54 and at most 56, 61, 82; yiaddr and siaddr 0',
    async run({ phone }) {
      const nak = await phone(57).ask({ type: REQUEST, requested: '192.168.1.44', list: [1, 3, 66], more: [[61, text('id')]] })
      expect(nak).toMatchObject({ kind: 'NAK', yiaddr: '0.0.0.0', siaddr: '0.0.0.0', ciaddr: '0.0.0.0' })
      expect(codes(nak).filter((code) => ![53, 54, 56, 61, 82].includes(code))).toEqual([])
    },
  },
  {
    id: 'C56',
    what: 'INIT-REBOOT of an unknown phone for a free address of the pool: silence, NAK, or ACK of that address',
    async run({ phone }) {
      const answer = await phone(56).ask({ type: REQUEST, requested: '10.66.0.197' }, { timeoutMs: 600 })
      expect(['silence', 'NAK', 'ACK 10.66.0.197']).toContain(summary(answer))
    },
  },
  {
    id: 'C53',
    what: 'DISCOVER with a free address of the pool: that address',
    async run({ phone }) {
      expect(summary(await phone(53).ask({ type: DISCOVER, requested: '10.66.0.196' }))).toBe('OFFER 10.66.0.196')
    },
  },
  {
    id: 'C54',
    what: 'DISCOVER with a taken address, or one outside the pool: another of the pool',
    async run({ phone }) {
      const { yiaddr } = await phone(54).lease()
      for (const [n, requested] of [yiaddr, '10.66.0.240', '192.168.7.7', SERVER].entries()) {
        const offer = await phone(54, n + 1).ask({ type: DISCOVER, requested })
        expect([offer?.kind, offer?.yiaddr === requested]).toEqual(['OFFER', false])
      }
    },
  },
  {
    id: 'C70',
    what: 'REQUEST three times with one xid: the same ACK three times',
    async run({ phone }) {
      const { yiaddr, xid } = await phone(70).lease()
      const again = () => phone(70).ask({ type: REQUEST, flags: BROADCAST, xid, requested: yiaddr, server: SERVER })
      const acks = [await again(), await again(), await again()].map((ack) => ack?.payload.toString('hex'))
      expect(new Set(acks).size).toBe(1)
      expect(acks[0]).toBeDefined()
    },
  },
  {
    id: 'C58',
    what: '61 comes back unchanged in OFFER, ACK and NAK, and is absent when not sent',
    async run({ phone }) {
      const id = hex('01 00 80 5e 00 ff')
      const more = [[61, id]] as const
      const offer = await phone(58).ask({ type: DISCOVER, more })
      const ack = await phone(58).ask({ type: REQUEST, requested: offer?.yiaddr ?? '', server: SERVER, more })
      const nak = await phone(58).ask({ type: REQUEST, requested: '192.168.3.3', more })
      const echoed = '0100805e00ff'
      expect([offer, ack, nak].map((reply) => [reply?.kind, asHex(reply, 61)])).toEqual([
        ['OFFER', echoed],
        ['ACK', echoed],
        ['NAK', echoed],
      ])
      expect(asHex(await phone(58, 1).lease(), 61)).toBeUndefined()
    },
  },
  {
    id: 'C59',
    what: 'identity is the MAC: one 61 on two MACs gives two addresses, one MAC with two 61s gives one',
    async run({ phone }) {
      const with61 = (value: string) => ({ more: [[61, text(value)]] as const })
      const [a, b] = [await phone(59, 1).lease(with61('same')), await phone(59, 2).lease(with61('same'))]
      expect(a.yiaddr).not.toBe(b.yiaddr)
      const [boot, firmware] = [await phone(59, 3).lease(with61('boot loader')), await phone(59, 3).lease(with61('firmware'))]
      expect(firmware.yiaddr).toBe(boot.yiaddr)
    },
  },
  {
    id: 'C60',
    what: 'two DUID-style 61s that differ in the last byte, zero bytes inside: two phones, two addresses, each id whole',
    async run({ phone }) {
      const first = await phone(60, 1).lease({ more: [[61, DUID('01')]] })
      const second = await phone(60, 2).lease({ more: [[61, DUID('02')]] })
      expect(first.yiaddr).not.toBe(second.yiaddr)
      expect(asHex(second, 61)).toBe(Buffer.from(DUID('02')).toString('hex'))
    },
  },
  {
    id: 'C62',
    what: 'T1 < T2 < lease',
    async run({ phone }) {
      const ack = await phone(62).lease({ list: [51, 58, 59] })
      const [t1 = 0, t2 = 0, lease = 0] = [58, 59, 51].map((code) => asNumber(ack, code))
      expect(t1).toBeGreaterThan(0)
      expect(t1).toBeLessThan(t2)
      expect(t2).toBeLessThan(lease)
    },
  },
  {
    id: 'C63',
    what: 'list 3, 1: 1 stands before 3',
    async run({ phone }) {
      const order = codes(await phone(63).lease({ list: [3, 1] }))
      expect(order.indexOf(1)).toBeGreaterThanOrEqual(0)
      expect(order.indexOf(1)).toBeLessThan(order.indexOf(3))
    },
  },
  {
    id: 'C64',
    what: '57 = 576 and a long option set: at most 548 bytes; what found no room went into file and sname (52) or was left out from the end of the list',
    async run({ phone }) {
      const list = [1, 3, 6, 15, 42, 66, 67, 150, 160, 159, 161, 242, 100, 101, 2, 121, 125]
      const offer = await phone(64).ask({ type: DISCOVER, list, vendor: 'longlong', more: [[57, hex('0240')]] })
      expect(offer?.payload.length).toBeLessThanOrEqual(548)
      // The first of the list are there, the long one came whole or not at all.
      expect([asHex(offer, 1), asHex(offer, 3), asHex(offer, 6), asText(offer, 15)]).toEqual([
        'ffffff00',
        '0a420001',
        '0a4200010a420002',
        'lab.example',
      ])
      const routes = everyOption(offer)[121]
      if (routes !== undefined) expect(routes.length).toBe(40 * 8)
      const large = await phone(64, 1).ask({ type: DISCOVER, list, vendor: 'longlong', more: [[57, hex('05dc')]] })
      expect(large?.payload.length).toBeGreaterThan(548)
      expect(large?.payload.length).toBeLessThanOrEqual(1472)
    },
  },
  {
    id: 'C39',
    what: '60 and 55 split over several instances are joined before use',
    async run({ phone }) {
      const options = optionField(
        [53, Uint8Array.of(DISCOVER)],
        [60, text('yea')],
        [55, Uint8Array.of(1)],
        [60, text('link')],
        [55, Uint8Array.of(66)],
      )
      expect(asText(await phone(39).ask({ options }), 66)).toBe('http://10.66.0.1/yealink/')
    },
  },
  {
    id: 'M07',
    what: 'values over 255 bytes (43, 66, 121) go out in consecutive instances',
    async run({ phone }) {
      const offer = await phone(107).ask({ type: DISCOVER, vendor: 'longlong', list: [43, 66, 121], more: [[57, hex('05dc')]] })
      expect([asHex(offer, 43), asText(offer, 66), offer?.option(121)?.length]).toEqual(['2bff'.repeat(200), LONG_URL, 40 * 8])
      const order = codes(offer)
      for (const code of [43, 66, 121]) {
        const places = order.flatMap((one, at) => (one === code ? [at] : []))
        expect([code, places.length]).toEqual([code, 2])
        expect((places[1] ?? 0) - (places[0] ?? 0)).toBe(1)
      }
    },
  },
  {
    id: 'C38',
    what: '52 = 3, 60 in `file`, 55 in `sname`: read as if in the option block',
    async run({ phone }) {
      const offer = await phone(38).ask({
        options: optionField([53, Uint8Array.of(DISCOVER)], [52, Uint8Array.of(3)]),
        file: optionField([60, text('yealink')]),
        sname: optionField([55, Uint8Array.of(66)]),
      })
      expect(asText(offer, 66)).toBe('http://10.66.0.1/yealink/')
    },
  },
  {
    id: 'C66',
    what: 'DISCOVER through a relay: OFFER unicast to giaddr, port 67, address of its subnet, giaddr kept',
    async run({ phone }) {
      const offer = await phone(66).ask({ type: DISCOVER, giaddr: '172.30.9.1', hops: 1 }, { ...VIA, source: '172.30.9.1' })
      expect(offer).toMatchObject({ kind: 'OFFER', giaddr: '172.30.9.1' })
      expect(offer?.yiaddr).toMatch(/^172\.30\.9\.[2-6]\d$/)
      expect(offer?.frame.udp).toMatchObject({ source: SERVER, destination: '172.30.9.1', sourcePort: 67, destinationPort: 67 })
    },
  },
  {
    id: 'C67',
    what: '82 comes back byte for byte, as the last option, never in file or sname',
    async run({ phone }) {
      const list = [1, 3, 6, 15, 42, 66, 67, 150, 160, 159, 161, 242, 100, 101, 2, 125]
      const more = [
        [57, hex('0240')],
        [82, CIRCUIT],
      ] as const
      const offer = await phone(67).ask({ type: DISCOVER, giaddr: '172.30.9.1', hops: 1, list, vendor: 'longlong', more }, VIA)
      const last = offer?.options.at(-1)
      expect([last?.[0], last?.[1].toString('hex')]).toEqual([82, Buffer.from(CIRCUIT).toString('hex')])
      expect(offer?.payload.subarray(44, 236).includes(Buffer.from(CIRCUIT))).toBe(false)
    },
  },
  {
    id: 'C68',
    what: 'giaddr of a subnet that is not configured: silence',
    async run({ phone, silent }) {
      await silent(phone(68), { type: DISCOVER, giaddr: '172.30.77.1', hops: 1 }, { ...VIA })
      await silent(phone(68), { type: DISCOVER, giaddr: '172.30.77.1', hops: 1 }, { ...VIA, source: '172.30.77.1' })
    },
  },
  {
    id: 'M08',
    what: '82.5 and 118 choose the subnet, 82.11 is the server id in option 54',
    async run({ phone, silent }) {
      const by = { ...VIA, source: '172.30.9.1' }
      const through = (n: number, more: readonly (readonly [number, Uint8Array])[]) =>
        phone(108, n).ask({ type: DISCOVER, giaddr: '172.30.9.1', hops: 1, more }, by)
      expect((await through(1, [[82, hex('05 04 ac1e0a00')]]))?.yiaddr).toMatch(/^172\.30\.10\./)
      const selected = await through(2, [[118, hex('ac1e0a00')]])
      expect([selected?.yiaddr.slice(0, 10), asHex(selected, 118)]).toEqual(['172.30.10.', 'ac1e0a00'])
      const both = await through(3, [
        [118, hex('ac1e0900')],
        [82, hex('05 04 ac1e0a00')],
      ])
      expect(both?.yiaddr).toMatch(/^172\.30\.10\./)
      await silent(phone(108, 4), { type: DISCOVER, giaddr: '172.30.9.1', hops: 1, more: [[82, hex('05 04 ac1e4d00')]] }, by)
      const more = [[82, hex('0b 04 ac1e0901')]] as const
      const offer = await through(5, more)
      expect(asHex(offer, 54)).toBe('ac1e0901')
      const words = { type: REQUEST, giaddr: '172.30.9.1', hops: 1, requested: offer?.yiaddr ?? '', more }
      const ack = await phone(108, 5).ask({ ...words, server: '172.30.9.1' }, by)
      expect([summary(ack), asHex(ack, 54)]).toEqual([`ACK ${offer?.yiaddr}`, 'ac1e0901'])
      expect(ack?.frame.udp?.source).toBe(SERVER)
    },
  },
  {
    id: 'M09',
    what: 'a relayed phone renews directly, without 82: ACK unicast to ciaddr through the router',
    async run({ phone }) {
      const by = { ...VIA, source: '172.30.9.1' }
      const relayed = { giaddr: '172.30.9.1', hops: 1, more: [[82, CIRCUIT]] as const }
      const offer = await phone(109).ask({ type: DISCOVER, ...relayed }, by)
      const ack = await phone(109).ask({ type: REQUEST, ...relayed, requested: offer?.yiaddr ?? '', server: SERVER }, by)
      expect(summary(ack)).toBe(`ACK ${offer?.yiaddr}`)
      const renewed = await phone(109).ask({ type: REQUEST, ciaddr: ack?.yiaddr ?? '' }, { source: ack?.yiaddr ?? '', destination: SERVER })
      expect([summary(renewed), renewed?.frame.udp?.destination, renewed?.frame.udp?.destinationPort]).toEqual([
        `ACK ${ack?.yiaddr}`,
        ack?.yiaddr,
        68,
      ])
    },
  },
  {
    id: 'C71',
    what: '51 in DISCOVER or REQUEST: granted or clamped, 4 bytes',
    async run({ phone }) {
      for (const [n, asked] of ['0000000a', '00000e10', 'ffffffff'].entries()) {
        const ack = await phone(71, n).lease({ more: [[51, hex(asked)]] })
        expect([ack.option(51)?.length, (asNumber(ack, 51) ?? 0) > 0, (asNumber(ack, 51) ?? 0) <= 3600]).toEqual([4, true, true])
      }
    },
  },
  {
    id: 'C73',
    what: 'BOOTP (no 53): silence',
    async run({ phone, silent }) {
      await silent(phone(73), { options: hex('ff') })
    },
  },
  {
    id: 'C72',
    what: '53 = 9, 10, 11, 14, 18: silence',
    async run({ phone, silent }) {
      for (const type of [9, 10, 11, 14, 18]) await silent(phone(72), { type }, {})
    },
  },
  {
    id: 'C75',
    what: '124 and 125 in the request: the enterprise number is compared before 125 is given; unknown ones do no harm',
    async run({ phone }) {
      const acs = Buffer.from('\x0b\x14http://10.66.0.1/acs', 'latin1')
      const ours = Buffer.concat([Buffer.from('00000de916', 'hex'), acs]).toString('hex')
      const given = async (n: number, more: readonly (readonly [number, Uint8Array])[]) =>
        asHex(await phone(75, n).ask({ type: DISCOVER, list: [1, 125], more }), 125)
      expect(await given(1, [])).toBe(ours)
      expect(await given(2, [[124, hex('00000de9 05 04 61626364')]])).toBe(ours)
      expect(await given(3, [[125, hex('00000de9 04 01 02 6162')]])).toBe(ours)
      expect(await given(4, [[124, hex('0000363d 05 04 61626364')]])).toBeUndefined()
      expect(
        await given(5, [
          [124, hex('0000')],
          [125, hex('ff')],
        ]),
      ).toBe(ours)
    },
  },
  {
    id: 'C74',
    what: 'hops 17 dropped, secs 65535 answered',
    async run({ phone, silent }) {
      await silent(phone(74), { type: DISCOVER, hops: 17 })
      expect((await phone(74, 1).ask({ type: DISCOVER, secs: 65535 }))?.kind).toBe('OFFER')
    },
  },
  {
    id: 'C65',
    what: 'the smallest reply has 300 bytes or more',
    async run({ phone, lab }) {
      expect((await phone(65).ask({ type: REQUEST, requested: '192.168.1.1' }))?.payload.length).toBeGreaterThanOrEqual(300)
      lab.own('10.66.0.233', macOf(65))
      const ack = await phone(65).ask({ type: INFORM, ciaddr: '10.66.0.233', list: [1] }, { source: '10.66.0.233' })
      expect(ack?.payload.length).toBeGreaterThanOrEqual(300)
      lab.disown('10.66.0.233')
    },
  },
  {
    id: 'M11',
    what: '42, 2, 100/101, 6, 15, 120, 132/133 and the rest of the phones’ options have the right types',
    async run({ phone }) {
      const list = [2, 6, 15, 42, 100, 101, 120, 132, 133, 150, 159, 160, 161, 242]
      const offer = await phone(111).ask({ type: DISCOVER, list, more: [[57, hex('05dc')]] })
      expect([2, 6, 42, 120].map((code) => asHex(offer, code))).toEqual(['fffff1f0', '0a4200010a420002', '0a420001', '010a420001'])
      expect([15, 100, 101, 132, 133].map((code) => asText(offer, code))).toEqual([
        'lab.example',
        'CET-1CEST,M3.5.0,M10.5.0/3',
        'Europe/Berlin',
        '100',
        '5',
      ])
      expect([159, 160, 161, 242].map((code) => asText(offer, code))).toEqual([
        'http://10.66.0.1/159/',
        'http://10.66.0.1/160/',
        'http://10.66.0.1/161/',
        'MCIPADD=10.66.0.1',
      ])
      expect(asText(offer, 66) ?? URL_66).toBe(URL_66)
    },
  },
  {
    id: 'C77',
    what: 'OFFER on a quiet LAN: the figure is printed; never later than a client waits (1 s)',
    async run({ phone, lab }) {
      const times: number[] = []
      for (let n = 0; n < 60; n++) {
        const before = performance.now()
        const offer = await phone(77, n % 5).ask({ type: DISCOVER })
        times.push((offer?.frame.atMs ?? Number.NaN) - before)
      }
      times.sort((a, b) => a - b)
      const figure = (share: number) => (times[Math.floor(times.length * share)] ?? Number.NaN).toFixed(1)
      process.stdout.write(
        `C77: OFFER after ${figure(0.5)} ms in the middle, ${figure(0.98)} ms at p98 (looked at each 2 ms, on a shared machine)\n`,
      )
      expect(times.at(-1)).toBeLessThan(1000)
      expect(lab.heard.length).toBeGreaterThan(0)
    },
  },
]

/** Options wherever they stand: in the block, and in file and sname when 52 says so. */
function everyOption(reply: Reply | null): Record<number, Buffer> {
  const found: Record<number, Buffer> = {}
  for (const code of codes(reply)) found[code] = reply?.option(code) ?? Buffer.alloc(0)
  return found
}
