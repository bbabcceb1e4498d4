import { type Mac, parseMac } from '../model/mac.ts'

/**
 * Patterns with placeholders instead of regular expressions: readable, reversible, and safe against slow input.
 * A pattern is read once into pieces; matching walks the pieces over the text and keeps, per piece, the set of places it may end at, so it costs
 * pieces × characters and never goes back. Longer text than `MAX_TEXT` matches nothing.
 */

/** What each placeholder stands for; the words of `packs/README.md`. */
export const PLACEHOLDERS = [
  'mac',
  'MAC',
  'mac:',
  'mac-',
  'model',
  'models',
  'version',
  'hardware',
  'code',
  'part',
  'image',
  'serial',
  'word',
  'rest',
] as const
export type Placeholder = (typeof PLACEHOLDERS)[number]

/** Read over and not kept apart: these may stand in a pattern more than once. */
const READ_OVER: readonly Placeholder[] = ['hardware', 'word', 'rest']

const MAX_TEXT = 2048
const MAX_PATTERN = 512

type Piece = { literal: string } | { placeholder: Placeholder }

export type MatchOptions = {
  /** Literals and model names without regard to case, and one space of the pattern stands for one or more (agents, vendor classes). */
  ignoreCase?: boolean
  /** What `{model}` may stand for; without it `{model}` is any run of letters, digits, `_`, `-`, `.`, `+`. */
  models?: readonly string[]
  /** What `{part}` may stand for; without it any run of letters, digits and `-`. */
  parts?: readonly string[]
  /** Counts the places looked at, for a test of what a match costs. */
  tally?: { steps: number }
}

/** Values by placeholder, as they stand in the text; null when it does not match or the pattern is not well formed. */
export function matchPattern(pattern: string, text: string, options: MatchOptions = {}): Record<string, string> | null {
  const pieces = readPattern(pattern)
  if (pieces === null || text.length > MAX_TEXT) return null
  // Most patterns are another maker's: their first word tells.
  const [first] = pieces
  if (first !== undefined && 'literal' in first && literalEnd(first.literal, text, 0, options.ignoreCase === true) === null) return null
  const ends = reach(pieces, text, options)
  return ends === null ? null : collect(pieces, text, ends, options)
}

/**
 * Matches at the end of a path: a pattern of n slashes against the last n segments, so that a base path before them does not matter.
 * Literals match exactly, without regard to case only when asked.
 */
export function matchPathEnd(pattern: string, path: string, options: MatchOptions = {}): Record<string, string> | null {
  if (!pattern.startsWith('/')) return null
  let from = path.length
  for (let slashes = pattern.split('/').length - 1; slashes > 0; slashes--) {
    from = from === 0 ? -1 : path.lastIndexOf('/', from - 1)
    if (from < 0) return null
  }
  return matchPattern(pattern, path.slice(from), options)
}

/** Writes a text that the pattern matches with these values. `{MAC}` and `{mac:}` follow from `mac` when not given; other missing values are left out. */
export function fillPattern(pattern: string, values: Readonly<Record<string, string | null | undefined>>): string {
  const pieces = readPattern(pattern)
  if (pieces === null) return pattern
  return pieces.map((piece) => ('literal' in piece ? piece.literal : filled(piece.placeholder, values))).join('')
}

function filled(name: Placeholder, values: Readonly<Record<string, string | null | undefined>>): string {
  if (name === 'MAC') return values.MAC ?? values.mac?.toUpperCase() ?? ''
  if (name === 'mac:') return values['mac:'] ?? values.mac ?? ''
  if (name === 'mac-') return values['mac-'] ?? values.mac?.toUpperCase().match(/../g)?.join('-') ?? ''
  if (name === 'models') return values.models ?? values.model ?? ''
  return values[name] ?? ''
}

/** What is wrong with a pattern, or null. Two open-ended placeholders side by side have no border, so they are refused. */
export function patternProblem(pattern: string): string | null {
  if (pattern === '') return 'the pattern is empty'
  if (pattern.length > MAX_PATTERN) return `the pattern is longer than ${MAX_PATTERN} characters`
  const pieces = readPattern(pattern)
  if (pieces === null) return `"${pattern}" has a brace that is no placeholder; known: ${PLACEHOLDERS.map((name) => `{${name}}`).join(' ')}`
  const seen = new Set<string>()
  let before: Piece | null = null
  for (const piece of pieces) {
    if ('placeholder' in piece) {
      if (seen.has(piece.placeholder) && !READ_OVER.includes(piece.placeholder)) return `"${pattern}" names {${piece.placeholder}} twice`
      seen.add(piece.placeholder)
      if (before !== null && 'placeholder' in before && !hasBorder(before.placeholder, piece.placeholder))
        return `"${pattern}": no text between {${before.placeholder}} and {${piece.placeholder}}`
    }
    before = piece
  }
  return null
}

/** A MAC has a length of its own; `{rest}` takes as little as it can, so a model before it is read whole. */
function hasBorder(before: Placeholder, after: Placeholder): boolean {
  return isMac(before) || isMac(after) || (before === 'model' && after === 'rest')
}

/** The MAC among the values of a match, however the pattern spells it; null when there is none. */
export function macIn(values: Readonly<Record<string, string>>): Mac | null {
  return parseMac(values.mac ?? values.MAC ?? values['mac:'] ?? values['mac-'] ?? '')
}

/** Does the pattern name a MAC: its text then belongs to one device. */
export function namesMac(pattern: string): boolean {
  return placeholdersOf(pattern).some(isMac)
}

/** Placeholders a pattern names; empty when it is not well formed. */
export function placeholdersOf(pattern: string): readonly Placeholder[] {
  return (readPattern(pattern) ?? []).flatMap((piece) => ('placeholder' in piece ? [piece.placeholder] : []))
}

const read = new Map<string, readonly Piece[] | null>()

/** Pieces of a pattern. Kept: the same few hundred patterns of the loaded packs are asked for at every request. */
function readPattern(pattern: string): readonly Piece[] | null {
  const known = read.get(pattern)
  if (known !== undefined) return known
  const pieces = pattern.length > MAX_PATTERN ? null : toPieces(pattern)
  if (read.size > 5000) read.clear()
  read.set(pattern, pieces)
  return pieces
}

function toPieces(pattern: string): Piece[] | null {
  const pieces: Piece[] = []
  let at = 0
  while (at < pattern.length) {
    const open = pattern.indexOf('{', at)
    const literal = pattern.slice(at, open === -1 ? pattern.length : open)
    if (literal.includes('}')) return null
    if (literal !== '') pieces.push({ literal })
    if (open === -1) break
    const close = pattern.indexOf('}', open)
    const name = close === -1 ? '' : pattern.slice(open + 1, close)
    if (!isPlaceholder(name)) return null
    pieces.push({ placeholder: name })
    at = close + 1
  }
  return pieces
}

function isPlaceholder(name: string): name is Placeholder {
  return (PLACEHOLDERS as readonly string[]).includes(name)
}

/** Per piece the places it may end at, given all pieces before it; null when the text cannot end with the last one. */
function reach(pieces: readonly Piece[], text: string, options: MatchOptions): Uint8Array[] | null {
  let from = new Uint8Array(text.length + 1)
  from[0] = 1
  const all = [from]
  for (const piece of pieces) {
    const to = new Uint8Array(text.length + 1)
    if (options.tally !== undefined) options.tally.steps += text.length + 1
    if ('placeholder' in piece && isOpenEnded(piece.placeholder, options)) markRuns(piece.placeholder, text, from, to)
    else markFixed(piece, text, from, to, options)
    if (!to.includes(1)) return null
    all.push(to)
    from = to
  }
  return from[text.length] === 1 ? all : null
}

/** Carries marks through runs of a placeholder's characters: one pass, however many starts lie in a run. */
function markRuns(name: Placeholder, text: string, from: Uint8Array, to: Uint8Array): void {
  let isInside = false
  if (name === 'rest') for (let at = 0; at <= text.length; at++) if (from[at] === 1) to[at] = 1 // it may be empty
  for (let at = 0; at < text.length; at++) {
    isInside = (isInside && isAllowed(name, text, at, false)) || (from[at] === 1 && isAllowed(name, text, at, true))
    if (isInside) to[at + 1] = 1
  }
}

function markFixed(piece: Piece, text: string, from: Uint8Array, to: Uint8Array, options: MatchOptions): void {
  for (let start = 0; start <= text.length; start++) {
    if (from[start] === 1) for (const end of fixedEnds(piece, text, start, options)) to[end] = 1
  }
}

/** Placeholders that take any length; MACs and known models do not. */
function isOpenEnded(name: Placeholder, { models, parts }: MatchOptions): boolean {
  if (name === 'model') return models === undefined
  if (name === 'part') return parts === undefined
  return !isMac(name)
}

function isMac(name: Placeholder): boolean {
  return name === 'mac' || name === 'MAC' || name === 'mac:' || name === 'mac-'
}

/** `6.1.5(a)`: a letter in brackets belongs to a version, `(20211130)` does not. */
function isBracketed(text: string, at: number): boolean {
  const letter = text.charCodeAt(at) === 40 ? at + 1 : at - 1
  return isLetter(text.charCodeAt(letter)) && text[letter - 1] === '(' && text[letter + 1] === ')'
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
}

function isAllowed(name: Placeholder, text: string, at: number, isFirst: boolean): boolean {
  const code = text.charCodeAt(at)
  const digit = code >= 48 && code <= 57
  const letter = isLetter(code)
  switch (name) {
    case 'version': {
      // 66.86.0.15, 7-5-2b, 11-1-0-MSR4, 83.V2.11.0+build.a546b91, 6.1.5(a)
      if (digit || isFirst) return digit
      return letter || code === 46 || code === 95 || code === 45 || code === 43 || ((code === 40 || code === 41) && isBracketed(text, at))
    }
    case 'hardware':
      return digit || (!isFirst && (letter || code === 46 || code === 95))
    case 'code':
      return digit || letter
    case 'part':
    case 'serial':
      return digit || letter || code === 45
    case 'model':
      return digit || letter || (!isFirst && (code === 95 || code === 45 || code === 46 || code === 43))
    case 'models':
      return digit || letter || (!isFirst && (code === 95 || code === 45 || code === 43 || code === 40 || code === 41 || code === 44))
    case 'image':
      // A blank inside is part of the name, as vendors ship it; in a URL it is %20 (RFC 3986 section 2.1).
      return (code > 32 || (code === 32 && !isFirst)) && code !== 47 && code !== 92 && code !== 127
    case 'word':
      return code > 32 && code !== 127
    case 'rest':
      return true
    default:
      return false
  }
}

function fixedEnds(piece: Piece, text: string, start: number, options: MatchOptions): number[] {
  if ('literal' in piece) {
    const end = literalEnd(piece.literal, text, start, options.ignoreCase === true)
    return end === null ? [] : [end]
  }
  if (piece.placeholder === 'model') return modelEnds(options.models ?? [], text, start, options.ignoreCase === true)
  if (piece.placeholder === 'part') return modelEnds(options.parts ?? [], text, start, options.ignoreCase === true)
  return macEnds(piece.placeholder, text, start, options.ignoreCase === true)
}

function literalEnd(literal: string, text: string, start: number, ignoreCase: boolean): number | null {
  if (!ignoreCase) return text.startsWith(literal, start) ? start + literal.length : null
  let at = start
  for (let i = 0; i < literal.length; i++) {
    if (lower(text.charCodeAt(at)) !== lower(literal.charCodeAt(i))) return null
    at += 1
    // Real headers of old Yealink firmware hold two spaces.
    if (literal.charCodeAt(i) === 32) while (text.charCodeAt(at) === 32) at += 1
  }
  return at
}

/** ASCII only: nothing on the wire of a phone means case beyond it, and lengths stay the same. */
function lower(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code
}

function modelEnds(models: readonly string[], text: string, start: number, ignoreCase: boolean): number[] {
  const ends: number[] = []
  for (const model of models) {
    const end = literalEnd(model, text, start, ignoreCase)
    if (end !== null && end > start) ends.push(end)
  }
  return ends
}

function macEnds(name: Placeholder, text: string, start: number, ignoreCase: boolean): number[] {
  const lengths = name === 'mac:' ? [17, 14, 12] : name === 'mac-' ? [17] : [12]
  return lengths.filter((length) => isMacText(name, text.slice(start, start + length), length, ignoreCase)).map((length) => start + length)
}

const ANY_SPELLING = /^(?:[0-9a-f]{12}|[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})$/i

/** `000000000000` and its like are file names of their own, never a device: `parseMac` refuses them. */
function isMacText(name: Placeholder, text: string, length: number, ignoreCase: boolean): boolean {
  if (text.length !== length || !ANY_SPELLING.test(text) || parseMac(text) === null) return false
  if (name === 'mac-' && text[2] !== '-') return false
  if (name === 'mac:' || ignoreCase) return true
  return name === 'MAC' || name === 'mac-' ? text === text.toUpperCase() : text === text.toLowerCase()
}

/** Walks back from the end and takes for each piece the earliest start that the piece before may end at: the longest value, always the same one. */
function collect(
  pieces: readonly Piece[],
  text: string,
  ends: readonly Uint8Array[],
  options: MatchOptions,
): Record<string, string> | null {
  const values: Record<string, string> = {}
  let end = text.length
  for (let i = pieces.length - 1; i >= 0; i--) {
    const piece = pieces[i]
    const from = ends[i]
    if (piece === undefined || from === undefined) return null
    const start = startOf(piece, text, from, end, options)
    if (start === null) return null
    if ('placeholder' in piece) values[piece.placeholder] = text.slice(start, end) // of several read-over runs the first stays
    end = start
  }
  return end === 0 ? values : null
}

function startOf(piece: Piece, text: string, from: Uint8Array, end: number, options: MatchOptions): number | null {
  if ('placeholder' in piece && isOpenEnded(piece.placeholder, options)) {
    let found: number | null = null
    if (piece.placeholder === 'rest') return from.lastIndexOf(1, end)
    for (let at = end - 1; at >= 0; at--) {
      if (options.tally !== undefined) options.tally.steps += 1
      if (from[at] === 1 && isAllowed(piece.placeholder, text, at, true)) found = at
      if (!isAllowed(piece.placeholder, text, at, false)) break
    }
    return found
  }
  for (let start = 0; start <= end; start++) {
    if (from[start] === 1 && fixedEnds(piece, text, start, options).includes(end)) return start
  }
  return null
}
