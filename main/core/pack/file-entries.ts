import type { FileFormat } from '../model/pack.ts'
import { xmlEntries } from './xml-entries.ts'

/** One name on the way to a value. `marks`: attributes that tell elements of one name apart (`idx="2"`, `name="sip.port"`). All in lower case. */
export type Step = { name: string; marks: ReadonlyMap<string, string> }

/** What a value of a config file is written under. `attribute`: the value is an attribute's; steps then end with its element, none where any element will do. */
export type FileKey = { steps: readonly Step[]; attribute: string | null }

/** A stretch of a text. */
export type Span = { from: number; end: number }

/** A value in a config file. `line` counts from 1; `name`: the key for people; `whole`: what goes when the entry goes. */
export type FileEntry = { key: FileKey; name: string; line: number; value: Span; whole: Span }

/** A comment: `value` is what it says. */
export type FileComment = { value: Span }

export type FileContent = { entries: readonly FileEntry[]; comments: readonly FileComment[] }

const NOTHING: FileContent = { entries: [], comments: [] }

/**
 * The values of a config file, or of raw lines for one, each with its key and place. Never throws and is linear: what cannot be read has no entries. Formats that
 * no pack takes raw lines for (`json`, `text`) have none.
 */
export function fileContent(format: FileFormat, text: string): FileContent {
  switch (format) {
    case 'ini':
      return lineContent(text, '=')
    case 'colon':
      return lineContent(text, ':')
    case 'quoted':
      return lineContent(text, '=')
    case 'xml':
      return xmlEntries(text)
    case 'json':
    case 'text':
      return NOTHING
  }
}

function lineContent(text: string, sign: '=' | ':'): FileContent {
  const entries: FileEntry[] = []
  const comments: FileComment[] = []
  let from = 0
  for (const [i, line] of text.split('\n').entries()) {
    const start = from
    from += line.length + 1
    const trimmed = line.trim()
    if (trimmed.startsWith('#')) {
      comments.push({ value: { from: start + line.indexOf('#') + 1, end: start + line.trimEnd().length } })
      continue
    }
    const at = line.indexOf(sign)
    if (at === -1) continue
    const name = line.slice(0, at).trim().replace(/^[!^]/, '')
    entries.push({
      key: { steps: [{ name: spelled(name), marks: NO_MARKS }], attribute: null },
      name,
      line: i + 1,
      value: valueIn(line, start, at + 1),
      whole: { from: start, end: Math.min(from, text.length) },
    })
  }
  return { entries, comments }
}

const NO_MARKS: ReadonlyMap<string, string> = new Map()

/** Without the blanks, and the quotation marks, around it. */
function valueIn(line: string, start: number, at: number): Span {
  const rest = line.slice(at)
  const text = rest.trim()
  const from = start + at + (rest.length - rest.trimStart().length)
  const isQuoted = text.length >= 2 && text.startsWith('"') && text.endsWith('"')
  return isQuoted ? { from: from + 1, end: from + text.length - 1 } : { from, end: from + text.length }
}

/** Phones read keys in any case, and numbers with leading zeros as the same ones. */
export function spelled(name: string): string {
  return name.toLowerCase().replace(/(?<!\d)0+(?=\d)/g, '')
}

/** A key as one text: the same for entries that write the same place. */
export function keyText({ attribute, steps }: FileKey): string {
  const path = steps.map(({ marks, name }) => `${name}${[...marks].map(([mark, value]) => `[${mark}=${value}]`).join('')}`)
  return attribute === null ? path.join('/') : `${path.join('/')}@${attribute}`
}

/**
 * Do two entries write the same value of the phone? Compared from the inside out, as far as both go: raw lines stand somewhere inside of a file. Where only one of
 * them tells elements apart, nobody knows which is meant, and they count as the same. `known`: names of the file's own elements; a wrapper of any other name
 * is no other place.
 */
export function sameKey(raw: FileKey, own: FileKey, known: ReadonlySet<string>): boolean {
  if (raw.attribute !== own.attribute) return false
  const inner = raw.steps.at(-1)
  const wrapped = raw.steps.slice(0, -1).filter((step) => known.has(step.name))
  const mine = [...(inner === undefined ? [] : [inner]), ...wrapped.reverse()]
  const its = [...own.steps].reverse()
  for (let i = 0; i < Math.min(mine.length, its.length); i++) {
    const [a, b] = [mine[i], its[i]]
    if (a !== undefined && b !== undefined && !sameStep(a, b)) return false
  }
  return true
}

function sameStep(a: Step, b: Step): boolean {
  if (a.name !== b.name) return false
  for (const [mark, value] of a.marks) {
    const other = b.marks.get(mark)
    if (other !== undefined && other !== value) return false
  }
  return true
}

/** The innermost name of a key, to find candidates by. */
export function innermost({ attribute, steps }: FileKey): string {
  return attribute === null ? (steps.at(-1)?.name ?? '') : `${steps.at(-1)?.name ?? ''}@${attribute}`
}
