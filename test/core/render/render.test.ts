import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { issueToken } from '../../../main/core/access/token.ts'
import type { Pack, Stage } from '../../../main/core/model/pack.ts'
import { MASK, maskSecrets } from '../../../main/core/render/mask.ts'
import { plainText } from '../../../main/core/pack/escape.ts'
import { renderFile } from '../../../main/core/render/render.ts'
import { readIni } from '../../../main/phones/config-text.ts'
import { readXml } from '../../../main/phones/config-xml.ts'
import { bytes, NOW } from '../../support/builders.ts'
import { bundledPack, bundledPacks, type LineText, packWorld, setAt } from '../../support/pack-world.ts'

const packs = await bundledPacks()
const yealink = await bundledPack('yealink/t4x-t5x')
const poly = await bundledPack('poly/vvx')
const MODEL: Readonly<Record<string, string>> = { [yealink.id]: 'T46S', [poly.id]: 'VVX 411' }
const TOKEN = 'Invented0token1of2forty3three4characters5ab'
const STAGES: readonly Stage[] = ['first', 'full', 'departure']

const LINE: LineText = {
  number: '4200',
  displayName: 'Amara',
  sipUser: 'sip-user-4200',
  sipAuthUser: 'sip-auth-4200',
  sipPassword: 'sip-password-4200',
}
const SETTINGS = { 'sip.registrar.host': 'sip.example', 'admin.password': 'admin-secret-1', 'provisioning.url': 'https://prov.example/p' }

function render(pack: Pack, stage: Stage, over: { line?: LineText; secretText?: string | null; settings?: Record<string, string> } = {}) {
  const { device, world } = packWorld([...packs], { pack: pack.id, model: MODEL[pack.id] ?? null }, [over.line ?? LINE])
  setAt(world, 'group', 'g', { ...SETTINGS, ...over.settings })
  const file = pack.files.find((one) => one.proves)
  if (file === undefined) throw new Error('no proof file')
  const secretText = over.secretText === undefined ? TOKEN : over.secretText
  const rendered = renderFile({ pack, file, stage, device, world, secretText })
  if (!rendered.ok) throw new Error(rendered.refusal.message)
  return { text: rendered.value, values: valuesOf(pack, rendered.value), device, world }
}

/** Keys and values as the phone would read them; throws when it would not. */
function valuesOf(pack: Pack, text: string): Map<string, string> {
  if (pack === yealink) {
    const read = readIni(text, '#!version:1.0.0.1')
    if (!read.ok) throw new Error(read.why)
    return read.values
  }
  const elements = readXml(text)
  if (elements === null) throw new Error(`no XML: ${text}`)
  return new Map(elements.flatMap((element) => [...element.attributes]))
}

describe.each([yealink, poly])('stages of $id', (pack) => {
  it('first: token, bench, nothing of SIP, no secret setting', () => {
    const { text } = render(pack, 'first')
    for (const wanted of [TOKEN, '10.66.0.1']) expect(text).toContain(wanted)
    for (const secret of [LINE.sipUser, LINE.sipPassword, 'sip-auth', 'admin-secret', 'sip.example', 'prov.example'])
      expect(text).not.toContain(secret)
  })

  it('full: accounts and settings, still the bench', () => {
    const { text } = render(pack, 'full')
    for (const wanted of [TOKEN, '10.66.0.1', LINE.sipUser, LINE.sipPassword, 'sip-auth-4200', 'admin-secret-1', 'sip.example'])
      expect(text).toContain(wanted)
    expect(text).not.toContain('prov.example')
  })

  it('departure: the production URL, and the bench nowhere', () => {
    const { text } = render(pack, 'departure')
    for (const wanted of [TOKEN, 'prov.example/p/', LINE.sipPassword]) expect(text).toContain(wanted)
    expect(text).not.toContain('10.66.0.1')
  })

  it.each(STAGES)('%s without the token in clear leaves user and password out', (stage) => {
    const { text } = render(pack, stage, { secretText: null })
    expect(text).not.toContain(TOKEN)
    expect(text).not.toMatch(/server\.username|device\.prov\.user/)
  })

  it('is the same text for the same input', () => {
    expect(render(pack, 'full').text).toBe(render(pack, 'full').text)
  })

  it('a phone without a line gets settings and no account', () => {
    const { device, world } = packWorld([...packs], { pack: pack.id, model: MODEL[pack.id] ?? null })
    const file = pack.files.find((one) => one.proves) as Pack['files'][number]
    const rendered = renderFile({ pack, file, stage: 'full', device, world, secretText: TOKEN })
    expect(rendered.ok && rendered.value).not.toMatch(/account\.1\.enable = 1|reg\.1\./)
  })

  it('at a central store the production URL stands for the bench, and an URL nobody set is never written empty', () => {
    const { device, world } = packWorld([...packs], { pack: pack.id, model: MODEL[pack.id] ?? null })
    world.site = 'central'
    world.network = null
    const file = pack.files.find((one) => one.proves) as Pack['files'][number]
    for (const stage of STAGES) {
      const bare = renderFile({ pack, file, stage, device, world, secretText: TOKEN })
      expect(bare.ok && bare.value).not.toMatch(/server\.url|serverName/)
    }
    setAt(world, 'profile', 'p', SETTINGS)
    const first = renderFile({ pack, file, stage: 'first', device, world, secretText: TOKEN })
    expect(first.ok && first.value).toContain('prov.example/p/')
  })
})

const HOSTILE: readonly (readonly [string, string])[] = [
  ['quote', 'a"b'],
  ['apostrophe', "a'b"],
  ['angle', '<script>'],
  ['ampersand', 'a & b &amp; c'],
  ['hash', '# not a comment'],
  ['line break', 'a\nstatic.auto_provision.server.url = http://evil.example/'],
  ['carriage return', 'a\rstatic.zero_touch.enable = 1'],
  ['CR LF', 'a\r\nb = c'],
  ['separators of Unicode', 'a\u2028b = c\u2029d\u0085e'],
  ['end of attribute', '" device.prov.serverName="evil'],
  ['end of element', '"/></line><line reg.9.address="x'],
  ['comment', '--><x y="'],
  ['CDATA', ']]>'],
  ['Liquid', '{{ token.secret }}{% for a in (1..9999999) %}'],
  ['emoji', 'Zoë 😀👩‍👩‍👧'],
  ['right to left', '\u202eنزار\u202c'],
  ['controls', 'a\u0000b\u0001\u001bc\u007f'],
  ['lone surrogate', 'a\ud800b\udc00'],
  ['no characters', '\ufffe\uffff'],
  ['equals', 'a = b = c'],
  ['prototype', '__proto__'],
  ['long', 'x'.repeat(5000)],
]

/** A credential with another character in it is held back, not changed (exact.test.ts). */
function isSayable(value: string): boolean {
  return plainText(value) === value && value.trim() === value
}

describe.each([yealink, poly])('hostile values in $id', (pack) => {
  it.each(HOSTILE)('%s', (_, value) => {
    const said = isSayable(value) ? value : LINE.sipPassword
    if (said !== value) expect(() => render(pack, 'full', { line: { ...LINE, sipPassword: value } })).toThrow(/cannot be written/)
    const line = { ...LINE, displayName: value, sipUser: said, sipPassword: said }
    const { text, values } = render(pack, 'full', { line })
    const plain = render(pack, 'full').values
    expect([...values.keys()].sort()).toEqual([...plain.keys()].sort())
    const changed = [...values].filter(([key, one]) => plain.get(key) !== one).map(([key]) => key)
    expect(changed.every((key) => /^(?:account\.1|reg\.1)\./.test(key))).toBe(true)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\ud800-\udbff](?![\udc00-\udfff])/)
  })

  it('printable text comes out as it went in', () => {
    for (const value of ['a"b\'c<d>&e', '# x = y', 'Zoë 😀', '{{ stage }}']) {
      const { values } = render(pack, 'full', { line: { ...LINE, sipPassword: value } })
      expect(values.get(pack === yealink ? 'account.1.password' : 'reg.1.auth.password')).toBe(value)
    }
  })

  it('any text at all', () => {
    const plain = [...render(pack, 'full').values.keys()].sort()
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const { values } = render(pack, 'full', { line: { ...LINE, displayName: a, sipPassword: isSayable(b) ? b : LINE.sipPassword } })
        expect([...values.keys()].sort()).toEqual(plain)
      }),
      { numRuns: 300 },
    )
  })
})

describe('what a template cannot do', () => {
  const withTemplate = (text: string, secret = true): Pack => ({
    ...yealink,
    templates: { ...yealink.templates, 'device.cfg': text, 'common.cfg': text },
    files: yealink.files.map((file) => (secret ? file : { ...file, secret: false })),
  })
  const run = (pack: Pack, stage: Stage, id = 'device') => {
    const { device, world } = packWorld([...packs], { pack: pack.id, model: 'T46S' }, [LINE])
    setAt(world, 'group', 'g', SETTINGS)
    const file = pack.files.find((one) => one.id === id) as Pack['files'][number]
    return renderFile({
      pack,
      file: { ...file, stages: { first: 'device.cfg', full: 'device.cfg', departure: 'device.cfg' } },
      stage,
      device,
      world,
      secretText: TOKEN,
    })
  }
  const ALL = "{{ token.secret }}|{{ settings['admin.password'] }}|{% for line in lines %}{{ line.sipPassword }}{% endfor %}"

  it('sees no secret in the first stage but its token, and none in a file that is not secret', () => {
    expect(run(withTemplate(ALL), 'full')).toMatchObject({ value: `${TOKEN}|admin-secret-1|sip-password-4200\n` })
    expect(run(withTemplate(ALL), 'first')).toMatchObject({ value: `${TOKEN}||\n` })
    expect(run(withTemplate(ALL, false), 'full')).toMatchObject({ value: '||\n' })
    expect(run(withTemplate(ALL), 'full', 'common')).toMatchObject({ value: '||\n' })
  })

  it.each([
    ['unknown name', '{{ nothing }}'],
    ['unknown setting', "{{ settings['nope'] }}"],
    ['unknown filter', '{{ stage | raw }}'],
    ['clock', '{{ "now" | date: "%s" }}'],
    ['include', "{% include 'x' %}"],
    ['render', "{% render 'x' %}"],
    ['layout', "{% layout 'x' %}"],
    ['prototype', '{{ stage.constructor }}'],
    ['a loop of a billion', '{% for i in (1..1000000000) %}x{% endfor %}'],
    ['loops in loops', '{% for i in (1..9000) %}{% for j in (1..9000) %}{% for k in (1..9000) %}{% endfor %}{% endfor %}{% endfor %}'],
    ['text that doubles', `{% assign a = "xxxxxxxxxxxxxxxx" %}${'{% assign a = a | append: a %}'.repeat(40)}`],
    ['map without the entry', '{{ stage | from_map: "transport" }}'],
    ['map of the prototype', '{{ "toString" | from_map: "transport" }}'],
  ])('%s is refused as the mistake of the pack', (_, text) => {
    const rendered = run(withTemplate(text), 'full')
    expect(rendered).toMatchObject({ ok: false, refusal: { code: 'PACK_INVALID' } })
  })
})

describe('mask', () => {
  it.each([yealink, poly])('hides token, SIP password and secret settings of $id, and nothing else', (pack) => {
    const line = { ...LINE, sipPassword: 'p"<&>x' }
    const { device, text, world } = render(pack, 'full', { line, settings: { 'admin.password': '5060' } })
    const token = { ...issueToken(device.mac, pack.token, bytes(7), NOW), secret: TOKEN }
    world.token.set(device.mac, { mac: device.mac, tokens: [token] })
    const shown = maskSecrets(text, pack, device, world)
    for (const secret of [TOKEN, 'p"<&>x', 'p&quot;&lt;&amp;&gt;x', 'admin:5060']) expect(shown).not.toContain(secret)
    expect(shown).toContain(MASK)
    expect(shown).toContain('sip-user-4200')
    expect(shown.split('\n')).toHaveLength(text.split('\n').length)
  })
})
