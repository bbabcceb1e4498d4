import type { FileFormat } from '../model/pack.ts'

/** A value as it may stand in a file of this format: whatever it holds, it stays one value. Never throws. */
export function escapeFor(format: FileFormat, value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value)
  switch (format) {
    case 'ini':
      return iniValue(text)
    case 'xml':
      return xmlAttribute(text)
    case 'text':
      return wellFormed(oneLine(text))
  }
}

/** `key = value`: a line break would begin another key. Blanks at the ends are lost by readers, so they go here. */
export function iniValue(text: string): string {
  return wellFormed(oneLine(text)).trim()
}

/** Attribute value (XML 1.0 sections 2.2 and 2.4); line breaks would be read as blanks anyway (3.3.3). */
export function xmlAttribute(text: string): string {
  return wellFormed(oneLine(text)).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '')
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Line breaks of every kind (also NEL, LS, PS) and tabs become one blank, other control characters go. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
}

/** A lone surrogate cannot be written as UTF-8, and U+FFFE and U+FFFF are no XML characters. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g, '\ufffd')
}
