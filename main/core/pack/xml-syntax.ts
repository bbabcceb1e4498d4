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

/** Balanced elements and blanks between them: no text outside, no declaration, no DOCTYPE, no CDATA. null when that is so. */
export function elementsProblem(source: string): string | null {
  return walk(source, 0).problem
}

/** A whole document: declaration perhaps, then one root element (XML 1.0 section 2.1). */
export function documentProblem(source: string): string | null {
  const start = /^\ufeff?(?:<\?xml\s[^?]*\?>)?/.exec(source)?.[0].length ?? 0
  const { problem, roots } = walk(source, start)
  return problem ?? (roots === 1 ? null : `${roots} root elements where one is wanted`)
}

function walk(source: string, start: number): { problem: string | null; roots: number } {
  const open: string[] = []
  let roots = 0
  const at = (index: number, why: string) => ({ problem: `line ${source.slice(0, index).split(/\r\n|\r|\n/).length}: ${why}`, roots })
  for (let index = start; index < source.length; index = TOKEN.lastIndex) {
    TOKEN.lastIndex = index
    const found = TOKEN.exec(source)?.groups
    if (found === undefined) return at(index, 'this is no XML')
    if (found.text !== undefined && open.length === 0 && found.text.trim() !== '') return at(index, 'text outside of an element')
    if (found.close !== undefined && open.pop() !== found.close) return at(index, `</${found.close}> closes nothing`)
    if (found.open === undefined) continue
    if (doubles(found.attributes ?? '')) return at(index, 'an attribute stands there twice')
    if (open.length === 0) roots += 1
    if (found.empty === '') open.push(found.open)
  }
  return { problem: open.length === 0 ? null : `<${open.at(-1)}> is not closed`, roots }
}

function doubles(attributes: string): boolean {
  const names = [...attributes.matchAll(new RegExp(`(${NAME})\\s*=\\s*(?:"[^"]*"|'[^']*')`, 'g'))].map(([, name]) => name)
  return new Set(names).size < names.length
}

/** Names in document order, each with its line: elements, attributes, and the values of attributes that name a setting (`name`, `id`, `key`). */
export function xmlNames(source: string): { line: number; key: string }[] {
  const found: { line: number; key: string }[] = []
  let line = 1
  let at = /^\ufeff?(?:<\?xml\s[^?]*\?>)?/.exec(source)?.[0].length ?? 0
  line += (source.slice(0, at).match(/\n/g) ?? []).length
  for (; at < source.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(source)
    if (match === null) return found
    const { attributes, open } = match.groups ?? {}
    if (open !== undefined) found.push({ line, key: open })
    for (const [, name, value] of (attributes ?? '').matchAll(new RegExp(`(${NAME})\\s*=\\s*["']([^"']*)["']`, 'g'))) {
      if (name !== undefined && !SELECTORS.includes(name)) found.push({ line, key: name })
      if (name !== undefined && SELECTORS.includes(name) && value !== undefined) found.push({ line, key: value })
    }
    line += (match[0].match(/\n/g) ?? []).length
  }
  return found
}

const SELECTORS = ['name', 'id', 'key']
