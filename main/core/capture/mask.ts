import type { Secrets } from './secrets.ts'

/**
 * Takes secrets out of text without changing its length, so that what is around it keeps its meaning: one character is one byte of the wire, a masked one
 * becomes `*`. What may be a secret counts as one: a mask too many costs a word, one too few a phone.
 */
export const STAR = '*'

/** As many letters and digits as the shortest token has, or more, without a break. */
const TOKEN_RUN = /[0-9A-Za-z]{22,}/g
/** Below it a known secret is masked only as a word of its own: `123` must not eat a Content-Length. */
const LONG = 6
/** Hashes taken of one text. */
const MOST_LOOKS = 1000

type Mark = (from: number, to: number) => void

/** `isFree` = free text of a phone (syslog, bodies): long runs of letters and digits are masked there too. */
export function maskText(text: string, secrets: Secrets, isFree = false): string {
  const marks = new Uint8Array(text.length)
  let isMarked = false
  const mark: Mark = (from, to) => {
    isMarked = true
    marks.fill(1, Math.max(0, from), to)
  }
  markForms(text, mark)
  const plain = withoutEscapes(text)
  markKnown(text, secrets, mark)
  markBase64(text, secrets, mark)
  if (plain !== null) {
    const through: Mark = (from, to) => mark(plain.at[from] ?? text.length, plain.at[to] ?? text.length)
    markForms(plain.text, through)
    markKnown(plain.text, secrets, through)
    markBase64(plain.text, secrets, through)
    if (isFree) markRuns(plain.text, through)
  }
  if (isFree) markRuns(text, mark)
  return isMarked ? starred(text, marks) : text
}

/** A path or URL: every part that may be a token, every value of its query, whatever it is. */
export function maskTarget(target: string, secrets: Secrets): string {
  const query = target.search(/[?;#]/)
  const path = query < 0 ? target : target.slice(0, query)
  const rest = query < 0 ? '' : target.slice(query)
  const values = rest.replace(
    /(^[?;#]|[&;?#])([^=&;?#]*)(=?)([^&;?#]*)/g,
    (_, sign: string, name: string, equals: string, value: string) =>
      equals === '' ? sign + stars(name) : sign + maskText(name, secrets, true) + equals + (isMac(value) ? value : stars(value)),
  )
  const named = path.replace(
    /((?:pass(?:word|wd)?|pwd|secret|token)s?\/)([^/]{1,256})/gi,
    (_, name: string, value: string) => name + stars(value),
  )
  return maskText(named, secrets, true) + values
}

/** The one value of a query that is known to be none. */
function isMac(text: string): boolean {
  return /^(?:[0-9a-f]{12}|[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2})$/i.test(text)
}

export function stars(text: string): string {
  return STAR.repeat(text.length)
}

function starred(text: string, marks: Uint8Array): string {
  let out = ''
  for (let i = 0; i < text.length; i++) out += marks[i] === 1 && text[i] !== '\r' && text[i] !== '\n' ? STAR : text.charAt(i)
  return out
}

/** Places where credentials stand, whatever they are. */
const FORMS: readonly RegExp[] = [
  // Up to the end of the line: Digest has many parts.
  /authorization["']?\s*[:=]\s*(?:"?(?:basic|digest|bearer|token)\s+)?([^\r\n]+)/gi,
  /\b(?:basic|bearer)\s+([A-Za-z0-9+/=._~-]{6,})/gi,
  /[a-z][a-z0-9+.-]{0,20}:\/\/([^/\s@"'<>]{1,256})@/gi,
  /\bsips?:[^:@\s<>";]{1,128}:([^@\s<>"]{1,256})@/gi,
  /(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|api_?key|credential|\bpin|ha1|\bresponse|cnonce|cookie)s?["']?\s*[:=]\s*["']?([^\s"'&;,<>]{1,256})/gi,
  /<[^>\s]{0,60}(?:pass(?:word|wd)?|pwd|secret|token)[^>]{0,80}>([^<]{1,256})</gi,
]

/** Without one of these none of the forms is there: most text of the wire is a few bytes. */
const MAY_BE_FORM = /[:=<]|(?:basic|bearer)\s/i

function markForms(text: string, mark: Mark): void {
  if (!MAY_BE_FORM.test(text)) return
  for (const form of FORMS) {
    for (const found of text.matchAll(form)) {
      const secret = found[1] ?? ''
      const from = found.index + found[0].lastIndexOf(secret)
      mark(from, from + secret.length)
    }
  }
}

function markKnown(text: string, secrets: Secrets, mark: Mark): void {
  for (const needle of secrets.needles) {
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
      if (needle.length >= LONG || (!isWord(text, at - 1) && !isWord(text, at + needle.length))) mark(at, at + needle.length)
    }
  }
  if (secrets.lengths.length === 0) return
  let looks = 0
  for (const run of text.matchAll(/[0-9A-Za-z]{22,}/g)) {
    for (const length of secrets.lengths) {
      looks += Math.max(0, run[0].length - length + 1)
      // Nobody's words: not worth the time it would take to be sure.
      if (looks > MOST_LOOKS) {
        mark(run.index, run.index + run[0].length)
        continue
      }
      // A token may stand between other letters: every place is tried.
      for (let at = 0; at + length <= run[0].length; at++) {
        if (secrets.isToken(run[0].slice(at, at + length))) mark(run.index + at, run.index + at + length)
      }
    }
  }
}

function isWord(text: string, at: number): boolean {
  return /[0-9A-Za-z]/.test(text.charAt(at))
}

function markRuns(text: string, mark: Mark): void {
  for (const run of text.matchAll(TOKEN_RUN)) mark(run.index, run.index + run[0].length)
}

/** `user:password` of Basic, wherever it stands and however it begins. */
function markBase64(text: string, secrets: Secrets, mark: Mark): void {
  for (const run of text.matchAll(/[A-Za-z0-9+/_-]{12,}={0,2}/g)) {
    for (let skip = 0; skip < 4; skip++) {
      const plain = fromBase64(run[0].slice(skip, 1024 + skip))
      const hasKnown = secrets.needles.some((needle) => needle.length >= LONG && plain.includes(needle)) || hasToken(plain, secrets)
      // A MAC as user, and a password behind it.
      if (!hasKnown && !/^[0-9A-Fa-f:-]{12,17}:[ -~]+$/.test(plain)) continue
      mark(run.index, run.index + run[0].length)
      break
    }
  }
}

function hasToken(text: string, secrets: Secrets): boolean {
  let has = false
  if (secrets.lengths.length > 0) {
    markKnown(text, { ...secrets, needles: [] }, () => {
      has = true
    })
  }
  return has
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function fromBase64(text: string): string {
  let out = ''
  let bits = 0
  let held = 0
  for (const char of text.replaceAll('-', '+').replaceAll('_', '/')) {
    const value = ALPHABET.indexOf(char)
    if (value < 0) break
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    out += String.fromCharCode((held >> bits) & 255)
  }
  return out
}

/** Percent escapes read, twice where they hide each other; `at` = where each character began. Null when there are none. */
function withoutEscapes(text: string): { text: string; at: number[] } | null {
  if (!/%[0-9A-Fa-f]{2}/.test(text)) return null
  let now = { text, at: [...Array(text.length + 1).keys()] }
  for (let round = 0; round < 3 && /%[0-9A-Fa-f]{2}/.test(now.text); round++) now = unescapedOnce(now)
  return now
}

function unescapedOnce(from: { text: string; at: number[] }): { text: string; at: number[] } {
  let text = ''
  const at: number[] = []
  for (let i = 0; i < from.text.length; i++) {
    at.push(from.at[i] ?? 0)
    const hex = /^%([0-9A-Fa-f]{2})/.exec(from.text.slice(i, i + 3))
    text += hex === null ? from.text.charAt(i) : String.fromCharCode(Number.parseInt(hex[1] ?? '', 16))
    if (hex !== null) i += 2
  }
  at.push(from.at[from.text.length] ?? 0)
  return { text, at }
}
