import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { identify } from '../../../main/core/identify/identify.ts'
import { decodeVendorBlocks } from '../../../main/core/identify/vendor-class.ts'
import { fromHex, latin1 } from '../../../main/core/model/bytes.ts'
import { parseMac } from '../../../main/core/model/mac.ts'
import { bundledPacks } from '../../support/pack-world.ts'

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
    const found = identify(packs, { userAgent: 'Yealink W70B 146.85.0.5 80:5e:0c:1d:65:4e' })
    expect(found).toMatchObject({
      pack: null,
      vendor: 'Yealink',
      model: 'W70B',
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
  const agent = fc.oneof(
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
    leaseMac: fc.option(fc.constantFrom('805ec0123456', '64167f000001', 'nonsense')),
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
      { numRuns: 3000 },
    )
  })

  it('does not depend on the order of the packs', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const [a, b] = [identify(packs, given), identify([...packs].reverse(), given)]
        expect({ ...a, evidence: [], conflicts: a.conflicts.length }).toEqual({ ...b, evidence: [], conflicts: b.conflicts.length })
      }),
    )
  })
})
