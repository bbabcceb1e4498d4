import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkAll, readPack } from '../../../main/core/pack/check.ts'
import { readImageName } from '../../../main/core/pack/image-name.ts'
import { tryPack } from '../../../main/core/render/try-pack.ts'
import { INVENTED_FAMILY, inventedTexts } from '../../support/invented-family.ts'
import { bundledPacks } from '../../support/pack-world.ts'

const packs = await bundledPacks()
const files = inventedTexts()

/** The invented pack with one text changed; the change must hit. */
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
  it('takes the pack as it is, frozen, with what its vendor shares', () => {
    const read = readPack(files)
    if (!read.ok) throw new Error(read.refusal.message)
    const pack = read.value
    expect(Object.isFrozen(pack.files[0])).toBe(true)
    expect(pack).toMatchObject({ id: 'acme/desk', vocabulary: 2, raw: 'device', notify: { resync: 'again', reboot: null } })
    expect(pack.models['Desk 6']).toMatchObject({ lines: 6, keys: 12, keyColumns: [6, 6], modules: 0, code: null })
    expect(pack.files[0]).toMatchObject({ id: 'common', anyCase: true, encoding: 'utf-8', protocols: ['http', 'tftp'], maxBytes: null })
    expect(pack.maps.language).toEqual({ de: 'german', en: 'english' })
  })

  it('joins normalised settings with what the family says of them, a definition for each key of the largest model', () => {
    const read = readPack(files)
    if (!read.ok) throw new Error(read.refusal.message)
    const setting = (key: string) => read.value.settings.find((one) => one.key === key)
    expect(setting('sip.transport')).toMatchObject({ normal: true, type: 'choice', choices: ['udp', 'tls'], menu: 'sip', models: null })
    expect(setting('provisioning.repeatMinutes')).toMatchObject({ min: 30, default: 720, unit: 'min' })
    expect(setting('acme.glow')).toMatchObject({
      normal: false,
      since: '2.4',
      menu: 'phone',
      layers: ['profile', 'group', 'department', 'device'],
    })
    expect(setting('keys.4.action')).toMatchObject({ models: null, choices: ['none', 'blf', 'speedDial'] })
    expect(setting('keys.5.action')).toMatchObject({ models: ['Desk 6'] })
    expect(setting('keys.13.action')).toBeUndefined()
    expect(setting('raw.lines')).toMatchObject({ type: 'raw', menu: 'raw' })
  })

  it.each<[string, Record<string, string>, RegExp]>([
    ['no pack.yaml', {}, /pack\.yaml is missing/],
    ['no YAML', { ...files, 'pack.yaml': 'pack: [' }, /pack\.yaml line 1/],
    ['an unknown word', changed('pack.yaml', 'revision: 1', 'revision: 1\ncolour: red'), /pack\.yaml (?:line \d+: )?.*colour/],
    [
      'an unknown word of a file',
      changed('pack.yaml', 'anyCase: true', 'anyCase: true, colour: red'),
      /pack\.yaml line 18: files\[0\]: .*colour/,
    ],
    ['a newer vocabulary', changed('pack.yaml', 'vocabulary: 2', 'vocabulary: 7\nnovelty: 1'), /needs vocabulary 7/],
    ['a code that is a number', changed('pack.yaml', 'lines: 2,', 'lines: 2, code: 54,'), /pack\.yaml line \d+: models\.Desk 2\.code/],
    [
      'a bad pattern',
      changed('pack.yaml', '/{version} ({model})"', '/{version}{model})"'),
      /line \d+: match\.userAgent\[\d\].*no text between/,
    ],
    ['an unknown placeholder', changed('pack.yaml', '"acme.{model}"', '"acme.{colour}"'), /match\.vendorClass\[0\].*no placeholder/],
    [
      'a model twice',
      changed('pack.yaml', 'alsoKnownAs: [DESK6]', 'alsoKnownAs: [desk2]'),
      /pack\.yaml line 11: the model desk2 stands there twice/,
    ],
    ['a file id twice', changed('pack.yaml', 'id: device', 'id: common'), /pack\.yaml line 19: the file id common stands there twice/],
    [
      'a prefix of others outside its own',
      changed('pack.yaml', 'oui: ["02ac3e"]', 'oui: ["02ac3e"]\n  notOui: ["02ac4e1"]'),
      /notOui: it lies in none/,
    ],
    [
      'a template that is missing',
      changed('pack.yaml', 'template: common.json', 'template: nope.json'),
      /line 18: files: common: templates\/nope\.json is missing/,
    ],
    ['a template nobody uses', { ...files, 'templates/idle.cfg': 'x' }, /templates\/idle\.cfg: no file uses it/],
    ['a script', { ...files, 'hook.js': '1' }, /hook\.js: not a part of a pack/],
    ['no proof file', changed('pack.yaml', 'proves: true', 'proves: false'), /one file proves the token, not 0/],
    ['a proof that is not secret', changed('pack.yaml', 'secret: true', 'secret: false'), /files: device: /],
    ['a stage without template', changed('pack.yaml', ', departure: device.json', ''), /needs a template for first, full and departure/],
    ['an expected file nobody has', changed('pack.yaml', 'expect: [common]', 'expect: [nothing]'), /there is no file nothing/],
    ['a token under 128 bits', changed('pack.yaml', 'maxChars: 30', 'maxChars: 20'), /token\.maxChars/],
    [
      'a step for a model it lacks',
      changed('pack.yaml', 'downgrade: refused', 'steps: [{ models: [X], below: "1", through: "1" }]'),
      /there is no model X/,
    ],
    [
      'a step through no version',
      changed('pack.yaml', 'downgrade: refused', 'steps: [{ below: "2.0", through: latest }]'),
      /firmware\.steps: "latest" holds no number/,
    ],
    [
      'a shared file that is not there',
      changed('pack.yaml', 'maps/language.yaml]', 'maps/none.yaml]'),
      /line 8: _shared\/maps\/none\.yaml is missing/,
    ],
    ['a shared file that it holds too', { ...files, 'maps/language.yaml': 'de: x' }, /line 8: the pack holds maps\/language\.yaml itself/],
    ['a path out of the shared folder', changed('pack.yaml', 'maps/language.yaml]', '../../x.yaml]'), /line 8: include\[1\]/],
    [
      'a setting the vendor has too',
      changed('settings.yaml', 'use:', 'use:\n  ui.language: {}'),
      /_shared\/settings\.yaml line 7: use: ui\.language stands in/,
    ],
    ['a normalised setting nobody knows', changed('settings.yaml', 'use:', 'use:\n  ui.colour: {}'), /settings\.yaml line 3: ui\.colour: /],
    [
      'a choice the norm lacks',
      changed('settings.yaml', 'blf, speedDial', 'blf, dance'),
      /settings\.yaml line 3: keys\.\{n\}\.action: choices: dance/,
    ],
    [
      'a number under the norm',
      changed('_shared/settings.yaml', 'min: 30', 'min: 0'),
      /_shared\/settings\.yaml line 4: provisioning\.repeatMinutes: min/,
    ],
    ['keys of a phone without keys', changed('pack.yaml', /, keys: \d+/g, ''), /line 3: keys\.\{n\}\.action: no model has any/],
    [
      'raw lines into a file that is not there',
      changed('settings.yaml', 'raw: device', 'raw: nothing'),
      /settings\.yaml line 6: raw: there is no config file nothing/,
    ],
    ['raw lines into a file for all', changed('settings.yaml', 'raw: device', 'raw: common'), /must be secret/],
    ['raw lines no template prints', changedAll('templates/device.json', 'raw', 'stage'), /raw\.lines: no template uses it/],
    [
      'an unknown setting in a template',
      changed('templates/device.json', "settings['sip.transport']", "settings['sip.nothing']"),
      /templates\/device\.json line 21: there is no setting sip\.nothing/,
    ],
    [
      'an unknown name',
      changed('templates/device.json', 'bench.httpUrl', 'bench.nothing'),
      /templates\/device\.json line 11: there is no bench\.nothing/,
    ],
    ['an unknown filter', changed('templates/device.json', '| choose', '| raw'), /templates\/device\.json line \d+: undefined filter: raw/],
    ['a template cut short', changed('templates/device.json', '{% endif %}', ''), /templates\/device\.json/],
    [
      'a map that lacks a choice',
      changed('_shared/maps/language.yaml', 'en: english\n', ''),
      /templates\/device\.json line 30: the map language has no entry for "en"/,
    ],
    [
      'a secret in a file for all',
      changed('templates/common.json', '"Acme"', `"{{ settings['admin.password'] }}"`),
      /there is no setting admin\.password/,
    ],
    [
      'a token in a file for all',
      changed('templates/common.json', '"Acme"', '"{{ token.secret }}"'),
      /token belongs only into a file marked secret/,
    ],
    [
      'a setting no template uses',
      changed('settings.yaml', 'raw:', 'settings:\n  - { key: acme.idle, type: text, label: Idle }\nraw:'),
      /settings\.yaml line \d+: acme\.idle: no template uses it/,
    ],
    [
      'a default out of range',
      changed('_shared/settings.yaml', 'default: 720', 'default: 1'),
      /_shared\/settings\.yaml line 4: provisioning\.repeatMinutes: the default/,
    ],
    [
      'choices on a boolean',
      changed('_shared/settings.yaml', 'type: boolean', 'type: boolean, choices: [a]'),
      /_shared\/settings\.yaml line \d+: acme\.glow: choices belong/,
    ],
    [
      'a setting under another name than the vendor has',
      changed('_shared/settings.yaml', 'key: acme.glow', 'key: zenith.glow'),
      /_shared\/settings\.yaml line 9: zenith\.glow: .*begins with acme\./,
    ],
    [
      'a setting for a model it lacks',
      changed('_shared/settings.yaml', 'type: boolean', 'type: boolean, models: [T46S]'),
      /there is no model T46S/,
    ],
    ['a map that is no map', { ...files, 'maps/key-type.yaml': '- a' }, /maps\/key-type\.yaml/],
  ])('refuses: %s', (_, texts, message) => {
    expect(why(texts)).toMatch(message)
  })

  it('a refusal has code and hint', () => {
    const read = readPack(changed('pack.yaml', 'revision: 1', 'revision: 1\ncolour: red'))
    expect(read).toMatchObject({ ok: false, refusal: { code: 'PACK_INVALID', hint: expect.stringContaining('Correct the named file') } })
  })

  it.each<[string, string, RegExp]>([
    ['a loop of a billion steps', '{% for i in (1..1000000000) %}x{% endfor %}', /templates\/device\.json line 1: .*limit/],
    [
      'loops in loops',
      '{% for i in (1..9000) %}{% for j in (1..9000) %}{% for k in (1..9000) %}{% endfor %}{% endfor %}{% endfor %}',
      /limit/,
    ],
    [
      'a name that is only there sometimes',
      '{% for line in lines %}{{ line.nothing }}{% endfor %}',
      /line 1: undefined variable: line\.nothing/,
    ],
    ['what is no JSON', '{ "a": {{ device.model }} }', /the stage|Unexpected|JSON/],
  ])('a template that fails only when it renders is found by the trial: %s', (_, text, message) => {
    const whole = (files['templates/device.json'] ?? '').replace(/^\{/, () => `${text}{`)
    const read = readPack({ ...files, 'templates/device.json': whole })
    if (!read.ok) throw new Error(read.refusal.message)
    const trial = tryPack(read.value)
    expect(trial.ok ? '' : trial.refusal.message).toMatch(message)
  })
})

function changedAll(file: string, from: string, to: string): Record<string, string> {
  return { ...files, [file]: (files[file] ?? '').replaceAll(`{% if ${from} %}`, `{% if ${to} %}`).replaceAll(`{{ ${from} }}`, `"x": 1`) }
}

describe('any text', () => {
  it('never throws', () => {
    for (const text of ['', '\u0000', '---\n---', '&a *a', '!!js/function x', '? {}', 'pack: 1', '- 1']) {
      for (const name of ['pack.yaml', 'settings.yaml', '_shared/settings.yaml', 'maps/key-type.yaml', 'templates/device.json'])
        expect(why({ ...files, [name]: text }) ?? '').toBeTypeOf('string')
    }
  })

  it('a pack spoiled in any place is taken or refused in words, and what is taken renders or says why not', { timeout: 60_000 }, () => {
    const names = Object.keys(files).filter((name) => !name.startsWith('samples/'))
    const pieces = [
      '{{',
      '}}',
      '{% for a in (1..99999999) %}',
      '{% endfor %}',
      ': ',
      '\n',
      '- ',
      '"',
      '{',
      '}',
      '&a',
      '*a',
      '<<: *a',
      '\u0000',
      '0',
      '[',
      '!!',
      'x'.repeat(2000),
    ]
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.nat(),
        fc.nat(40),
        fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 30 })),
        (name, at, cut, put) => {
          const text = files[name] ?? ''
          const from = at % (text.length + 1)
          const read = readPack({ ...files, [name]: text.slice(0, from) + put + text.slice(from + cut) })
          if (!read.ok) expect(read.refusal.message.length).toBeGreaterThan(10)
          else {
            const trial = tryPack(read.value)
            expect(trial.ok || trial.refusal.message.length > 10).toBe(true)
          }
        },
      ),
      { numRuns: 400 },
    )
  })

  it('a bomb of aliases is refused', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
      .split('')
      .map((c, i) => `${c}: &${c} [${Array.from({ length: 9 }, () => `*${'abcdefghi'[i]}`).join(',')}]`)
      .join('\n')}\n`
    expect(why({ ...files, 'pack.yaml': bomb })).toMatch(/alias|Excessive/i)
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
  ])('%s', (name, pack, models, version) => {
    expect(readImageName(packs, name)).toMatchObject({ pack, models, version })
  })

  it.each(['readme.txt', ''])('does not know %s', (name) => {
    expect(readImageName(packs, name)).toBeNull()
  })
})

it('the invented family is used as it is written', () => {
  expect(Object.keys(INVENTED_FAMILY).length).toBe(Object.keys(files).length)
})
