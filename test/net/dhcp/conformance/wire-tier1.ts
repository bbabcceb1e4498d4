import { expect } from 'vitest'
import { optionField } from '../../../support/dhcp-bytes.ts'
import { BROADCAST, DECLINE, DISCOVER, INFORM, macOf, RELEASE, rawPhone, readReply, REQUEST } from '../../../support/raw-phone.ts'
import { udpFrame } from '../../../support/raw-wire.ts'
import {
  asHex,
  asNumber,
  asText,
  codes,
  hex,
  isInPool,
  OWNER_INSIDE,
  OWNER_OUTSIDE,
  RESERVED_INSIDE,
  RESERVED_OUTSIDE,
  type Row,
  SERVER,
  summary,
  URL_66,
} from './shared.ts'

const ALL_ASKED = Uint8Array.from({ length: 254 }, (_, n) => n + 1)

/** Tier 1 rows that one bench with one set of settings can show, on the wire. */
export const WIRE_TIER1: readonly Row[] = [
  {
    id: 'C01',
    what: 'OFFER with every field of table 3, to 255.255.255.255, from the address in option 54',
    async run({ phone }) {
      const offer = await phone(1).ask({ type: DISCOVER, flags: BROADCAST, secs: 9, xid: 0x01020304 })
      expect(offer).toMatchObject({ kind: 'OFFER', op: 2, xid: 0x01020304, flags: BROADCAST, chaddr: macOf(1), htype: 1, hlen: 6 })
      expect(offer).toMatchObject({ secs: 0, hops: 0, ciaddr: '0.0.0.0', giaddr: '0.0.0.0' })
      expect(isInPool(offer?.yiaddr ?? '')).toBe(true)
      expect([asHex(offer, 54), asNumber(offer, 51), asHex(offer, 1)]).toEqual(['0a420001', 3600, 'ffffff00'])
      expect(offer?.frame.udp).toMatchObject({ source: SERVER, sourcePort: 67, destinationPort: 68, destination: '255.255.255.255' })
    },
  },
  {
    id: 'C02',
    what: 'ACK of the offered address; what OFFER and ACK share is equal',
    async run({ phone }) {
      const list = [1, 3, 6, 15, 42, 66, 150, 160]
      const offer = await phone(2).ask({ type: DISCOVER, list })
      const ack = await phone(2).ask({ type: REQUEST, list, requested: offer?.yiaddr ?? '', server: SERVER })
      expect(summary(ack)).toBe(`ACK ${offer?.yiaddr}`)
      const shared = (offer?.options ?? []).filter(([code]) => code !== 53 && ack?.option(code) !== undefined)
      expect(shared.length).toBeGreaterThan(8)
      for (const [code, value] of shared) expect([code, asHex(ack, code)]).toEqual([code, value.toString('hex')])
    },
  },
  {
    id: 'C03',
    what: '66 byte for byte, without a trailing NUL, in OFFER and ACK',
    async run({ phone }) {
      const offer = await phone(3).ask({ type: DISCOVER, list: [66] })
      const ack = await phone(3).ask({ type: REQUEST, list: [66], requested: offer?.yiaddr ?? '', server: SERVER })
      expect([asText(offer, 66), asText(ack, 66)]).toEqual([URL_66, URL_66])
    },
  },
  {
    id: 'C05',
    what: '66 and 160 by vendor class, the default for unknown classes',
    async run({ phone }) {
      const given = async (n: number, vendor: string) => {
        const ack = await phone(5, n).lease({ vendor, list: [66, 160] })
        return [asText(ack, 66), asText(ack, 160)]
      }
      expect(await given(1, 'yealink')).toEqual(['http://10.66.0.1/yealink/', 'http://10.66.0.1/yealink/160/'])
      expect(await given(2, 'Polycom-VVX450')).toEqual(['http://10.66.0.1/poly/', 'http://10.66.0.1/poly/160/'])
      expect(await given(3, 'Grandstream GXP2170 dslforum.org')).toEqual(['http://10.66.0.1/gs/', 'http://10.66.0.1/160/'])
      expect(await given(4, 'nobody knows')).toEqual([URL_66, 'http://10.66.0.1/160/'])
    },
  },
  {
    id: 'C35',
    what: 'a list with codes that have no value: an OFFER without them',
    async run({ phone, served }) {
      const asked = [0, 50, 52, 53, 54, 55, 56, 57, 60, 61, 80, 82, 116, 124, 125, 145, 220, 255]
      for (const code of asked) expect((await phone(35).ask({ type: DISCOVER, list: [code] }))?.kind).toBe('OFFER')
      const all = await phone(35).ask({ type: DISCOVER, list: asked })
      expect(codes(all).filter((code) => asked.includes(code))).toEqual([53, 54, 125])
      await served(35)
    },
  },
  {
    id: 'C06',
    what: '43 only for its class, sub-options intact',
    async run({ phone }) {
      const given = async (n: number, vendor?: string) => asHex(await phone(6, n).lease({ list: [43], ...(vendor && { vendor }) }), 43)
      expect(await given(1, 'bytes')).toBe('0104deadbeef02020000')
      const ofSnom = Buffer.from('\x42\x12http://10.66.0.1/\0\x43\x09snom.htm\0', 'latin1').toString('hex')
      expect(await given(2, 'snom300')).toBe(ofSnom)
      expect(await given(3, 'AastraIPPhone6731i')).toBe(Buffer.from('\x02\x11http://10.66.0.1/\x03\x01\0', 'latin1').toString('hex'))
      expect(await given(4, 'other')).toBeUndefined()
      expect(await given(5)).toBeUndefined()
    },
  },
  {
    id: 'C04',
    what: '150 as addresses',
    async run({ phone }) {
      expect(asHex(await phone(4).lease({ list: [150] }), 150)).toBe('0a4200010a420002')
    },
  },
  {
    id: 'C07',
    what: '67 when asked for, else the boot file in `file`; unused fields are zero',
    async run({ phone }) {
      const asked = await phone(7, 1).lease({ list: [67] })
      expect([asText(asked, 67), asked.siaddr]).toEqual(['boot.cfg', SERVER])
      expect([asked.file, asked.sname].every((field) => field.every((byte) => byte === 0))).toBe(true)
      const unasked = await phone(7, 2).lease({ list: [1] })
      expect([asText(unasked, 67), unasked.file.toString('latin1').replace(/\0+$/, ''), unasked.siaddr]).toEqual([
        undefined,
        'boot.cfg',
        SERVER,
      ])
      expect(unasked.sname.every((byte) => byte === 0)).toBe(true)
    },
  },
  {
    id: 'C79',
    what: 'INFORM with a vendor class: the options of that class',
    async run({ phone, lab }) {
      lab.own('10.66.0.231', macOf(79))
      const by = { source: '10.66.0.231', destination: SERVER }
      const ack = await phone(79).ask({ type: INFORM, ciaddr: '10.66.0.231', vendor: 'Polycom-VVX450', list: [66, 160] }, by)
      expect([ack?.kind, asText(ack, 66), asText(ack, 160)]).toEqual(['ACK', 'http://10.66.0.1/poly/', 'http://10.66.0.1/poly/160/'])
      lab.disown('10.66.0.231')
    },
  },
  {
    id: 'C61',
    what: 'INFORM: ACK unicast to ciaddr, yiaddr 0, no 51, 58, 59',
    async run({ phone, lab }) {
      lab.own('10.66.0.232', macOf(61))
      const ack = await phone(61).ask({ type: INFORM, ciaddr: '10.66.0.232', list: [1, 51, 58, 59, 66] }, { source: '10.66.0.232' })
      expect(ack).toMatchObject({ kind: 'ACK', yiaddr: '0.0.0.0', ciaddr: '10.66.0.232' })
      expect(codes(ack).filter((code) => [51, 58, 59].includes(code))).toEqual([])
      expect(ack?.frame).toMatchObject({ to: macOf(61), udp: { destination: '10.66.0.232', destinationPort: 68 } })
      lab.disown('10.66.0.232')
    },
  },
  {
    id: 'C78',
    what: 'without a parameter list: 66, 150, 160 go out unasked',
    async run({ phone }) {
      expect(codes(await phone(78).lease())).toEqual(expect.arrayContaining([66, 150, 160]))
    },
  },
  {
    id: 'C09',
    what: 'DISCOVER on a NIC that is not served: silence there',
    async run({ office }) {
      const before = office.heard.length
      expect(await rawPhone(office, macOf(9)).ask({ type: DISCOVER, flags: BROADCAST }, { timeoutMs: 800 })).toBeNull()
      expect(office.heard.slice(before).filter((frame) => frame.udp?.sourcePort === 67)).toEqual([])
    },
  },
  {
    id: 'C10',
    what: '… and no frame about that MAC on the served LAN, no lease booked',
    async run({ office, lab, bench }) {
      const leased = async () => (await bench.call<{ pool: { leased: number } }>('bench.status')).pool.leased
      const before = { leased: await leased(), frames: lab.heard.length }
      const stranger = rawPhone(office, macOf(10))
      stranger.say({ type: DISCOVER, flags: BROADCAST })
      stranger.say({ type: REQUEST, requested: '10.66.0.180', server: SERVER })
      await lab.next(() => false, 800)
      const about = lab.heard.slice(before.frames).filter((frame) => frame.bytes.includes(Buffer.from(macOf(10), 'hex')))
      expect([about, await leased()]).toEqual([[], before.leased])
    },
  },
  {
    id: 'C11',
    what: 'DORA on the served NIC: no DHCP frame on another',
    async run({ phone, office }) {
      const before = office.heard.length
      await phone(11).lease()
      await office.next(() => false, 300)
      const dhcp = office.heard.slice(before).filter(({ udp }) => udp !== null && [67, 68].includes(udp.destinationPort))
      expect(dhcp).toEqual([])
    },
  },
  {
    id: 'C08',
    what: 'REQUEST to another server: silence, and our offer is free again',
    async run({ phone, silent }) {
      const offer = await phone(8, 1).ask({ type: DISCOVER })
      await silent(phone(8, 1), { type: REQUEST, requested: '10.66.0.240', server: '10.66.0.254' })
      expect(summary(await phone(8, 2).ask({ type: DISCOVER, requested: offer?.yiaddr ?? '' }))).toBe(`OFFER ${offer?.yiaddr}`)
    },
  },
  {
    id: 'C30',
    what: 'truncated packets of 0 to 239 bytes are ignored, the next phone is served',
    async run({ phone, lab, served }) {
      const whole = Buffer.alloc(300)
      whole.set([1, 1, 6])
      whole.write(macOf(30), 28, 'hex')
      for (let length = 0; length < 240; length++) lab.send(udpFrame({ from: macOf(30), payload: whole.subarray(0, length) }))
      await served(30)
      expect(phone(30).mac).toBe(macOf(30))
    },
  },
  {
    id: 'C31',
    what: 'an option length past the end: parsed up to there or ignored, and served on',
    async run({ phone, served }) {
      const cut = { options: hex('35 01 01 37 02 01 42 3c ff 61 62') }
      expect(['OFFER', 'silence']).toContain((await phone(31).ask(cut, { timeoutMs: 400 }))?.kind ?? 'silence')
      await phone(31, 1).ask({ options: hex('35 ff 01') }, { timeoutMs: 200 })
      await served(31)
    },
  },
  {
    id: 'C32',
    what: 'wrong hlen and htype: ignored, or answered with the same; never read past chaddr',
    async run({ phone, lab, served }) {
      const before = lab.heard.length
      for (const hlen of [0, 5, 16, 17, 255]) phone(32, hlen).say({ type: DISCOVER, hlen })
      for (const htype of [6, 32, 255]) phone(32, htype + 256).say({ type: DISCOVER, htype })
      await served(32)
      const answers = lab.heard.slice(before).flatMap((frame) => readReply(frame) ?? [])
      const toThem = answers.filter(
        (reply) => reply.op === 2 && reply.chaddr.startsWith(macOf(32).slice(0, 8)) && !reply.chaddr.endsWith('ffff'),
      )
      expect(toThem).toEqual([])
    },
  },
  {
    id: 'C33',
    what: 'op 0 and 2, no cookie, no 53, 53 = 0, 2, 5, 6, 99: silence, and served on',
    async run({ phone, lab, served }) {
      const before = lab.heard.length
      phone(33, 1).say({ op: 0, type: DISCOVER })
      phone(33, 2).say({ op: 2, type: DISCOVER })
      phone(33, 3).say({ cookie: 0, type: DISCOVER })
      phone(33, 4).say({ options: hex('37 01 42 ff') })
      for (const type of [0, 2, 5, 6, 99]) phone(33, 10 + type).say({ type })
      await served(33)
      const theirs = macOf(33).slice(0, 8)
      const answered = lab.heard.slice(before).flatMap((frame) => readReply(frame) ?? [])
      expect(
        answered.filter(
          ({ op, chaddr, frame }) => op === 2 && frame.udp?.sourcePort === 67 && chaddr.startsWith(theirs) && !chaddr.endsWith('ffff'),
        ),
      ).toEqual([])
    },
  },
  {
    id: 'C34',
    what: 'a list with every code from 1 to 254: a valid OFFER',
    async run({ phone }) {
      const offer = await phone(34).ask({ type: DISCOVER, list: [...ALL_ASKED] })
      expect([offer?.kind, asNumber(offer, 51)]).toEqual(['OFFER', 3600])
      expect(offer?.payload.length).toBeLessThanOrEqual(548)
    },
  },
  {
    id: 'C36',
    what: 'one, two, three pad bytes between options are read as if absent',
    async run({ phone }) {
      for (const pads of ['00', '0000', '000000']) {
        const options = hex(`${pads} 35 01 01 ${pads} 3c 07 7965616c696e6b ${pads} 37 02 42 a0 ${pads} ff`)
        const offer = await phone(36, pads.length).ask({ options })
        expect([offer?.kind, asText(offer, 66)]).toEqual(['OFFER', 'http://10.66.0.1/yealink/'])
      }
    },
  },
  {
    id: 'C37',
    what: 'zero or wrong lengths in 12, 50, 51, 54, 55, 57, 60, 61, 80, 82: served on',
    async run({ phone, served }) {
      for (const code of [12, 50, 51, 54, 55, 57, 60, 61, 80, 82]) {
        for (const value of [new Uint8Array(0), Uint8Array.of(1), new Uint8Array(3), new Uint8Array(40).fill(255)]) {
          phone(37, code).say({ options: optionField([53, Uint8Array.of(DISCOVER)], [code, value]) })
          phone(37, code).say({ options: optionField([53, Uint8Array.of(REQUEST)], [code, value]) })
        }
      }
      await served(37)
    },
  },
  {
    id: 'C17',
    what: '40 DISCOVERs at once, then 40 REQUESTs: 40 ACKs, 40 addresses',
    async run({ lab }) {
      const phones = Array.from({ length: 40 }, (_, n) => rawPhone(lab, macOf(17, n)))
      const offers = await Promise.all(phones.map((phone) => phone.ask({ type: DISCOVER, flags: BROADCAST })))
      const acks = await Promise.all(
        phones.map((phone, n) => phone.ask({ type: REQUEST, flags: BROADCAST, requested: offers[n]?.yiaddr ?? '', server: SERVER })),
      )
      expect(acks.map((ack) => ack?.kind)).toEqual(phones.map(() => 'ACK'))
      expect(new Set(acks.map((ack) => ack?.yiaddr)).size).toBe(40)
      for (const [n, phone] of phones.entries()) phone.say({ type: RELEASE, ciaddr: acks[n]?.yiaddr ?? '', server: SERVER })
    },
  },
  {
    id: 'C52',
    what: '20 DISCOVERs of one MAC: one address',
    async run({ phone }) {
      const offered = new Set<string | undefined>()
      for (let i = 0; i < 20; i++) offered.add((await phone(52).ask({ type: DISCOVER }))?.yiaddr)
      expect([offered.size, isInPool([...offered][0] ?? '')]).toEqual([1, true])
    },
  },
  {
    id: 'C76',
    what: 'an open offer is offered to nobody else',
    async run({ phone }) {
      const first = await phone(76).ask({ type: DISCOVER })
      for (let n = 1; n <= 6; n++) {
        const other = await phone(76, n).ask({ type: DISCOVER, requested: first?.yiaddr ?? '' })
        expect([other?.kind, other?.yiaddr === first?.yiaddr]).toEqual(['OFFER', false])
      }
    },
  },
  {
    id: 'C12',
    what: 'INIT-REBOOT with an address of a foreign network: NAK to 255.255.255.255 at once',
    async run({ phone }) {
      const nak = await phone(12).ask({ type: REQUEST, requested: '192.168.1.44' }, { timeoutMs: 1000 })
      expect([nak?.kind, nak?.frame.udp?.destination, nak?.frame.udp?.destinationPort]).toEqual(['NAK', '255.255.255.255', 68])
    },
  },
  {
    id: 'C13',
    what: 'INIT-REBOOT with its leased address: ACK with it',
    async run({ phone }) {
      const { yiaddr } = await phone(13).lease()
      expect(summary(await phone(13).ask({ type: REQUEST, requested: yiaddr }))).toBe(`ACK ${yiaddr}`)
    },
  },
  {
    id: 'C14',
    what: 'RENEW by unicast: ACK unicast to ciaddr, full lease time',
    async run({ phone, lab }) {
      const { yiaddr } = await phone(14).lease()
      lab.own(yiaddr, macOf(14))
      const ack = await phone(14).ask({ type: REQUEST, ciaddr: yiaddr }, { source: yiaddr, destination: SERVER })
      expect([summary(ack), asNumber(ack, 51)]).toEqual([`ACK ${yiaddr}`, 3600])
      expect(ack?.frame).toMatchObject({ to: macOf(14), udp: { destination: yiaddr, destinationPort: 68 } })
      lab.disown(yiaddr)
    },
  },
  {
    id: 'C15',
    what: 'REBIND by broadcast: ACK unicast to ciaddr',
    async run({ phone, lab }) {
      const { yiaddr } = await phone(15).lease()
      lab.own(yiaddr, macOf(15))
      const ack = await phone(15).ask({ type: REQUEST, ciaddr: yiaddr }, { source: yiaddr })
      expect([summary(ack), ack?.frame.udp?.destination]).toEqual([`ACK ${yiaddr}`, yiaddr])
      lab.disown(yiaddr)
    },
  },
  {
    id: 'C16',
    what: 'RENEW of an address that another phone holds: never ACK',
    async run({ phone }) {
      const { yiaddr } = await phone(16).lease()
      const answer = await phone(16, 1).ask({ type: REQUEST, ciaddr: yiaddr }, { source: yiaddr, timeoutMs: 600 })
      expect(['NAK', 'silence']).toContain(summary(answer))
    },
  },
  {
    id: 'C55',
    what: 'SELECTING for another address than offered: NAK or silence',
    async run({ phone }) {
      await phone(55).ask({ type: DISCOVER })
      const answer = await phone(55).ask({ type: REQUEST, requested: '10.66.0.198', server: SERVER }, { timeoutMs: 600 })
      expect(['NAK', 'silence']).toContain(summary(answer))
    },
  },
  {
    id: 'C51',
    what: 'DISCOVER with the broadcast flag: 255.255.255.255, not the subnet’s broadcast',
    async run({ phone }) {
      const offer = await phone(51).ask({ type: DISCOVER, flags: BROADCAST })
      expect(offer?.frame.udp?.destination).toBe('255.255.255.255')
    },
  },
  {
    id: 'C50',
    what: 'DISCOVER without the flag: unicast to chaddr and yiaddr, or 255.255.255.255',
    async run({ phone }) {
      const offer = await phone(50).ask({ type: DISCOVER, flags: 0 })
      const { to, udp } = offer?.frame ?? { to: '', udp: null }
      expect([`ffffffffffff 255.255.255.255`, `${macOf(50)} ${offer?.yiaddr}`, `${macOf(50)} 255.255.255.255`]).toContain(
        `${to} ${udp?.destination}`,
      )
      expect(offer?.flags).toBe(0)
    },
  },
  {
    id: 'C24',
    what: 'a reserved MAC, address outside the pool: the reserved address',
    async run({ lab }) {
      expect(summary(await rawPhone(lab, OWNER_OUTSIDE).lease())).toBe(`ACK ${RESERVED_OUTSIDE}`)
    },
  },
  {
    id: 'C26',
    what: 'a reserved address in the pool is nobody else’s, whoever asks for it; its owner gets it',
    async run({ phone, lab }) {
      expect((await phone(26, 1).ask({ type: DISCOVER, requested: RESERVED_INSIDE }))?.yiaddr).not.toBe(RESERVED_INSIDE)
      expect(summary(await phone(26, 1).ask({ type: REQUEST, requested: RESERVED_INSIDE }))).toBe('NAK')
      for (let n = 2; n < 12; n++) expect((await phone(26, n).ask({ type: DISCOVER }))?.yiaddr).not.toBe(RESERVED_INSIDE)
      expect(summary(await rawPhone(lab, OWNER_INSIDE).lease())).toBe(`ACK ${RESERVED_INSIDE}`)
    },
  },
  {
    id: 'C20',
    what: 'RELEASE: free at once; the same phone gets it back if it comes first',
    async run({ phone }) {
      const { yiaddr } = await phone(20).lease()
      phone(20).say({ type: RELEASE, ciaddr: yiaddr, server: SERVER }, { source: yiaddr, destination: SERVER })
      expect(summary(await phone(20).lease())).toBe(`ACK ${yiaddr}`)
      phone(20).say({ type: RELEASE, ciaddr: yiaddr, server: SERVER }, { source: yiaddr, destination: SERVER })
      expect(summary(await phone(20, 1).ask({ type: DISCOVER, requested: yiaddr }))).toBe(`OFFER ${yiaddr}`)
    },
  },
  {
    id: 'C69',
    what: 'RELEASE or DECLINE of somebody else’s address is ignored',
    async run({ phone }) {
      const { yiaddr } = await phone(69).lease()
      phone(69, 1).say({ type: RELEASE, ciaddr: yiaddr, server: SERVER }, { source: yiaddr })
      phone(69, 1).say({ type: DECLINE, requested: yiaddr, server: SERVER })
      expect((await phone(69, 2).ask({ type: DISCOVER, requested: yiaddr }))?.yiaddr).not.toBe(yiaddr)
      expect(summary(await phone(69).ask({ type: REQUEST, requested: yiaddr }))).toBe(`ACK ${yiaddr}`)
    },
  },
]
