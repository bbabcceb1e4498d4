import type { FileFormat } from '../model/pack.ts'
import { type FileComment, type FileContent, type FileEntry, type Span, spelled } from './file-key.ts'
import { xmlEntries } from './xml-entries.ts'

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
