import type { FileFormat } from '../model/pack.ts'
import { documentProblem } from './xml-syntax.ts'

/** Why a whole rendered file is not of its format, with the line; null when it is. `text` may be anything. */
export function syntaxProblem(format: FileFormat, text: string): string | null {
  switch (format) {
    case 'xml':
      return documentProblem(text)
    case 'json':
      return jsonProblem(text)
    case 'text':
      return null
    case 'ini':
    case 'colon':
    case 'quoted':
      return linesProblem(text, SHAPES[format])
  }
}

type Shape = { fits: RegExp; wanted: string }

/** One entry of a line format. A key begins with no sign that could be another format's, so that a slip is seen. */
export const SHAPES: Readonly<Record<'ini' | 'colon' | 'quoted', Shape>> = {
  ini: { fits: /^[^\s=#"'<>][^=#"'<>]*=/, wanted: 'key = value' },
  colon: { fits: /^[!^]?[A-Za-z0-9][^:#"'<>=]*:/, wanted: 'key: value' },
  quoted: { fits: /^[A-Za-z0-9_.-]+="[^"]*"$/, wanted: 'NAME="value"' },
}

/** One entry a line; `#` begins a comment. */
export function linesProblem(text: string, shape: Shape): string | null {
  const lines = text.split(/\r\n|\r|\n/)
  const wrong = lines.findIndex((line) => line.trim() !== '' && !line.trimStart().startsWith('#') && !shape.fits.test(line.trim()))
  return wrong === -1 ? null : `line ${wrong + 1}: ${shape.wanted} is wanted, or a comment that begins with #`
}

function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
