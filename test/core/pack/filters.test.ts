import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeFor, fitEncoding, RawText } from '../../../main/core/pack/escape.ts'
import { FILTERS_OF_OURS } from '../../../main/core/pack/filters.ts'
import { createEngine } from '../../../main/core/pack/template.ts'

const engine = createEngine('text', { zone: { de: 'Berlin' } })
const run = (text: string, context: object = {}) => engine.render(engine.parse(text), context)

describe('filters of ours', () => {
  it.each([
    ['{{ m | mac_upper }} {{ m | mac_colons }} {{ m | mac_hyphens }}', '805EC0123456 80:5e:c0:12:34:56 80-5E-C0-12-34-56'],
    ['{{ u | scheme }} {{ u | host }} {{ u | port }} {{ u | path }}', 'https prov.example 8443 /p/x?y=1'],
    ['{{ "http://h" | port }} {{ "https://h/" | port }} {{ "http://h" | path }} {{ "nonsense" | host }}.', '80 443 / .'],
    ['{{ "http://[::1]:80/a" | host }}', '[::1]'],
    ['{{ u | without_scheme }}', 'prov.example:8443/p/x?y=1'],
    ['{{ u | with_credentials: "ab", "p/@: é" }}', 'https://ab:p%2F%40%3A%20%C3%A9@prov.example:8443/p/x?y=1'],
    ['{{ "http://old:x@h/" | with_credentials: "n", "s" }}', 'http://n:s@h/'],
    ['{{ u | with_credentials: "ab", nil }}', 'https://prov.example:8443/p/x?y=1'],
    ['{{ true | flag }}{{ false | flag }}{{ nil | flag }}', '100'],
    ["{{ true | choose: 'Yes', 'No' }} {{ nil | choose: 'on', 'off' }}", 'Yes off'],
    ['{{ 7 | pad: 2 }} {{ 123 | pad: 2 }}', '07 123'],
    ['{{ 1440 | minutes_to_hours }} {{ 61 | minutes_to_hours }} {{ 5 | minutes_to_hours }}', '24 1 1'],
    ["{{ 'de' | from_map: 'zone' }} {{ 'xx' | from_map: 'zone', 'none' }}", 'Berlin none'],
  ])('%s', (template, wanted) => {
    expect(run(template, { m: '805ec0123456', u: 'https://prov.example:8443/p/x?y=1' })).toBe(wanted)
  })

  it('take anything and throw nothing', () => {
    const any = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant(undefined),
      fc.double(),
      fc.constant([]),
      fc.constant({}),
    )
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(FILTERS_OF_OURS)), any, any, any, (name, value, a, b) => {
        expect(() => FILTERS_OF_OURS[name]?.(value, a, b)).not.toThrow()
      }),
      { numRuns: 1000 },
    )
  })

  it('credentials come out of the URL as they went in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme', minLength: 1 }), (user, secret) => {
        const url = new URL(String(FILTERS_OF_OURS.with_credentials?.('http://h.example/p/', user, secret)))
        expect([decodeURIComponent(url.username), decodeURIComponent(url.password), url.host]).toEqual([user, secret, 'h.example'])
      }),
    )
  })
})

describe('escapes', () => {
  it.each([
    ['ini', ' a\tb\n# = "c" ', 'a b # = "c"'],
    ['colon', ' a: b ', 'a: b'],
    ['xml', `<a b="c" d='e'>&`, '&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;'],
    ['json', 'a"b\\c/d\u0007', 'a\\"b\\\\c/d'],
    ['quoted', 'a"b\\', "a'b\\"],
    ['text', 'a\r\nb', 'a b'],
    ['ini', '\u202eab\u2066c\u200f\ufeff', 'abc\u200f'],
  ] as const)('%s %j', (format, value, wanted) => expect(escapeFor(format, value)).toBe(wanted))

  it('nothing is empty, and checked raw text stays as it is', () => {
    expect(escapeFor('xml', null)).toBe('')
    expect(escapeFor('xml', new RawText('<a/>\n<b/>'))).toBe('<a/>\n<b/>')
  })

  it('Latin-1 has a question mark for each character it lacks', () => {
    expect(fitEncoding('Zoë 😀 ń', 'latin-1')).toBe('Zoë ? ?')
    expect(fitEncoding('Zoë 😀 ń', 'utf-8')).toBe('Zoë 😀 ń')
  })
})
