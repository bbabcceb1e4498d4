import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { identify } from '../../../main/core/identify/identify.ts'
import { decodeVendorBlocks } from '../../../main/core/identify/vendor-class.ts'
import { fromHex, latin1 } from '../../../main/core/model/bytes.ts'
import { parseMac } from '../../../main/core/model/mac.ts'
import { bundledPacks } from '../../support/pack-world.ts'
import { SAMPLES } from './samples.ts'

const packs = await bundledPacks()
const text = (value: string) => new TextEncoder().encode(value)

describe('what facts say together', () => {
  it('agrees: model from agent, file and host name; MAC from lease, path and agent', () => {
    const found = identify(packs, {
      userAgent: 'Yealink SIP-T46S 66.86.0.15 80:5e:c0:12:34:56',
      path: '/805ec0123456.cfg',
      hostName: 'SIP-T46S',
      vendorClass: text('yealink'),
      leaseMac: '805ec0123456',
    })
    expect(found).toMatchObject({
      model: 'T46S',
      firmware: '66.86.0.15',
      mac: '805ec0123456',
      grade: 'exact',
      conflicts: [],
      vendor: 'Yealink',
    })
    expect(found.file?.id).toBe('device')
    expect(found.pathValues).toEqual({ mac: '805ec0123456' })
    expect(
      found.evidence
        .filter((one) => one.says === 'mac')
        .map((one) => one.fact)
        .sort(),
    ).toEqual(['leaseMac', 'path', 'userAgent'])
  })

  it.each([
    ['another model in the file name', { userAgent: 'Yealink SIP-T54W 96.86.0.74', path: '/y000000000066.cfg' }, 'model'],
    ['another MAC in the agent', { userAgent: 'Yealink SIP-T46S 66.86.0.15 805ec0123456', leaseMac: '805ec0999999' }, 'mac'],
    ['another maker by DHCP', { userAgent: 'Yealink SIP-T46S 66.86.0.15', vendorClass: text('Polycom-VVX310') }, 'family'],
    [
      'another model by DHCP',
      { userAgent: 'FileTransport PolycomVVX-VVX_400-UA/4.1.4.7430 Type/Application', vendorClass: text('Polycom-VVX310') },
      'model',
    ],
    ['another host name', { userAgent: 'Yealink SIP-T46S 66.86.0.15', hostName: 'SIP-T48S' }, 'model'],
    ['a file of another T5', { userAgent: 'Yealink SIP-T46S 66.86.0.15', path: '/y000000000095.cfg' }, 'model'],
  ])('contradicts itself: %s', (_, facts, field) => {
    const found = identify(packs, facts)
    expect(found.conflicts.some((one) => one.startsWith(field))).toBe(true)
    expect(field === 'family' ? found.pack : found[field as 'model' | 'mac']).toBeNull()
  })

  it('a file of two models backs either and names none', () => {
    expect(identify(packs, { userAgent: 'Yealink SIP-T53 96.86.0.74', path: '/y000000000095.cfg' })).toMatchObject({
      model: 'T53',
      conflicts: [],
    })
    expect(identify(packs, { path: '/y000000000095.cfg' })).toMatchObject({ model: null, conflicts: [], grade: 'likely' })
  })

  it('a model of the maker that no pack has keeps its name and gets no pack', () => {
    const found = identify(packs, { userAgent: 'Yealink W999 146.85.0.5 80:5e:0c:1d:65:4e' })
    expect(found).toMatchObject({
      pack: null,
      vendor: 'Yealink',
      model: 'W999',
      firmware: '146.85.0.5',
      mac: '805e0c1d654e',
      grade: 'likely',
    })
  })

  it('a MAC range is a hint and no more', () => {
    expect(identify(packs, { leaseMac: '805ec0000009' })).toMatchObject({
      pack: null,
      vendor: 'Yealink',
      model: null,
      grade: 'hint',
      conflicts: [],
    })
    const borrowed = identify(packs, { leaseMac: '64167f000009', userAgent: 'Yealink SIP-T46S 66.86.0.15' })
    expect(borrowed).toMatchObject({ vendor: 'Yealink', model: 'T46S', conflicts: [] })
  })

  it('a fixed file name of one family is a hint of its maker; hints that differ are no conflict', () => {
    expect(identify(packs, { path: '/y000000000000.boot' })).toMatchObject({ pack: null, vendor: 'Yealink', grade: 'hint', conflicts: [] })
    expect(identify(packs, { path: '/y000000000000.boot', leaseMac: '64167f000009' })).toMatchObject({
      vendor: null,
      grade: null,
      conflicts: [],
    })
  })

  it.each([
    [
      'another model by TFTP option',
      { userAgent: 'Grandstream Model HW GXP2140 SW 1.0.4.23 DevId 000b82000001', tftpOptions: { grandstream_MODEL: 'GXP2160' } },
      'model',
    ],
    ['another MAC by TFTP option', { leaseMac: '000b82000001', tftpOptions: { grandstream_ID: '000b82000002' } }, 'mac'],
    ['another MAC in the path', { leaseMac: '000b82000001', path: '/cfg000b82000002.xml' }, 'mac'],
    [
      'another MAC in the certificate',
      { leaseMac: '64167f000001', certificate: { subject: 'CN=64167f000002, O=Polycom Inc.', issuer: 'CN=Polycom Root CA' } },
      'mac',
    ],
    [
      'another maker by DHCP than by its header',
      { userAgent: 'Cisco/SPA525G-7.4.9c (CBT141100NR)', certificate: null, vendorClass: 'Polycom-VVX310' },
      'vendor',
    ],
  ] as const)('contradicts itself: %s', (_, facts, field) => {
    const found = identify(packs, facts)
    expect(found.conflicts.map((one) => one.split(':')[0])).toContain(field)
    expect(found[field]).toBeNull()
  })

  it('a certificate of an issuer the family does not know says nothing', () => {
    const certificate = { subject: 'CN=64167f000002', issuer: 'CN=Anybody' }
    expect(identify(packs, { certificate })).toMatchObject({ vendor: null, mac: null, evidence: [] })
  })

  it('a list of option 55 is a hint, and gives way to anything said', () => {
    const parameterRequestList = [1, 2, 3, 4, 6, 7, 12, 15, 28, 42, 66, 67, 43, 120]
    expect(identify(packs, { parameterRequestList })).toMatchObject({ vendor: 'Yealink', grade: 'hint', conflicts: [] })
    expect(identify(packs, { parameterRequestList, vendorClass: 'Polycom-VVX310' })).toMatchObject({
      vendor: 'Poly',
      model: 'VVX 310',
      conflicts: [],
    })
    expect(identify(packs, { parameterRequestList: [...parameterRequestList, 121] }).vendor).toBeNull()
  })

  it('every piece of evidence has its grade', () => {
    const { evidence } = identify(packs, {
      userAgent: 'Yealink SIP-T46S 66.86.0.15 805ec0123456',
      hostName: 'SIP-T46S',
      leaseMac: '805ec0123456',
    })
    expect(new Set(evidence.map(({ fact, grade }) => `${fact} ${grade}`))).toEqual(
      new Set(['userAgent exact', 'hostName likely', 'leaseMac exact', 'oui hint']),
    )
  })

  it('option 60 as text and as bytes say the same, whatever stands at its end', () => {
    const wanted = identify(packs, { vendorClass: 'Cisco SPA504G' })
    for (const end of ['', '\0', '\0\0', ' ', '\r\n']) {
      expect(identify(packs, { vendorClass: `Cisco SPA504G${end}` })).toEqual(wanted)
      expect(identify(packs, { vendorClass: text(`Cisco SPA504G${end}`) })).toEqual(wanted)
    }
  })

  it('knows nothing of nothing', () => {
    expect(identify(packs, {})).toMatchObject({
      pack: null,
      vendor: null,
      model: null,
      firmware: null,
      mac: null,
      serial: null,
      grade: null,
      evidence: [],
    })
  })
})

describe('vendor class of blocks', () => {
  it('reads the dump of the manual', () => {
    const hex =
      '0000363d6f0107506f6c79636f6d0215536f756e64506f696e7449502d535049505f3630310310323334352d31313630352d3030312c32041c5349502f5469702e585858582f30382d4a756e2d30372031303a3434051d42522f332e312e302e585858582f32382d4170722d30352031333a3330'
    const [block] = decodeVendorBlocks(fromHex(hex) ?? new Uint8Array()) ?? []
    expect(block?.enterprise).toBe(13885)
    expect([...(block?.items ?? [])].slice(0, 3)).toEqual([
      [1, 'Polycom'],
      [2, 'SoundPointIP-SPIP_601'],
      [3, '2345-11605-001,2'],
    ])
  })

  it('every beginning of it is read or refused, never more', () => {
    const whole = fromHex('0000363d160107506f6c79636f6d020b5656582d5656585f343131') ?? new Uint8Array()
    for (let length = 0; length < whole.length; length++) expect(decodeVendorBlocks(whole.subarray(0, length))).toBeNull()
    expect(decodeVendorBlocks(whole)).toHaveLength(1)
  })
})

describe('properties', () => {
  const hexes = fc.stringMatching(/^[0-9a-fA-F]{10,14}$/)
  /** Headers of every family with a piece cut out, doubled or changed. */
  const seen = Object.values(SAMPLES)
    .flat()
    .flatMap(([facts]) => facts.userAgent ?? [])
  const damaged = fc
    .tuple(fc.constantFrom(...seen), fc.nat(80), fc.nat(6), fc.oneof(fc.string(), hexes, fc.constantFrom(' ', '(', '\0', '/')))
    .map(([header, at, cut, put]) => header.slice(0, at) + put + header.slice(at + cut))
  const agent = fc.oneof(
    damaged,
    fc.string({ unit: 'binary' }),
    fc
      .tuple(fc.constantFrom('Yealink SIP-', 'yealink ', 'FileTransport PolycomVVX-'), fc.string(), fc.string())
      .map((parts) => parts.join(' ')),
    fc.constantFrom('Yealink SIP-T46S 66.86.0.15 805ec0123456', 'FileTransport PolycomVVX-VVX_411-UA/5.9 (SN:64167f9f4c90) Type/Updater'),
  )
  const facts = fc.record({
    userAgent: fc.option(agent),
    path: fc.option(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('/805ec0123456.cfg', '/000000000000.cfg', '/p//64167f000001-phone.cfg')),
    ),
    hostName: fc.option(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('SIP-T46S', 'Polycom_64167f000001'))),
    vendorClass: fc.option(
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.uint8Array({ maxLength: 60 }).map((tail) => Uint8Array.from([0, 0, 0x36, 0x3d, ...tail])),
      ),
    ),
    leaseMac: fc.option(fc.constantFrom('805ec0123456', '64167f000001', '000413801abc', 'nonsense')),
    parameterRequestList: fc.option(fc.oneof(fc.array(fc.nat(255)), fc.constant([1, 3, 6, 12, 15, 28, 66]))),
    tftpOptions: fc.option(
      fc.dictionary(
        fc.constantFrom('grandstream_ID', 'grandstream_MODEL', 'GRANDSTREAM_id', 'blksize'),
        fc.oneof(hexes, fc.string({ unit: 'binary' })),
      ),
    ),
    certificate: fc.option(
      fc.record({
        subject: fc.oneof(
          hexes.map((one) => `CN=${one}, O=x`),
          fc.string({ unit: 'binary' }),
        ),
        issuer: fc.oneof(fc.constantFrom('CN=Polycom Root CA', 'CN=Yealink Equipment Issuing CA'), fc.string({ unit: 'binary' })),
      }),
    ),
  })

  it('never throws, and every MAC and version it gives stands in what it was given', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const found = identify(packs, given)
        const said = [
          given.userAgent,
          given.path,
          given.hostName,
          given.leaseMac,
          given.vendorClass === null ? '' : latin1(given.vendorClass),
          ...Object.values(given.tftpOptions ?? {}),
          given.certificate?.subject,
          given.certificate?.issuer,
        ].join('\n')
        const bare = said.toLowerCase().replace(/[^0-9a-f\n]/g, '')
        const macs = [found.mac, ...found.evidence.filter((one) => one.says === 'mac').map((one) => one.value)].filter(
          (mac) => mac !== null,
        )
        for (const mac of macs) {
          expect(parseMac(mac)).toBe(mac)
          expect(bare).toContain(mac)
        }
        if (found.firmware !== null) expect(said).toContain(found.firmware)
      }),
      { numRuns: 1500 },
    )
  })

  it('takes any amount of anything', () => {
    const many = 'x'.repeat(200_000)
    const found = identify(packs, {
      userAgent: `Yealink SIP-T46S 66.86.0.15 805ec0123456 ${many}`,
      path: `/${many}`,
      hostName: many,
      vendorClass: new Uint8Array(200_000).fill(0x79),
      parameterRequestList: Array.from({ length: 50_000 }, (_, i) => i),
      tftpOptions: Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`o${i}`, many.slice(0, 100)])),
      certificate: { subject: many, issuer: many },
      leaseMac: many,
    })
    expect(found).toMatchObject({ model: 'T46S', firmware: '66.86.0.15', mac: '805ec0123456', conflicts: [] })
  })

  it('does not depend on the order of the packs', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const [a, b] = [identify(packs, given), identify([...packs].reverse(), given)]
        expect({ ...a, evidence: [], conflicts: a.conflicts.length }).toEqual({ ...b, evidence: [], conflicts: b.conflicts.length })
      }),
    )
  })

  it('costs no more than the length of what was said, and longer headers are read to an end', () => {
    const steps = (userAgent: string) => {
      const tally = { steps: 0 }
      identify(packs, { userAgent }, tally)
      return tally.steps
    }
    const grown = (seed: string, length: number) => seed.repeat(Math.ceil(length / seed.length)).slice(0, length)
    fc.assert(
      fc.property(fc.oneof(fc.string({ minLength: 1, unit: 'binary' }), fc.constantFrom(...seen)), (seed) => {
        const [one, two, four] = [64, 128, 256].map((length) => steps(grown(seed, length))) as [number, number, number]
        // At most as many places for each pattern as the text is long: so many patterns, so many pieces.
        const most = packs.reduce((sum, pack) => sum + pack.match.userAgent.length, 0) * 12 * 20
        for (const [length, cost] of [
          [64, one],
          [128, two],
          [256, four],
        ] as const)
          expect(cost).toBeLessThanOrEqual(most * 2 * (length + 1))
        expect(steps(grown(seed, 100_000))).toBe(steps(grown(seed, 512)))
      }),
      { numRuns: 200 },
    )
  })

  it('the cost of a header that fits to its last word grows with its length alone', () => {
    const steps = (blanks: number) => {
      const tally = { steps: 0 }
      identify(
        packs,
        { userAgent: `Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 ${'x '.repeat(blanks)}000413922D24 SXM:0 UXM:0)` },
        tally,
      )
      return tally.steps
    }
    const [short, long] = [steps(50), steps(200)]
    expect(long / short).toBeLessThan(4)
  })
})

describe('a hint that speaks against the facts is told and decides nothing', () => {
  it.each([
    [{ vendorClass: 'snomD785', leaseMac: '001565aaaaaa' }, 'Snom', ['vendor: Snom, but Yealink by oui']],
    [{ vendorClass: 'yealink', leaseMac: '000b8240d55c' }, 'Yealink', ['vendor: Yealink, but Grandstream by oui']],
    [{ vendorClass: 'yealink', leaseMac: '001565aaaaaa' }, 'Yealink', []],
    [{ leaseMac: '001565aaaaaa' }, 'Yealink', []],
  ])('%j', (facts, vendor, doubts) => {
    expect(identify(packs, facts)).toMatchObject({ vendor, conflicts: [], doubts })
  })
})
