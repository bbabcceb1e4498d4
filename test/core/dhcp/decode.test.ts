import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodePacket } from '../../../main/core/dhcp/decode.ts'
import { encodePacket } from '../../../main/core/dhcp/encode.ts'
import {
  addressOption,
  type DhcpPacket,
  messageType,
  parameterList,
  replyLimit,
  textOption,
  vendorClass,
} from '../../../main/core/dhcp/packet.ts'
import { formatIpv4 } from '../../../main/core/model/ipv4.ts'
import { address, hex, optionField, rawMessage, text } from '../../support/dhcp-bytes.ts'

function decode(bytes: Uint8Array): DhcpPacket {
  const decoded = decodePacket(bytes)
  if ('malformed' in decoded) throw new Error(decoded.malformed)
  return decoded.packet
}

describe('a DISCOVER as it stands on the wire', () => {
  const packet = decode(
    hex(`
      01 01 06 00                # BOOTREQUEST, Ethernet, 6 bytes, no relay
      3a 5f 10 02                # xid
      00 04 80 00                # 4 s, broadcast
      00 00 00 00  00 00 00 00   # ciaddr, yiaddr
      00 00 00 00  00 00 00 00   # siaddr, giaddr
      80 5e c0 12 34 56 ${'00 '.repeat(10)}
      ${'00 '.repeat(192)}       # sname, file
      63 82 53 63                # magic cookie
      35 01 01                   # DISCOVER
      3d 07 01 80 5e c0 12 34 56 # client id: Ethernet and the MAC, with a zero-free tail
      3c 07 79 65 61 6c 69 6e 6b # vendor class "yealink"
      37 05 01 03 06 42 2b       # mask, router, DNS, 66, 43
      ff`),
  )

  test('is read field by field', () => {
    expect(packet).toEqual({
      op: 1,
      hops: 0,
      xid: 0x3a5f1002,
      secs: 4,
      flags: 0x8000,
      ciaddr: '0.0.0.0',
      yiaddr: '0.0.0.0',
      siaddr: '0.0.0.0',
      giaddr: '0.0.0.0',
      chaddr: '805ec0123456',
      sname: new Uint8Array(0),
      file: new Uint8Array(0),
      options: new Map([
        [53, hex('01')],
        [61, hex('01 80 5e c0 12 34 56')],
        [60, text('yealink')],
        [55, hex('01 03 06 42 2b')],
      ]),
    })
    expect(messageType(packet)).toBe(1)
    expect(parameterList(packet)).toEqual([1, 3, 6, 66, 43])
    expect(vendorClass(packet)).toEqual(text('yealink'))
    expect(replyLimit(packet)).toBe(548)
  })
})

describe('options of strange shape', () => {
  const rows: [string, Uint8Array, Uint8Array | undefined][] = [
    ['pads between options count as absent (RFC 2132 3.1)', hex('00 35 01 01 00 00 3c 01 41 00 ff'), hex('41')],
    ['a value split over instances is joined (RFC 3396)', hex('3c 02 41 42 35 01 01 3c 01 43 ff'), hex('41 42 43')],
    ['binary with zero bytes survives', hex('3c 05 00 00 36 67 00 ff'), hex('00 00 36 67 00')],
    ['nothing is read after END', hex('35 01 01 ff 3c 01 41'), undefined],
    ['an empty value stays empty', hex('3c 00 ff'), new Uint8Array(0)],
  ]
  test.each(rows)('%s', (_, options, vendor) => {
    expect(decode(rawMessage({ options })).options.get(60)).toEqual(vendor)
  })

  test('a length past the end of the datagram ends the reading; what came before counts', () => {
    const whole = rawMessage({ options: hex('35 01 01 3c 20 41') })
    const packet = decode(whole.subarray(0, 246))
    expect([...packet.options.keys()]).toEqual([53])
  })

  test('52 = 3: options continue in file, then in sname', () => {
    const file = new Uint8Array(128)
    file.set(hex('3c 01 41 ff'))
    const sname = new Uint8Array(64)
    sname.set(hex('3c 01 42 37 01 42 ff'))
    const packet = decode(rawMessage({ options: hex('35 01 01 34 01 03 ff'), file, sname }))
    expect(packet).toMatchObject({ file: new Uint8Array(0), sname: new Uint8Array(0) })
    expect(packet.options.get(60)).toEqual(hex('41 42'))
    expect(packet.options.get(55)).toEqual(hex('42'))
    expect(packet.options.has(52)).toBe(false)
  })

  test('wrong lengths of known options read as absent', () => {
    const packet = decode(
      rawMessage({ options: optionField([53, hex('01 01')], [50, hex('0a 42')], [57, hex('02')], [55, hex('')], [12, hex('00 41')]) }),
    )
    expect([messageType(packet), addressOption(packet, 50), parameterList(packet), textOption(packet, 12), replyLimit(packet)]).toEqual([
      null,
      null,
      null,
      null,
      548,
    ])
  })
})

describe('what is no DHCP message', () => {
  const rows: [string, Uint8Array][] = [
    ['nothing', new Uint8Array(0)],
    ['239 bytes', rawMessage({}).subarray(0, 239)],
    ['op 0', rawMessage({ op: 0 })],
    ['op 3', rawMessage({ op: 3 })],
    ['no cookie', rawMessage({ cookie: 0 })],
    ['hlen 0', rawMessage({ hlen: 0 })],
    ['hlen 17', rawMessage({ hlen: 17 })],
    ['hlen 255', rawMessage({ hlen: 255 })],
    ['InfiniBand', rawMessage({ htype: 32 })],
    ['a group address as MAC', rawMessage({ mac: '01005e000001' })],
    ['a zero MAC', rawMessage({ mac: '000000000000' })],
  ]
  test.each(rows)('%s', (_, bytes) => {
    expect(decodePacket(bytes)).toHaveProperty('malformed')
  })
})

const addresses = fc.nat({ max: 0xffffffff }).map(formatIpv4)
const field = (maxLength: number) => fc.uint8Array({ maxLength }).map((bytes) => (bytes.at(-1) === 0 ? bytes.fill(1) : bytes))
const packets: fc.Arbitrary<DhcpPacket> = fc.record({
  op: fc.constantFrom(1 as const, 2 as const),
  hops: fc.nat(255),
  xid: fc.nat(0xffffffff),
  secs: fc.nat(65535),
  flags: fc.nat(65535),
  ciaddr: addresses,
  yiaddr: addresses,
  siaddr: addresses,
  giaddr: addresses,
  chaddr: fc
    .tuple(fc.nat(127), fc.nat(0xffffffff))
    .map(([a, b]) => `${(a * 2).toString(16).padStart(2, '0')}ab${b.toString(16).padStart(8, '0')}`),
  sname: field(64),
  file: field(128),
  options: fc
    .array(fc.tuple(fc.integer({ min: 1, max: 254 }), fc.uint8Array({ maxLength: 600 })), { maxLength: 12 })
    .map((pairs) => new Map(pairs.filter(([code]) => code !== 52))),
})

describe('there and back', () => {
  test('whatever fits comes back unchanged', () => {
    fc.assert(
      fc.property(packets, (packet) => {
        const { bytes, dropped } = encodePacket(packet, 65000)
        expect(dropped).toEqual([])
        const last = packet.options.get(82)
        const order = [...packet.options].filter(([code]) => code !== 82)
        expect(decode(bytes)).toEqual({ ...packet, options: new Map(last === undefined ? order : [...order, [82, last]]) })
      }),
    )
  })

  test('no limit is passed, and what came through is unchanged', () => {
    fc.assert(
      fc.property(packets, fc.integer({ min: 548, max: 1472 }), (packet, limit) => {
        const small = {
          ...packet,
          options: new Map([...packet.options].map(([code, value]) => [code, code === 82 ? value.subarray(0, 100) : value])),
        }
        const { bytes, dropped } = encodePacket(small, limit)
        const came = decode(bytes).options
        expect(bytes.length).toBeLessThanOrEqual(limit)
        expect(bytes.length).toBeGreaterThanOrEqual(300)
        for (const [code, value] of small.options) expect(came.get(code)).toEqual(dropped.includes(code) ? undefined : value)
      }),
    )
  })

  test('an option that no field takes whole goes out in parts and comes back whole; what is behind it comes, too', () => {
    const url = new Uint8Array(317).map((_, i) => 97 + (i % 26))
    const options = new Map([
      [53, hex('02')],
      [66, url],
      [43, new Uint8Array(20).fill(7)],
    ])
    const { bytes, dropped } = encodePacket({ ...decode(rawMessage({ options: hex('35 01 01 ff') })), options }, 548)
    expect(dropped).toEqual([])
    expect(bytes.length).toBeLessThanOrEqual(548)
    expect(decode(bytes).options.get(66)).toEqual(url)
    expect(decode(bytes).options.get(43)).toEqual(options.get(43))
  })

  test('an option that all fields together cannot take is named, and the others stay', () => {
    const options = new Map([
      [53, hex('02')],
      [66, new Uint8Array(600).fill(97)],
      [43, new Uint8Array(20).fill(7)],
    ])
    const { bytes, dropped } = encodePacket({ ...decode(rawMessage({ options: hex('35 01 01 ff') })), options }, 548)
    expect(dropped).toEqual([66])
    expect(decode(bytes).options.get(43)).toEqual(options.get(43))
  })

  test('82 is last and never in file or sname, even when others move there', () => {
    const options = new Map<number, Uint8Array>([
      [82, hex('01 02 61 62')],
      ...[200, 201, 202, 203].map((code) => [code, new Uint8Array(90).fill(code)] as const),
    ])
    const { bytes, dropped } = encodePacket({ ...decode(rawMessage({ options: hex('35 01 01 ff') })), options }, 548)
    expect(dropped).toEqual([])
    expect([...bytes.subarray(-7)]).toEqual([82, 4, 1, 2, 97, 98, 255])
    expect([bytes[108], bytes[44]]).toEqual([203, 0])
  })
})

describe('fuzz', () => {
  test('20,000 mutations of good packets never throw and never loop', () => {
    const good = [
      rawMessage({
        options: optionField([53, hex('01')], [60, text('Polycom-VVX450')], [61, hex('01 80 5e c0 12 34 56')], [55, hex('01 03 42 a0 2b')]),
      }),
      rawMessage({
        options: optionField(
          [52, hex('03')],
          [53, hex('03')],
          [50, address('10.66.0.20')],
          [54, address('10.66.0.1')],
          [82, hex('01 02 03 04')],
        ),
      }),
    ]
    let seed = 66
    const next = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0 // one fixed sequence: a failure can be had again
      return (seed >>> 8) % below
    }
    for (let round = 0; round < 20_000; round++) {
      const base = good[next(good.length)] ?? new Uint8Array(0)
      const bytes = base.slice(0, next(8) === 0 ? next(base.length) : base.length)
      for (let change = next(12); change >= 0; change--)
        if (bytes.length > 0) bytes[next(4) === 0 ? next(bytes.length) : 236 + next(64)] = next(256)
      const decoded = decodePacket(bytes)
      if ('packet' in decoded) expect(encodePacket(decoded.packet, 548).bytes.length).toBeLessThanOrEqual(548 + 300)
    }
  })
})
