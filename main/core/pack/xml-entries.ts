import { type FileComment, type FileContent, type FileEntry, type Span, spelled, type Step } from './file-key.ts'

const NAME = '[A-Za-z_][\\w.:-]*'
const TOKEN = new RegExp(
  `<!--(?<comment>(?:[^-]|-[^-])*)-->|<\\?[^?]*\\?>|</(?<close>${NAME})\\s*>|<(?<open>${NAME})(?<attributes>(?:\\s+${NAME}\\s*=\\s*(?:"[^"]*"|'[^']*'))*)\\s*(?<empty>/?)>|(?<text>[^<]+)`,
  'y',
)
const ATTRIBUTE = new RegExp(`(${NAME})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'g')
/** Attributes that tell elements of one name apart. */
const MARKS: ReadonlySet<string> = new Set(['idx', 'index', 'id', 'name', 'key', 'number', 'no', 'n', 'line', 'account'])

/** `whole` of its attributes' entries: its end is known when it is closed. */
type Open = { step: Step; name: string; line: number; whole: Span; textFrom: number; isEmpty: boolean }

/** Values of an XML file: texts of innermost elements, and attributes. Poly's names with a dot (`reg.1.address`) mean the same on every element. */
export function xmlEntries(text: string): FileContent {
  const entries: FileEntry[] = []
  const comments: FileComment[] = []
  const open: Open[] = []
  let [line, counted] = [1, 0]
  const lineAt = (index: number) => {
    for (; counted < index; counted++) if (text.charCodeAt(counted) === 10) line += 1
    return line
  }
  let at = text.startsWith('\ufeff') ? 1 : 0
  for (; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at
    const found = TOKEN.exec(text)
    if (found === null) break
    const { attributes = '', close, comment, empty, open: name } = found.groups ?? {}
    const end = TOKEN.lastIndex
    if (comment !== undefined) comments.push({ value: { from: at + 4, end: end - 3 } })
    if (name !== undefined) {
      const parent = open.at(-1)
      if (parent !== undefined) parent.isEmpty = false
      const step = stepOf(name, attributes)
      const steps = [...open.map((one) => one.step), step]
      const whole: Span = { from: at, end }
      entries.push(...attributeEntries({ tag: found[0], name, steps, whole, line: lineAt(at) }))
      // An element without anything in it writes the empty value.
      if (empty === '/')
        entries.push({ key: { steps, attribute: null }, name: nameOf(step, name), line: lineAt(at), value: { from: end, end }, whole })
      else open.push({ step, name, line: lineAt(at), whole, textFrom: end, isEmpty: true })
    }
    const inside = open.at(-1)
    if (inside !== undefined && found.groups?.text !== undefined && found[0].trim() !== '') {
      inside.isEmpty = false
      entries.push(textEntry(open, { from: at, end }))
    }
    const closed = close === undefined ? undefined : open.at(-1)
    if (closed === undefined) continue
    closed.whole.end = end
    if (closed.isEmpty) entries.push(textEntry(open, { from: closed.textFrom, end: at }))
    open.pop()
  }
  return { entries, comments }
}

/** Text of the innermost element that is open. */
function textEntry(open: readonly Open[], value: Span): FileEntry {
  const own = open.at(-1)
  if (own === undefined) throw new Error('text of no element')
  return {
    key: { steps: open.map((one) => one.step), attribute: null },
    name: nameOf(own.step, own.name),
    line: own.line,
    value,
    whole: own.whole,
  }
}

function stepOf(name: string, attributes: string): Step {
  const marks = new Map<string, string>()
  for (const [, attribute = '', double, single] of attributes.matchAll(ATTRIBUTE))
    if (MARKS.has(attribute.toLowerCase())) marks.set(attribute.toLowerCase(), spelled(decoded(double ?? single ?? '')))
  return { name: spelled(name), marks }
}

type Element = { tag: string; name: string; steps: readonly Step[]; whole: Span; line: number }

function attributeEntries({ line, name, steps, tag, whole }: Element): FileEntry[] {
  const entries: FileEntry[] = []
  const own = steps.at(-1)
  for (const match of tag.matchAll(ATTRIBUTE)) {
    const [written, attribute = ''] = match
    if (MARKS.has(attribute.toLowerCase())) continue
    const isPathName = attribute.includes('.')
    const from = whole.from + match.index
    entries.push({
      key: { steps: isPathName ? [] : steps, attribute: spelled(attribute) },
      name: isPathName || own === undefined ? attribute : `${nameOf(own, name)} ${attribute}`,
      line: line + newlines(tag.slice(0, match.index)),
      value: { from: from + written.search(/["']/) + 1, end: from + written.length - 1 },
      whole: isPathName ? { from, end: from + written.length } : whole,
    })
  }
  return entries
}

function newlines(text: string): number {
  let count = 0
  for (const char of text) if (char === '\n') count += 1
  return count
}

function nameOf({ marks }: Step, name: string): string {
  const [mark] = marks.values()
  return mark === undefined ? name : `${name} ${mark}`
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function decoded(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|lt|gt|amp|quot|apos);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? whole
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
