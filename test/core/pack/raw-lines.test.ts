import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FileFormat } from '../../../main/core/model/pack.ts'
import { rawProblem } from '../../../main/core/pack/raw-lines.ts'
import { syntaxProblem } from '../../../main/core/pack/syntax.ts'
import { configValues } from '../../support/config-values.ts'

describe('raw lines', () => {
  it.each<[FileFormat, string]>([
    ['ini', ''],
    ['ini', '# a comment\n\na.b = 1\n  c.d=2  \r\ne = '],
    ['colon', 'sip line1 mode: 1\n!locked key: x\n^reset: \n# note'],
    ['quoted', 'NAME_1="a b"\n# note\nOTHER=""'],
    ['xml', ''],
    ['xml', '<a x="1" y=\'2\'>text &amp; &#65;</a>\n<!-- note -->\n<b/>'],
    ['json', ''],
    ['json', '"a": 1, "b": { "c": [true, null] }'],
    ['text', 'anything at all: <&"'],
  ])('%s takes %j', (format, text) => expect(rawProblem(format, text)).toBeNull())

  it.each<[FileFormat, string, RegExp]>([
    ['ini', 'a = 1\nno setting', /^line 2: key = value is wanted/],
    ['ini', '<x>', /^line 1: /],
    ['ini', ' = 1', /^line 1: /],
    ['colon', 'a: b\nc = d', /^line 2: key: value/],
    ['quoted', 'A=b', /^line 1: NAME="value"/],
    ['quoted', 'A="b"c"', /^line 1: /],
    ['xml', '<a>', /<a> is not closed/],
    ['xml', '<a></b>', /line 1: <\/b> closes nothing/],
    ['xml', '</settings><settings>', /closes nothing/],
    ['xml', '<a/>\n<b x="1" x="2"/>', /line 2: an attribute stands there twice/],
    ['xml', '<?xml version="1.0"?><a/>', /this is no XML/],
    ['xml', '<!DOCTYPE a [<!ENTITY x "y">]><a/>', /this is no XML/],
    ['xml', '<![CDATA[x]]>', /this is no XML/],
    ['xml', 'text', /outside/],
    ['xml', '<a>&unknown;</a>', /this is no XML/],
    ['xml', '<a b="<"/>', /this is no XML/],
    ['json', '"a": 1}, {"b": 2', /members/],
    ['json', '"a"', /members/],
    ['ini', 'a = \u0007', /line 1: control characters/],
    ['ini', 'a = \u202ex', /line 1: control characters/],
    ['ini', 'a = \ud800', /lone surrogate/],
    ['text', 'x'.repeat(20_001), /longer than/],
  ])('%s refuses %j', (format, text, why) => expect(rawProblem(format, text)).toMatch(why))

  it('what is taken leaves its file what it is', () => {
    const texts = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc
        .array(fc.constantFrom('<a>', '</a>', '<b/>', 'x', '"', 'a: 1', 'a = 1', ',', '{', '}', '\n', '#', 'N="v"', '&amp;', '&'), {
          maxLength: 10,
        })
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        for (const format of ['ini', 'colon', 'quoted', 'xml', 'json'] as const) {
          if (rawProblem(format, text) !== null) continue
          const whole = AROUND[format](text)
          expect(syntaxProblem(format, whole)).toBeNull()
          const values = configValues(format, whole)
          expect(values.get(LAST[format])).toBe('end')
        }
      }),
      { numRuns: 3000 },
    )
  })
})

const trimmed = (text: string) =>
  text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .join('\n')

const AROUND = {
  ini: (text: string) => `first = 1\n${trimmed(text)}\nlast = end\n`,
  colon: (text: string) => `first: 1\n${trimmed(text).replace(/^[!^]/gm, '')}\nlast: end\n`,
  quoted: (text: string) => `FIRST="1"\n${trimmed(text)}\nLAST="end"\n`,
  xml: (text: string) => `<root><first>1</first><rest>${text}</rest><last>end</last></root>`,
  json: (text: string) => `{ "first": 1, "rest": { ${text} }, "last": "end" }`,
}
const LAST = { ini: 'last', colon: 'last', quoted: 'LAST', xml: '/last[1]', json: '/last' }
