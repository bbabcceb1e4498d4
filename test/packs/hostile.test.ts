import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Pack, PackFile, Stage } from '../../main/core/model/pack.ts'
import { renderFile } from '../../main/core/render/render.ts'
import { asWritten, configValues } from '../support/config-values.ts'
import { bundledPacks, packWorld, setAt } from '../support/pack-world.ts'

/**
 * Whatever a person called somebody: in every family's own file it stays one value at its place, and is read back as it was written. Parsers are those of
 * test/support, not the program's.
 */
const packs = await bundledPacks()
const MARK = 'plain-name'
const PASSWORD = 'plain-password'

const HOSTILE: readonly (readonly [string, string])[] = [
  ['quote', 'a"b'],
  ['only quotes', '""'],
  ['apostrophe', "a'b"],
  ['backslash', 'a\\'],
  ['angle', '<script>'],
  ['ampersand', 'a & b &amp; c &#10; d'],
  ['hash', '# not a comment'],
  ['semicolon', '; not a comment'],
  ['colon and equals', 'a: b = c'],
  ['line break', 'a\nhttp path: http://evil.example/'],
  ['carriage return', 'a\rstatic.zero_touch.enable = 1'],
  ['CR LF', 'a\r\nCFG_MASTER_FILE_PATH="http://evil.example/"'],
  ['separators of Unicode', 'a\u2028b = c\u2029d\u0085e'],
  ['end of attribute', '" device.prov.serverName="evil'],
  ['end of element', '"/></line><line reg.9.address="x'],
  ['end of text', '</P3><P47>evil.example</P47><P3>'],
  ['end of a JSON string', '", "url": "http://evil.example/", "x": "'],
  ['comment', '--><x y="'],
  ['CDATA', ']]>'],
  ['Liquid', '{{ token.secret }}{% for a in (1..9999999) %}'],
  ['macros of phones', '$MAC {MAC} %MACD [PHONE_MAC_ADDRESS] %NULL%'],
  ['emoji', 'Zoë 😀👩‍👩‍👧'],
  ['right to left', '\u202eنزار\u202c קאר'],
  ['turned by isolates', '\u2066a\u2069\u2067b'],
  ['controls', 'a\u0000b\u0001\u001bc\u007f'],
  ['lone surrogate', 'a\ud800b\udc00'],
  ['no characters', '\ufffe\uffff'],
  ['byte order mark', '\ufeffa'],
  ['blanks', '  a  '],
  ['prototype', '__proto__'],
  ['long', 'x'.repeat(5000)],
]

function render(pack: Pack, file: PackFile, stage: Stage, name: string, password = PASSWORD): string | null {
  const model = Object.keys(pack.models)[0] ?? ''
  const line = { number: '4200', displayName: name, sipUser: 'sip-user-4200', sipPassword: password }
  const { device, world } = packWorld([...packs], { pack: pack.id, model }, [line])
  setAt(world, 'group', 'g', {
    'provisioning.url': 'https://prov.example/p',
    'sip.registrar.host': 'sip.example',
    'keys.2.action': 'blf',
    'keys.2.label': 'Dock',
  })
  const made = renderFile({ pack, file, stage, device, world, secretText: 'Invented0token1of2forty3three4characters5ab' })
  if (made.ok) return made.value
  // Rather none than a wrong password; what it lacks is no matter of the name.
  if (password === PASSWORD) expect(made.refusal.code).toBe('CONFIG_TOO_LONG')
  else expect(['CONFIG_TOO_LONG', 'CONFIG_UNWRITABLE']).toContain(made.refusal.code)
  return null
}

const CASES = packs.flatMap((pack) =>
  pack.files.filter((file) => file.kind === 'config' && file.secret).map((file) => ({ id: pack.id, name: file.id, pack, file })),
)
let withName = 0

/** The places where the name and the password stand alone. */
function placesOf(values: ReadonlyMap<string, string>, text: string): string[] {
  return [...values].filter(([, value]) => value === text).map(([key]) => key)
}

describe.each(CASES)('$id $name', ({ file, pack }) => {
  const { encoding, format } = file
  const plainText = render(pack, file, 'full', MARK) ?? ''
  const plain = configValues(format, plainText)
  const keys = [...plain.keys()].sort()
  const names = placesOf(plain, MARK)
  const passwords = placesOf(plain, PASSWORD)

  function check(name: string, password: string): void {
    const text = render(pack, file, 'full', name, password)
    if (text === null) return
    const values = configValues(format, text)
    if (format !== 'text') expect([...values.keys()].sort()).toEqual(keys)
    // Where `#` might begin a comment inside a line, a template leaves it out of names (Mitel): the rest must stand.
    const written = asWritten(format, encoding, name)
    for (const key of names) expect([written, written.replaceAll('#', '').trim()], key).toContain(values.get(key))
    const secret = asWritten(format, encoding, password)
    // and puts a password that holds one between quotation marks.
    for (const key of passwords)
      expect(secret.includes('#') && format === 'colon' ? [secret, `"${secret}"`] : [secret], key).toContain(values.get(key))
    const changed = [...values].filter(([key, value]) => plain.get(key) !== value)
    for (const [key] of changed) expect(plain.get(key) ?? '', key).toMatch(/plain-(?:name|password)/)
    expect(text.split(file.lineEnd).length).toBe(plainText.split(file.lineEnd).length)
    expect(encoding === 'latin-1' ? /[\u0100-\uffff]/.test(text) : /[\ud800-\udbff](?![\udc00-\udfff])/.test(text)).toBe(false)
  }

  it.each(HOSTILE)('%s', (_, value) => {
    check(value, value)
    check(value, PASSWORD)
  })

  it('any text at all', () => {
    withName += names.length > 0 ? 1 : 0
    const any = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({
        unit: fc.constantFrom('"', "'", '<', '>', '&', '#', '\n', '\r', ' ', '=', ':', '\\', '{', '%', ';', 'a'),
        maxLength: 12,
      }),
    )
    fc.assert(
      fc.property(any, any, (a, b) => check(a, b)),
      { numRuns: 60 },
    )
  })
})

it('nearly every family writes a name into a file of its own', () => {
  console.info(
    `hostile values: ${CASES.length} files of ${new Set(CASES.map((one) => one.id)).size} families, ${withName} with a name in them`,
  )
  expect(withName).toBeGreaterThan(packs.length / 2)
})
