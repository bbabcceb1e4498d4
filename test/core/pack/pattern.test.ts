import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fillPattern, matchPathEnd, matchPattern, patternProblem, PLACEHOLDERS } from '../../../main/core/pack/pattern.ts'

const AGENT = { ignoreCase: true }

describe('matching', () => {
  it.each([
    [
      'Yealink SIP-{model} {version} {mac:}',
      'Yealink SIP-T46U 108.87.14.1 24:9a:d8:6e:9d:88',
      AGENT,
      { model: 'T46U', version: '108.87.14.1', 'mac:': '24:9a:d8:6e:9d:88' },
    ],
    [
      'Yealink SIP-{model} {version} {mac:}',
      'yealink sip-T38G  38.70.0.125 00:15:65:2F:C3:5E',
      AGENT,
      { model: 'T38G', version: '38.70.0.125', 'mac:': '00:15:65:2F:C3:5E' },
    ],
    ['Yealink SIP-{model} {version} {mac:}', 'Yealink SIP-T54W 96.86.0.74', AGENT, null],
    ['Yealink SIP-{model} {version}', 'Yealink SIP-T54W 96.86.0.74 ', AGENT, null],
    [
      '{models}-{version}({hardware}).rom',
      'T54W(T57W,T53W)-96.86.0.45(20211130).rom',
      {},
      { models: 'T54W(T57W,T53W)', version: '96.86.0.45', hardware: '20211130' },
    ],
    [
      '{part}-{version}.sip.ld',
      '3111-48450-001-5.9.2.6600.sip.ld',
      { parts: ['3111-48400-001', '3111-48450-001'] },
      { part: '3111-48450-001', version: '5.9.2.6600' },
    ],
    ['{part}.sip.ld', '3111-48450-001.sip.ld', {}, { part: '3111-48450-001' }],
    // versions as families write them
    ['spa50x-30x-{version}.bin', 'spa50x-30x-7-5-2b.bin', {}, { version: '7-5-2b' }],
    ['sip88xx.{version}.loads', 'sip88xx.12-0-1MPP1121-22.loads', {}, { version: '12-0-1MPP1121-22' }],
    [
      'Cisco/ATA191-MPP-{version} ({serial})',
      'Cisco/ATA191-MPP-11-1-0-MSR4 (FCH2443D9R4)',
      AGENT,
      { version: '11-1-0-MSR4', serial: 'FCH2443D9R4' },
    ],
    ['x/{version};{MAC}', 'x/83.V2.11.0+build.a546b91;7C2F80E0D605', {}, { version: '83.V2.11.0+build.a546b91', MAC: '7C2F80E0D605' }],
    [
      'Linksys/{model}-{version} ({serial})',
      'Linksys/SPA-942-6.1.5(a) (88019FA42805)',
      { models: ['SPA-942'] },
      { model: 'SPA-942', version: '6.1.5(a)', serial: '88019FA42805' },
    ],
    ['V:{version}-SIP', 'V:6.4.0.4006-SIP', {}, { version: '6.4.0.4006' }],
    [
      'snom{model}-SIP {version} {word} {MAC}{rest}',
      'snomD785-SIP 10.1.33.33 2010.12-00004-g9ba52f5 000413922D24 SXM:0 UXM:0',
      { models: ['D785'] },
      { model: 'D785', version: '10.1.33.33', word: '2010.12-00004-g9ba52f5', MAC: '000413922D24', rest: ' SXM:0 UXM:0' },
    ],
    ['acme.{model}', 'acme.VP 200', { models: ['VP', 'VP 200'] }, { model: 'VP 200' }],
    ['acme.{model}', 'acme.VP 300', { models: ['VP', 'VP 200'] }, null],
    ['/{mac}.cfg', '/805EC0123456.cfg', {}, null],
    ['/{MAC}.cfg', '/805EC0123456.cfg', {}, { MAC: '805EC0123456' }],
    ['/{mac:}.cfg', '/805EC0123456.cfg', {}, { 'mac:': '805EC0123456' }],
    ['/{mac:}.cfg', '/805E.C012.3456.cfg', {}, { 'mac:': '805E.C012.3456' }],
    ['/{mac:}.cfg', '/80:5E-C0:12:34:56.cfg', {}, null],
    ['/{mac}.cfg', '/000000000000.cfg', {}, null],
    ['/{mac}.cfg', '/ffffffffffff.cfg', {}, null],
    ['{image}', 'a/b', {}, null],
    ['{unknown}', 'x', {}, null],
    ['{mac', '{mac', {}, null],
  ])('%s against %s', (pattern, text, options, wanted) => {
    expect(matchPattern(pattern, text, options)).toEqual(wanted)
  })

  it.each([
    ['/{mac}.cfg', '/p/deep/805ec0123456.cfg', { mac: '805ec0123456' }],
    ['/fw/{image}', '/p/fw/a b.rom', { image: 'a b.rom' }],
    ['/fw/{image}', '/fw/ b.rom', null],
    ['/fw/{image}', '/p/fw/T46S(T48S)-66.86.0.15.rom', { image: 'T46S(T48S)-66.86.0.15.rom' }],
    ['/fw/{image}', '/fw/../x.rom', null],
    ['/y000000000{code}.cfg', '/y000000000066.cfg', { code: '066' }],
    ['/sip.ld', '/sip.ld', {}],
    ['/sip.ld', '/SIP.LD', null],
    ['/sip.ld', 'sip.ld', null],
    ['sip.ld', '/sip.ld', null],
  ])('path %s against %s', (pattern, path, wanted) => {
    expect(matchPathEnd(pattern, path)).toEqual(wanted)
  })

  it.each(['', '{model}{version}', '{mac}{mac}', '{model}-{model}', '{nothing}', '}', 'x'.repeat(600)])(
    'refuses the pattern %s',
    (pattern) => {
      expect(patternProblem(pattern)).not.toBeNull()
    },
  )
})

const hex = fc.constantFrom(...'0123456789abcdef')
const mac = fc
  .tuple(fc.constantFrom('00', '04', '80', 'c4'), fc.array(hex, { minLength: 10, maxLength: 10 }))
  .map(([a, b]) => a + b.join(''))
  .filter((text) => !/^0+$/.test(text))
const version = fc.array(fc.nat(999), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.'))
const model = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,7}$/)

describe('properties', () => {
  it('what was filled in comes out again', () => {
    fc.assert(
      fc.property(model, version, mac, (m, v, address) => {
        for (const pattern of [
          'Yealink SIP-{model} {version} {mac}',
          'File {model}-UA/{version} (SN:{mac:}) Type/Application',
          '{model}-{version}.rom',
        ]) {
          const values = { model: m, version: v, mac: address, 'mac:': address }
          const found = matchPattern(pattern, fillPattern(pattern, values), AGENT)
          for (const [name, value] of Object.entries(found ?? { none: 'at all' })) expect(value).toBe(values[name as keyof typeof values])
        }
      }),
    )
  })

  it('is total, and values stand in the text', () => {
    const piece = fc.oneof(
      fc.constantFrom(...PLACEHOLDERS).map((name) => `{${name}}`),
      fc.constantFrom('-', ' ', '/', '.', 'a', '{', '}', '\u0000'),
    )
    const pattern = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
    )
    fc.assert(
      fc.property(pattern, fc.string({ unit: 'binary', maxLength: 300 }), fc.boolean(), (p, text, ignoreCase) => {
        const found = matchPattern(p, text, { ignoreCase }) ?? {}
        for (const value of Object.values(found)) expect(text).toContain(value)
        matchPathEnd(p, text)
        fillPattern(p, found)
      }),
      { numRuns: 2000 },
    )
  })

  it('costs no more than its length, whatever the text', () => {
    const patterns = [
      '{part}-{serial}-{version}-{code}.x',
      'Yealink SIP-{model} {version} {hardware}',
      '{image}-{part}-{serial}',
      'a{rest}b{word} {rest}',
    ]
    const texts = ['1-'.repeat(1000), '-'.repeat(2000), 'a'.repeat(2000), ' '.repeat(2000), '1.'.repeat(1000), 'ab '.repeat(700)]
    const steps = (pattern: string, text: string) => {
      const tally = { steps: 0 }
      matchPattern(pattern, text, { ...AGENT, tally })
      return tally.steps
    }
    for (const pattern of patterns) {
      for (const text of texts) {
        const [short, long] = [steps(pattern, text.slice(0, 500)), steps(pattern, text.slice(0, 2000))]
        expect(long, `${pattern} against ${text.slice(0, 4)}…`).toBeLessThanOrEqual(short * 4.1) // four times the text
      }
    }
    expect(matchPattern('{image}', 'x'.repeat(100_000))).toBeNull()
  })
})
