/** One config as keys and values, or why the phone ignores it. `lists` are the attributes of Poly's APPLICATION element. */
export type ReadConfig = { ok: true; values: Map<string, string> } | { ok: false; why: string }

/** `key = value`, `#` comments. */
export function readIni(text: string, firstLine: string | null): ReadConfig {
  const lines = text.split(/\r?\n/)
  if (firstLine !== null && lines[0]?.trim() !== firstLine) return { ok: false, why: `the first line is not ${firstLine}` }
  const values = new Map<string, string>()
  for (const line of lines) {
    const trimmed = line.trim()
    if (trimmed === '' || trimmed.startsWith('#')) continue
    const equals = trimmed.indexOf('=')
    if (equals <= 0) return { ok: false, why: `not a setting: ${trimmed.slice(0, 40)}` }
    values.set(trimmed.slice(0, equals).trim(), trimmed.slice(equals + 1).trim())
  }
  return { ok: true, values }
}

/** Settings are attributes, element names are free. */
export function readXmlAttributes(text: string): ReadConfig {
  const elements = readXml(text)
  if (elements === null) return { ok: false, why: 'it is not well-formed XML' }
  const values = new Map<string, string>()
  for (const element of elements) for (const [key, value] of element.attributes) values.set(key, value)
  return { ok: true, values }
}

export type XmlElement = { name: string; attributes: Map<string, string> }

const TAG = /<(?:\?[^>]*\?>|!--[\s\S]*?-->|!DOCTYPE[^>]*>|(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>)/y

/** All elements in document order; null when tags are unbalanced or something is no XML. Enough of XML for what phones are given. */
export function readXml(text: string): XmlElement[] | null {
  const found: XmlElement[] = []
  const open: string[] = []
  let at = text.startsWith('\uFEFF') ? 1 : 0
  while (at < text.length) {
    const next = text.indexOf('<', at)
    const between = text.slice(at, next === -1 ? text.length : next)
    if (open.length === 0 && between.trim() !== '') return null
    if (next === -1) break
    TAG.lastIndex = next
    const match = TAG.exec(text)
    if (match === null) return null
    at = TAG.lastIndex
    const [, closes, name, attributes, selfCloses] = match
    if (name === undefined) continue
    if (closes === '/') {
      if (open.pop() !== name) return null
      continue
    }
    const read = readAttributes(attributes ?? '')
    if (read === null) return null
    found.push({ name, attributes: read })
    if (selfCloses !== '/') open.push(name)
  }
  return open.length === 0 && found.length > 0 ? found : null
}

function readAttributes(text: string): Map<string, string> | null {
  const attributes = new Map<string, string>()
  for (const match of text.matchAll(/([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    const [, name, double, single] = match
    if (name === undefined || attributes.has(name)) return null
    attributes.set(name, decode(double ?? single ?? ''))
  }
  return attributes
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function decode(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    return ENTITIES[name ?? ''] ?? whole
  })
}
