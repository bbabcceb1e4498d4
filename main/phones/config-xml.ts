import type { ReadConfig } from './config-text.ts'

export type XmlElement = { name: string; attributes: Map<string, string>; text: string; children: XmlElement[] }

const NOT_XML: ReadConfig = { ok: false, why: 'it is not well-formed XML' }

/** Settings are attributes, element names are free. */
export function readXmlAttributes(text: string): ReadConfig {
  return readWith(text, (root, values) => {
    for (const element of allOf(root)) for (const [key, value] of element.attributes) values.set(key, value)
  })
}

/** Settings are elements without children; `<user_name idx="1">` is `user_name.1`. */
export function readXmlElements(text: string): ReadConfig {
  return readWith(text, (root, values) => {
    for (const element of allOf(root)) {
      const index = element.attributes.get('idx') ?? element.attributes.get('index')
      if (element.children.length === 0) values.set(index === undefined ? element.name : `${element.name}.${index}`, element.text)
    }
  })
}

/**
 * Settings are elements that an attribute `name` or `id` names; below a named one the names are joined by dots. An element that only says a `url` (Gigaset's
 * `<file version="…" url="…"/>`) is `file.url`.
 */
export function readXmlNamed(text: string): ReadConfig {
  return readWith(text, (root, values) => {
    const take = (element: XmlElement, before: string): void => {
      const own = element.attributes.get('name') ?? element.attributes.get('id')
      const name = [before, own ?? ''].filter((part) => part !== '').join('.')
      const url = element.attributes.get('url')
      if (own !== undefined && element.children.length === 0) values.set(name, element.attributes.get('value') ?? element.text)
      else if (url !== undefined) values.set(`${element.name}.url`, url)
      for (const child of element.children) take(child, name)
    }
    take(root, '')
  })
}

/** Settings are elements without children, called by the names that lead to them: `sip/line[1]/RegisterUser`. */
export function readXmlPaths(text: string): ReadConfig {
  return readWith(text, (root, values) => {
    const take = (element: XmlElement, before: string): void => {
      const index = element.attributes.get('index')
      const path = `${before}${element.name}${index === undefined ? '' : `[${index}]`}`
      if (element.children.length === 0) values.set(path, element.text)
      for (const child of element.children) take(child, `${path}/`)
    }
    for (const child of root.children) take(child, '')
  })
}

function readWith(text: string, read: (root: XmlElement, values: Map<string, string>) => void): ReadConfig {
  const root = readXmlTree(text)
  if (root === null) return NOT_XML
  const values = new Map<string, string>()
  read(root, values)
  return { ok: true, values }
}

/** All elements in document order; null when the text is no XML. */
export function readXml(text: string): XmlElement[] | null {
  const root = readXmlTree(text)
  return root === null ? null : allOf(root)
}

function allOf(element: XmlElement): XmlElement[] {
  return [element, ...element.children.flatMap(allOf)]
}

const TAG = /<(?:\?[^>]*\?>|!--[\s\S]*?-->|!DOCTYPE[^>]*>|(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>)/y

/** The root element; null when tags are unbalanced or something is no XML. Enough of XML for what phones are given. */
export function readXmlTree(text: string): XmlElement | null {
  const top: XmlElement = { name: '', attributes: new Map(), text: '', children: [] }
  const open: XmlElement[] = [top]
  let at = text.startsWith('\uFEFF') ? 1 : 0
  while (at < text.length) {
    const next = text.indexOf('<', at)
    const between = decode(text.slice(at, next === -1 ? text.length : next))
    const inside = open.at(-1)
    if (between === null || inside === undefined || (open.length === 1 && between.trim() !== '')) return null
    inside.text += between
    if (next === -1) break
    TAG.lastIndex = next
    const match = TAG.exec(text)
    if (match === null) return null
    at = TAG.lastIndex
    if (match[2] !== undefined && !takeTag(match, open)) return null
  }
  return open.length === 1 && top.children.length === 1 ? (top.children[0] ?? null) : null
}

function takeTag([, closes, name = '', attributes, selfCloses]: RegExpExecArray, open: XmlElement[]): boolean {
  if (closes === '/') return open.length > 1 && open.pop()?.name === name
  const read = readAttributes(attributes ?? '')
  if (read === null) return false
  const element: XmlElement = { name, attributes: read, text: '', children: [] }
  open.at(-1)?.children.push(element)
  if (selfCloses !== '/') open.push(element)
  return true
}

function readAttributes(text: string): Map<string, string> | null {
  const attributes = new Map<string, string>()
  for (const match of text.matchAll(/([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    const [, name, double, single] = match
    const value = decode(double ?? single ?? '')
    if (name === undefined || value === null || attributes.has(name)) return null
    attributes.set(name, value)
  }
  return attributes
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** null for an ampersand that begins nothing. */
function decode(text: string): string | null {
  let isWell = true
  const read = text.replace(/&(?:#x([0-9a-fA-F]+);|#(\d+);|(\w+);)?/g, (_, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    const known = ENTITIES[name ?? '']
    if (known === undefined) isWell = false
    return known ?? ''
  })
  return isWell ? read : null
}
