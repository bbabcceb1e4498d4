import { DOMParser } from '@xmldom/xmldom'
import type { FileFormat } from '../../main/core/model/pack.ts'

/**
 * What a config file says, read by parsers that share nothing with the server: a DOM for XML, JSON.parse, and line readers that take nothing but the one
 * form. Keys are whole paths, so that one value more or less is seen. Throws in words when the text is not of its format.
 */
export function configValues(format: FileFormat, text: string): Map<string, string> {
  switch (format) {
    case 'xml':
      return xmlValues(text)
    case 'json':
      return jsonValues(text)
    case 'ini':
      return lineValues(text, /^([^\s=#][^=]*?)\s*=\s?(.*)$/)
    case 'colon':
      return lineValues(text, /^([^\s:#][^:]*?)\s*:\s?(.*)$/)
    case 'quoted':
      return lineValues(text, /^([A-Za-z0-9_.-]+)="([^"]*)"$/)
    case 'text':
      return new Map(text.split(/\r?\n/).map((line, i) => [String(i), line]))
  }
}

function lineValues(text: string, shape: RegExp): Map<string, string> {
  const values = new Map<string, string>()
  const seen = new Map<string, number>()
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line === '' || line.startsWith('#')) continue
    const found = shape.exec(line)
    if (found === null) throw new Error(`line ${i + 1} is no entry: ${line}`)
    const [, key = '', value = ''] = found
    const count = (seen.get(key) ?? 0) + 1
    seen.set(key, count)
    values.set(count === 1 ? key : `${key} (${count})`, value)
  }
  return values
}

function jsonValues(text: string): Map<string, string> {
  const values = new Map<string, string>()
  const take = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) values.set(path, String(value))
    else for (const [name, inner] of Object.entries(value)) take(inner, `${path}/${name}`)
  }
  take(JSON.parse(text), '')
  return values
}

type Node = {
  nodeType: number
  nodeName: string
  nodeValue: string | null
  childNodes: ArrayLike<Node>
  attributes?: ArrayLike<{ name: string; value: string }>
}

function xmlValues(text: string): Map<string, string> {
  const complaints: string[] = []
  const complain = (message: string) => complaints.push(message)
  const document = new DOMParser({ errorHandler: { warning: complain, error: complain, fatalError: complain } }).parseFromString(
    text,
    'text/xml',
  )
  if (complaints.length > 0) throw new Error(complaints.join('; '))
  const values = new Map<string, string>()
  const take = (node: Node, path: string): void => {
    const children = Array.from(node.childNodes)
    const elements = children.filter((child) => child.nodeType === 1)
    for (const { name, value } of Array.from(node.attributes ?? [])) values.set(`${path}@${name}`, value)
    if (elements.length === 0) {
      const parts = children.filter((child) => child.nodeType !== 8)
      values.set(path, parts.map((child) => child.nodeValue ?? '').join(''))
    }
    const seen = new Map<string, number>()
    for (const child of elements) {
      const count = (seen.get(child.nodeName) ?? 0) + 1
      seen.set(child.nodeName, count)
      take(child, `${path}/${child.nodeName}[${count}]`)
    }
  }
  take(document.documentElement as unknown as Node, '')
  return values
}

/** A text as it must come back out of a file: one line, no control and direction marks, whole characters. Written apart from the server's own. */
export function asWritten(format: FileFormat, encoding: 'utf-8' | 'latin-1', text: string): string {
  const breaks = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x85, 0x2028, 0x2029])
  let out = ''
  let inBreak = false
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    if (breaks.has(code)) {
      if (!inBreak) out += ' '
      inBreak = true
      continue
    }
    inBreak = false
    const isControl = code < 0x20 || (code >= 0x7f && code <= 0x9f)
    const turns = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code === 0xfeff
    if (isControl || turns) continue
    const isHalf = (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff
    out += isHalf ? '\ufffd' : char
  }
  if (format === 'quoted') out = out.replaceAll('"', "'")
  if (encoding === 'latin-1') out = [...out].map((char) => ((char.codePointAt(0) ?? 0) > 0xff ? '?' : char)).join('')
  return format === 'ini' || format === 'colon' ? out.trim() : out
}
