import type { FileFormat } from '../model/pack.ts'
import { wellFormed } from './escape.ts'

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
  const shape = SHAPES[format]
  const wrong = lines.findIndex((line) => line.trim() !== '' && !line.trimStart().startsWith('#') && !shape.fits.test(line.trim()))
  return wrong === -1 ? null : `line ${wrong + 1}: ${shape.wanted} is wanted, or a comment that begins with #`
}

const SHAPES: Readonly<Record<Exclude<FileFormat, 'xml' | 'json'>, { fits: RegExp; wanted: string }>> = {
  ini: { fits: /^[^\s=#"'<>][^=#"'<>]*=/, wanted: 'key = value' },
  colon: { fits: /^[!^]?[A-Za-z0-9][^:#"'<>=]*:/, wanted: 'key: value' },
  quoted: { fits: /^[A-Za-z0-9_.-]+="[^"]*"$/, wanted: 'NAME="value"' },
  text: { fits: /^/, wanted: 'text' },
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

const NAME = '[A-Za-z_][\\w.:-]*'
const TEXT = String.raw`(?:[^<&]|&(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)`
const TOKEN = new RegExp(
  [
    '<!--(?:[^-]|-[^-])*-->',
    `</(?<close>${NAME})\\s*>`,
    `<(?<open>${NAME})(?<attributes>(?:\\s+${NAME}\\s*=\\s*(?:"(?:(?!")${TEXT})*"|'(?:(?!')${TEXT})*'))*)\\s*(?<empty>/?)>`,
    `(?<text>${TEXT}+)`,
  ].join('|'),
  'y',
)

/** Balanced elements, and blanks between them: no text outside, no declaration, no DOCTYPE, no CDATA. */
function elementsProblem(source: string): string | null {
  const open: string[] = []
  const lineAt = (at: number) => `line ${source.slice(0, at).split(/\r\n|\r|\n/).length}: `
  for (let at = 0; at < source.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at
    const found = TOKEN.exec(source)?.groups
    if (found === undefined) return `${lineAt(at)}whole XML elements are wanted`
    if (found.text !== undefined && open.length === 0 && found.text.trim() !== '') return `${lineAt(at)}text outside of an element`
    if (found.close !== undefined && open.pop() !== found.close) return `${lineAt(at)}</${found.close}> closes nothing`
    if (found.open !== undefined && doubles(found.attributes ?? '')) return `${lineAt(at)}an attribute stands there twice`
    if (found.open !== undefined && found.empty === '') open.push(found.open)
  }
  return open.length === 0 ? null : `<${open.at(-1)}> is not closed`
}

function doubles(attributes: string): boolean {
  const names = [...attributes.matchAll(new RegExp(`(${NAME})\\s*=\\s*(?:"[^"]*"|'[^']*')`, 'g'))].map(([, name]) => name)
  return new Set(names).size < names.length
}
