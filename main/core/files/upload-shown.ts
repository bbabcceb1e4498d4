import type { Mac } from '../model/mac.ts'
import type { World } from '../model/world.ts'
import { MASK } from '../render/mask.ts'
import { withoutSecrets } from '../syslog/receive.ts'

/** What a page shows of an upload. `isCut`: only its end is shown. `isBinary`: nothing of it is, for no mask finds a secret in it. */
export type ShownUpload = { text: string; isCut: boolean; isBinary: boolean }

/** The end of a log is what people look for. */
const MAX_CHARS = 256 * 1024

/**
 * An upload as people may see it. Phones write passwords into logs and overrides, also such as we never knew (typed at the phone, left from another owner): masked
 * are our own secrets for this phone and every value whose name says that it is one. Never throws; linear in the text.
 */
export function shownUpload(text: string, mac: Mac, world: World): ShownUpload {
  if (text.includes('\0')) return { text: '', isCut: false, isBinary: true }
  const isCut = text.length > MAX_CHARS
  return { text: withoutSecrets(withoutNamedValues(isCut ? lastLines(text) : text), mac, world), isCut, isBinary: false }
}

/** Whole lines: half a secret is one that no mask knows. */
function lastLines(text: string): string {
  const end = text.slice(-MAX_CHARS)
  const lineEnd = end.indexOf('\n')
  return lineEnd === -1 ? '' : end.slice(lineEnd + 1)
}

/** Parts of names that say "secret", in the spellings of config files: `reg.1.auth.password`, `user_pass`, `AdminPasswd`, `SIP_PSWD`, `wpa.psk`. */
const NAMES =
  /pass(?:w(?:or)?d|phrase|code)?|pswd|pwd|secret|token|credential|private[_ .-]?key|\bpsk|_psk|\bpin\b|_pin\b|\bha1\b|--key\b/gi
/** The rest of such a name: `_1_`, `[2].value`, `!1!`. */
const NAME_END = /[\w.!?[\]-]{0,60}/y
/** `name="value"`, `name = value`, `"name": "value"`, `name: value`, `name>value`. */
const SIGN = /["']?[ \t]{0,20}(?:[=:]{1,2}[ \t]{0,20}|>)/y
/** `name="AuthPassword" value="…"` (Gigaset and others) and `<N>AuthPassword</N> <V>…` (OBi). */
const VALUE_BESIDE =
  /(?:["'][ \t]{1,20}(?:[a-z]{1,10}=["'][^"'\n]{0,40}["'][ \t]{1,20})?value[ \t]{0,4}=[ \t]{0,4}|<\/\w{1,20}>\s{0,20}<\w{1,20}(?: [^<>\n]{0,80})?>)/iy
/** ` idx="1" perm="R">` (Snom, Cisco): attributes between the name of an element and its value. */
const ATTRIBUTES = / [^<>\n]{0,200}>/y

/** `[--uid 805ec0123456 --pwd …]` (Cisco's profile rule). */
const BLANKS = /[ \t]{1,20}/y
const WORD = /[^\s\]]{1,200}/y

function withoutNamedValues(text: string): string {
  const kept: string[] = []
  let at = 0
  for (const found of text.matchAll(NAMES)) {
    if (found.index < at) continue
    const value = valueAfter(text, found.index, found.index + found[0].length)
    if (value === null || value.end === value.from) continue
    kept.push(text.slice(at, value.from), MASK)
    at = value.end
  }
  kept.push(text.slice(at))
  return kept.join('')
}

type Span = { from: number; end: number }

/** Where the value of a name stands, whose telling part is `from`..`to`; null when what follows is no value. */
function valueAfter(text: string, from: number, to: number): Span | null {
  const end = after(NAME_END, text, to) ?? to
  const isElement = /<[\w.:-]{0,80}$/.test(text.slice(Math.max(0, from - 80), from))
  const attributes = isElement ? after(ATTRIBUTES, text, end) : null
  if (attributes !== null) return upTo(text, attributes, '<')
  const beside = after(VALUE_BESIDE, text, end)
  if (beside !== null) return valueAt(text, beside)
  const isSwitch = text.startsWith('--', from) || text.startsWith('--', from - 2)
  const word = isSwitch ? after(BLANKS, text, end) : null
  if (word !== null) return { from: word, end: after(WORD, text, word) ?? word }
  const sign = after(SIGN, text, end)
  if (sign === null) return null
  // `>` ends a name only where it is that of an element; in a log line it is an arrow.
  if (text[sign - 1] === '>') return isElement ? upTo(text, sign, '<') : null
  return valueAt(text, sign)
}

/** Quoted: to the same quote; else to the end of the line, for a password may hold anything. */
function valueAt(text: string, from: number): Span {
  const quote = text[from]
  if (quote === '"' || quote === "'") return upTo(text, from + 1, quote)
  return text[from - 1] === '>' ? upTo(text, from, '<') : upTo(text, from, '\n')
}

function upTo(text: string, from: number, mark: string): Span {
  const lineEnd = text.indexOf('\n', from)
  const found = text.indexOf(mark, from)
  const ends = [lineEnd, found].filter((one) => one !== -1)
  return { from, end: ends.length === 0 ? text.length : Math.min(...ends) }
}

function after(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : null
}
