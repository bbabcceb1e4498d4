import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkAll, readPack } from '../../../main/core/pack/check.ts'
import { readImageName } from '../../../main/core/pack/image-name.ts'
import { bundledPacksFolder } from '../../../main/packs/load.ts'
import { bundledPacks } from '../../support/pack-world.ts'

const packs = await bundledPacks()
const files = await textsOf('yealink/t4x-t5x')

async function textsOf(id: string): Promise<Record<string, string>> {
  const root = join(bundledPacksFolder(), id)
  const names = [
    'pack.yaml',
    'settings.yaml',
    ...(await readdir(join(root, 'templates'))).map((name) => `templates/${name}`),
    ...(await readdir(join(root, 'maps'))).map((name) => `maps/${name}`),
  ]
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(root, name), 'utf8')])))
}

/** The pack with one text changed; the change must hit. */
function changed(file: string, from: string | RegExp, to: string): Record<string, string> {
  const before = files[file] ?? ''
  const after = before.replace(from, to)
  if (after === before) throw new Error(`${from} is not in ${file}`)
  return { ...files, [file]: after }
}

function why(texts: Record<string, string>): string | null {
  const read = readPack(texts)
  return read.ok ? null : read.refusal.message
}

describe('readPack', () => {
  it('takes the pack as it is, frozen', () => {
    const read = readPack(files)
    expect(read).toMatchObject({ ok: true })
    expect(read.ok && Object.isFrozen(read.value.files[0])).toBe(true)
  })

  it.each<[string, Record<string, string>, RegExp]>([
    ['no pack.yaml', {}, /pack\.yaml is missing/],
    ['no YAML', { ...files, 'pack.yaml': 'pack: [' }, /pack\.yaml line 1/],
    ['an unknown word', changed('pack.yaml', 'revision: 1', 'revision: 1\ncolour: red'), /pack\.yaml (?:line \d+: )?.*colour/],
    ['a newer vocabulary', changed('pack.yaml', 'vocabulary: 1', 'vocabulary: 7\nnovelty: 1'), /needs vocabulary 7/],
    ['a code that is a number', changed('pack.yaml', 'code: "054"', 'code: 54'), /pack\.yaml line \d+: models\.T40P\.code/],
    [
      'a bad pattern',
      changed('pack.yaml', 'SIP-{model} {version}"', 'SIP-{model}{version}"'),
      /line \d+: match\.userAgent\[\d\].*no text between/,
    ],
    ['an unknown placeholder', changed('pack.yaml', '"SIP-{model}"', '"SIP-{colour}"'), /match\.hostName\[0\].*no placeholder/],
    ['a model twice', changed('pack.yaml', 'alsoKnownAs: [T56]', 'alsoKnownAs: [t46s]'), /the model t46s stands there twice/],
    ['a file id twice', changed('pack.yaml', 'id: common-boot', 'id: boot'), /the file id boot stands there twice/],
    [
      'a template that is missing',
      changed('pack.yaml', 'template: common.cfg', 'template: nope.cfg'),
      /common: templates\/nope\.cfg is missing/,
    ],
    ['a template nobody uses', { ...files, 'templates/idle.cfg': 'x' }, /templates\/idle\.cfg: no file uses it/],
    ['a script', { ...files, 'hook.js': '1' }, /hook\.js: not a part of a pack/],
    ['no proof file', changed('pack.yaml', 'proves: true', 'proves: false'), /one file proves the token, not 0/],
    ['a proof that is not secret', changed('pack.yaml', 'secret: true', 'secret: false'), /device: /],
    ['a stage without template', changed('pack.yaml', ', departure: device.cfg', ''), /needs a template for first, full and departure/],
    ['an expected file nobody has', changed('pack.yaml', 'expect: [common]', 'expect: [nothing]'), /there is no file nothing/],
    ['a token under 128 bits', changed('pack.yaml', 'maxChars: 43', 'maxChars: 20'), /token\.maxChars/],
    [
      'an unknown setting in a template',
      changed('templates/device.cfg', /sip\.expires/, 'sip.nothing'),
      /templates\/device\.cfg line \d+: there is no setting sip\.nothing/,
    ],
    [
      'an unknown name',
      changed('templates/first.cfg', 'bench.httpUrl', 'bench.nothing'),
      /templates\/first\.cfg line \d+: there is no bench\.nothing/,
    ],
    ['an unknown filter', changed('templates/device.cfg', '| flag', '| raw'), /templates\/device\.cfg line \d+: undefined filter: raw/],
    ['a template cut short', changed('templates/first.cfg', '{% endif %}', ''), /templates\/first\.cfg/],
    [
      'a secret in a file for all',
      changed('templates/common.cfg', '#!version', "{{ settings['admin.password'] }}#!version"),
      /admin\.password is secret/,
    ],
    [
      'a token in a file for all',
      changed('templates/common.cfg', '#!version', '{{ token.secret }}#!version'),
      /token belongs only into a file marked secret/,
    ],
    [
      'a setting no template uses',
      changed('settings.yaml', 'settings:', 'settings:\n  - { key: idle.one, type: text, label: Idle }'),
      /idle\.one: no template uses it/,
    ],
    ['a default out of range', changed('settings.yaml', 'default: 1440', 'default: 1'), /repeatMinutes: the default/],
    [
      'choices on text',
      changed('settings.yaml', 'type: host', 'type: host\n    choices: [a]'),
      /settings\.yaml line \d+: sip\.registrar\.host: choices belong to the types choice/,
    ],
    ['a map that is no map', { ...files, 'maps/transport.yaml': '- a' }, /maps\/transport\.yaml/],
  ])('refuses: %s', (_, texts, message) => {
    expect(why(texts)).toMatch(message)
  })

  it('never throws', () => {
    for (const text of ['', '\u0000', '---\n---', '&a *a', '!!js/function x', '? {}', 'pack: 1', '- 1']) {
      for (const name of ['pack.yaml', 'settings.yaml', 'maps/transport.yaml'])
        expect(why({ ...files, [name]: text }) ?? '').toBeTypeOf('string')
    }
  })
})

describe('checkAll', () => {
  it('of two packs with one name the first stays', () => {
    const [first] = packs
    if (first === undefined) throw new Error('no pack')
    expect(checkAll([...packs, first])).toMatchObject({
      packs,
      problems: [{ pack: first.id, message: expect.stringContaining('loaded already') }],
    })
    const thief = { ...first, id: 'x/y' }
    expect(checkAll([...packs, thief]).problems[0]?.message).toMatch(/belongs to/)
  })
})

describe('image names', () => {
  it.each([
    ['T46S-66.86.0.20.rom', 'yealink/t4x-t5x', ['T46S'], '66.86.0.20'],
    ['T46S(T48S,T42S,T41S)-66.86.0.15.rom', 'yealink/t4x-t5x', ['T46S', 'T48S', 'T42S', 'T41S'], '66.86.0.15'],
    ['T54W(T57W,T53W,T53,T53C,T54,T57)-96.86.0.45(20211130).rom', 'yealink/t4x-t5x', ['T54W', 'T57W', 'T53W', 'T53'], '96.86.0.45'],
    ['T58V(T56A)-58.86.0.20.rom', 'yealink/t4x-t5x', ['T58V', 'T56A'], '58.86.0.20'],
    ['3111-48450-001-5.9.2.6600.sip.ld', 'poly/vvx', ['VVX 411'], '5.9.2.6600'],
    ['vvx_411-5.9.2.6600.sip.ld', 'poly/vvx', ['VVX 411'], '5.9.2.6600'],
    ['sip-5.9.2.6600.ld', 'poly/vvx', [], '5.9.2.6600'],
  ])('%s', (name, pack, models, version) => {
    expect(readImageName(packs, name)).toEqual({ pack, models, version })
  })

  it.each(['W70B-146.87.0.21.rom', '3111-48450-001.sip.ld', '2345-12600-001-4.0.11.sip.ld', 'readme.txt', ''])(
    'does not know %s',
    (name) => {
      expect(readImageName(packs, name)).toBeNull()
    },
  )
})
