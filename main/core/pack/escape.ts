import type { FileFormat } from '../model/pack.ts'

/** Raw lines that were checked (see raw-lines.ts): the one thing a template prints as it stands. */
export class RawText {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text
  }
}

/** A value as it may stand in a file of this format: whatever it holds, it stays one value. Never throws. */
export function escapeFor(format: FileFormat, value: unknown): string {
  if (value instanceof RawText) return value.text
  const text = value === null || value === undefined ? '' : plainText(String(value))
  switch (format) {
    case 'ini':
    case 'colon':
      // The value ends with the line; blanks at the ends are lost by readers, so they go here.
      return text.trim()
    case 'xml':
      return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '')
    case 'json':
      return JSON.stringify(text).slice(1, -1)
    case 'quoted':
      // No way to write a quotation mark between quotation marks is known of this format.
      return text.replaceAll('"', "'")
    case 'text':
      return text
  }
}

/** XML 1.0 section 2.4; in attribute values and between tags alike. */
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/**
 * Text that any of the formats can hold: line breaks of every kind (also NEL, LS, PS) and tabs become one blank, other control characters go, and with
 * them those that turn the direction of everything behind them (Unicode bidirectional algorithm, UAX 9: embeddings, overrides, isolates; right-to-left
 * letters need none of them).
 */
export function plainText(text: string): string {
  if (/^[\u0020-\u007e]*$/.test(text)) return text
  return wellFormed(
    text
      .replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g, ''),
  )
}

/** A lone surrogate cannot be written as UTF-8, and U+FFFE and U+FFFF are no XML characters. */
export function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g, '\ufffd')
}

/** What an encoding lacks becomes `?`, so that a preview shows what the phone gets. */
export function fitEncoding(text: string, encoding: 'utf-8' | 'latin-1'): string {
  return encoding === 'utf-8' ? text : text.replace(/[\u0100-\u{10ffff}]/gu, '?') // a pair of surrogates is one character
}
