import type { FileFormat } from '../model/pack.ts'
import { wellFormed } from './escape.ts'
import { linesProblem, SHAPES } from './syntax.ts'
import { elementsProblem } from './xml-syntax.ts'

const MAX_CHARS = 20_000

/**
 * Why raw lines cannot stand in a file of this format, with the line; null when they can. Syntax alone: what they mean to the phone is for the engineer
 * to know. `xml`: whole elements; `json`: members (`"key": value`) with commas between them; the others: one entry a line, `#` begins a comment.
 */
export function rawProblem(format: FileFormat, text: string): string | null {
  if (text.length > MAX_CHARS) return `longer than ${MAX_CHARS} characters`
  const lines = text.split(/\r\n|\r|\n/)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/
  const bad = lines.findIndex((line) => control.test(line))
  if (bad !== -1) return `line ${bad + 1}: control characters are not allowed`
  if (wellFormed(text) !== text) return 'half a character (a lone surrogate) is not allowed'
  if (format === 'xml') return elementsProblem(text)
  if (format === 'json') return membersProblem(text)
  return format === 'text' ? null : linesProblem(text, SHAPES[format])
}

function membersProblem(text: string): string | null {
  if (text.trim() === '') return null
  try {
    const read: unknown = JSON.parse(`{${text}}`)
    // `"a": 1}, {"b": 2` would close the object and open another: the parser refuses that already.
    return typeof read === 'object' && read !== null ? null : 'members with commas between them are wanted: "key": value'
  } catch (error) {
    return `members with commas between them are wanted, "key": value (${error instanceof Error ? error.message : String(error)})`
  }
}
