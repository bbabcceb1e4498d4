import { describe, expect, it } from 'vitest'
import { readPack } from '../../main/core/pack/check.ts'
import { keysIn, readConfigKeys } from '../../main/core/trial/config-keys.ts'
import { tryWhole } from '../../main/core/trial/try-whole.ts'
import { inventedTexts } from '../support/invented-family.ts'

describe('keys of a file', () => {
  it.each([
    ['ini', '#!v\na.1.b = x=y\n# c = d\nE=', ['a.1.b', 'E']],
    ['colon', 'sip line1 mode: 1:2\n!key: x\n# no: no', ['sip line1 mode', 'key']],
    ['quoted', 'A_1="b=c"', ['A_1']],
    ['json', '{ "a": { "b": [1, { "c": 2 }] } }', ['a.b.0', 'a.b.1.c']],
    [
      'xml',
      '<?xml version="1.0"?>\n<r v="1"><!-- x="2" --><item name="acc.1"><part name="p">q</part></item><P271/></r>',
      ['r', 'v', 'item', 'acc.1', 'part', 'p', 'P271'],
    ],
    ['text', '<<VOIP>>Version:1\nSIP1 Addr  :x', ['SIP1 Addr']],
  ] as const)('%s', (format, text, keys) => expect(keysIn(format, text).map((one) => one.key)).toEqual(keys))

  it('N stands for a number, and for itself', () => {
    const keys = readConfigKeys({
      'samples/keys.yaml': 'keys: { "line.N.x": C, Primary_NTP: { mark: 1, where: y }, unused: C }\nstructure: [root]',
    })
    if ('why' in keys) throw new Error(keys.why)
    expect(['line.12.x', 'line.N.x', 'line..x', 'lines.1.x', 'Primary_NTP', 'root', 'version'].map((key) => keys.matches(key))).toEqual([
      true,
      true,
      false,
      false,
      true,
      true,
      true,
    ])
    expect(keys.unused()).toEqual(['unused'])
  })
})

describe('a pack tried whole', () => {
  const tried = (over: Record<string, string>) => {
    const texts = inventedTexts(over)
    const read = readPack(texts)
    if (!read.ok) throw new Error(read.refusal.message)
    return tryWhole(read.value, [read.value], texts)
  }
  const told = (over: Record<string, string>) =>
    tried(over)
      .problems.map(({ file, line, why }) => `${file}${line == null ? '' : `:${line}`}: ${why}`)
      .join('\n')
  const goldens = Object.fromEntries(tried({}).goldens)

  it('is content with its own files', () => {
    expect(told(goldens)).toBe('')
  })

  const path = 'samples/full/out/Desk_2/acme/02AC3E000001.json'
  it.each<[string, Record<string, string>, RegExp]>([
    [
      'an expected file that differs',
      { ...goldens, [path]: (goldens[path] ?? '').replace('"german"', '"dutch"') },
      /out\/Desk_2\/acme\/02AC3E000001\.json:\d+: the pack renders ".*german.*" where the expected file has ".*dutch/,
    ],
    ['an expected file too many', { ...goldens, 'samples/full/out/Desk_9/x.json': '{}' }, /Desk_9\/x\.json: nothing renders this file/],
    [
      'an expected file that is missing',
      Object.fromEntries(Object.entries(goldens).filter(([name]) => name !== path)),
      /Desk_2\/acme\/02AC3E000001\.json: is missing/,
    ],
    [
      'no keys.yaml entry',
      { ...goldens, 'samples/keys.yaml': 'keys: { hello: x }' },
      /the key provisioning\.(?:user|url) is not in samples\/keys\.yaml/,
    ],
    [
      'a key nobody writes',
      { ...goldens, 'samples/keys.yaml': `${inventedTexts()['samples/keys.yaml']}  colour: invented\n` },
      /no template writes colour/,
    ],
    [
      'no case of a stage',
      { ...goldens, 'samples/departure/in.yaml': 'device: { mac: 02ac3e000001 }\nstage: full\n' },
      /no case of the stage departure/,
    ],
    [
      'a case with an unknown word',
      { ...goldens, 'samples/full/in.yaml': 'device: { mac: 02ac3e000001 }\ncolour: red\n' },
      /samples\/full\/in\.yaml: line 2: .*colour/,
    ],
    [
      'a sample of nobody',
      { ...goldens, 'samples/identify.yaml': 'samples:\n  - { facts: { userAgent: x }, yields: { grade: exact } }\n' },
      /samples\/identify\.yaml:2: claimed by no pack/,
    ],
    [
      'a sample with another version',
      {
        ...goldens,
        'samples/identify.yaml':
          'samples:\n  - facts: { userAgent: "AcmePhone/2.3.1 (DESK6)" }\n    yields: { model: Desk 6, firmware: 2.3.2, grade: exact }\n',
      },
      /identify\.yaml:2: firmware is 2\.3\.1, wanted 2\.3\.2/,
    ],
    [
      'a stranger that is its own',
      { ...goldens, 'samples/identify.yaml': `${inventedTexts()['samples/identify.yaml']}  - { userAgent: "AcmePhone/2.3.1 (DESK6)" }\n` },
      /identify\.yaml:\d+: the pack claims this stranger/,
    ],
    ['no notes', { ...goldens, 'NOTES.md': undefined as unknown as string }, /NOTES\.md: is missing/],
  ])('tells of %s', (_, over, message) => {
    expect(told(over)).toMatch(message)
  })

  it('the first stage with a SIP user in it is told', () => {
    const template = (inventedTexts()['templates/device.json'] ?? '').replace('"end": true', '"end": "first-user"')
    expect(told({ ...goldens, 'templates/device.json': template })).toMatch(
      /samples\/first\/out\/.*: the first stage names the SIP user first-user/,
    )
  })
})
