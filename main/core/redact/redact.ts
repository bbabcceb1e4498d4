import { withoutTokens } from '../access/token-runs.ts'
import { secretsOf } from '../audit/differences.ts'
import { applyChanges, type Change, type EntityName, type MutableWorld, type World } from '../model/world.ts'
import { escapeFor } from '../pack/escape.ts'
import { urlEncoded } from '../pack/filters.ts'
import { MASK } from '../settings/secret.ts'

/**
 * The one redaction for whatever leaves the program as free text: log lines, crash output, timelines, the change stream. It knows every secret that the bench
 * holds, in the spellings that files, URLs and headers have, tokens of which only the hash is left, and the places where credentials stand, whatever they are.
 * Files, settings and packets have masks of their own, which know their forms; this one comes on top.
 */
export type Redaction = {
  /** Known secrets, wherever they stand in the text. */
  text(text: string): string
  /** The same, and what looks like a credential though nobody knows it: for logs and crashes. */
  log(text: string): string
  /** What was decided: fresh secrets are known from now on. */
  changed(changes: readonly Change[]): void
}

/** Shorter ones are words of everyday life; they count only as a word of their own. */
const LONG = 6
const SHORTEST = 3

const HOLD: ReadonlySet<EntityName> = new Set<EntityName>(['line', 'layer', 'token', 'sync'])
/** So many changed records later it is all read anew: what is no secret any more goes. */
const ANEW_AFTER = 50_000

/** `extra`: secrets that stand in no record, as the API key. */
export function createRedaction(world: World, extra: readonly string[] = []): Redaction {
  let known: Known | null = null
  const current = (): Known => {
    if (known === null || known.changes > ANEW_AFTER) known = knownIn(world, extra)
    return known
  }
  const text = (given: string): string => withoutTokens(withoutKnown(given, current()), current().hashes)
  return {
    text,
    log: (given) => withoutForms(text(given)),
    changed(changes) {
      const fresh = changes.filter(({ entity }) => HOLD.has(entity))
      // Before anybody asked, all of it is still to be read.
      if (known === null || fresh.length === 0) return
      known.changes += fresh.length
      learn(known, justThese(fresh, world))
    },
  }
}

/** A world with these records alone. */
function justThese(changes: readonly Change[], world: World): World {
  const fresh = { ...world, line: new Map(), layer: new Map(), token: new Map(), sync: new Map() } as unknown as MutableWorld // only these four are written
  applyChanges(fresh, changes)
  return fresh
}

/** Places where credentials stand, for text of which nothing else is known: before there is a world, and beside it. */
export function withoutForms(text: string): string {
  let shown = text
  for (const [form, to] of FORMS) shown = shown.replace(form, to)
  return shown
}

const FORMS: readonly [RegExp, string][] = [
  [/(authorization["']?\s{0,4}[:=]\s{0,4}["']?(?:(?:basic|digest|bearer)\s+)?)[^\r\n"']{1,2000}/gi, `$1${MASK}`],
  [/\b((?:basic|bearer)\s+)[A-Za-z0-9+/=._~-]{8,2000}/gi, `$1${MASK}`],
  [/((?:set-)?cookie["']?\s{0,4}[:=]\s{0,4}["']?)[^\r\n"']{1,2000}/gi, `$1${MASK}`],
  [/([a-z][a-z0-9+.-]{0,20}:\/\/)[^/\s@"'<>]{1,256}@/gi, `$1${MASK}@`],
  [/((?:pass(?:word|wd|phrase)?|pwd|secret|api[_-]?key|ha1|credential)s?["']?\s{0,4}[:=]\s{0,4}["']?)[^\s"'&;,<>]{1,256}/gi, `$1${MASK}`],
  [/(#key=)[^\s"'&]{1,256}/gi, `$1${MASK}`],
]

/** Secrets by their first letters and their length, so that a text is looked through once, however many there are. */
type Known = { byStart: Map<string, Map<number, Set<string>>>; words: Set<string>; hashes: Set<string>; changes: number }

function knownIn(world: World, extra: readonly string[]): Known {
  const known: Known = { byStart: new Map(), words: new Set(), hashes: new Set(), changes: 0 }
  for (const secret of extra) add(known, secret)
  learn(known, world)
  return known
}

function learn(known: Known, world: World): void {
  for (const secret of secretsOf(world)) {
    // A raw setting is many lines, each with a secret of its own.
    for (const line of secret.includes('\n') ? secret.split(/\r?\n/) : [secret]) add(known, line.trim())
  }
  for (const { tokens } of world.token.values()) for (const { hash } of tokens) known.hashes.add(hash)
}

function add({ byStart, words }: Known, secret: string): void {
  for (const one of spellings(secret)) {
    if (one.length < SHORTEST) continue
    if (one.length < LONG) {
      words.add(one)
      continue
    }
    const start = one.slice(0, LONG)
    const byLength = byStart.get(start) ?? new Map<number, Set<string>>()
    byStart.set(start, byLength)
    const others = byLength.get(one.length) ?? new Set<string>()
    byLength.set(one.length, others.add(one))
  }
}

function spellings(secret: string): Set<string> {
  const formats = (['xml', 'json', 'quoted', 'ini'] as const).map((format) => escapeFor(format, secret))
  return new Set([secret, urlEncoded(secret), ...formats])
}

function withoutKnown(text: string, { byStart, words }: Known): string {
  let shown = ''
  let from = 0
  for (let at = 0; at + LONG <= text.length; at++) {
    const byLength = byStart.get(text.slice(at, at + LONG))
    if (byLength === undefined) continue
    // The longest: another secret may begin with all of a shorter one.
    let found = ''
    for (const [length, secrets] of byLength) {
      const here = text.slice(at, at + length)
      if (length > found.length && secrets.has(here)) found = here
    }
    if (found === '') continue
    shown += text.slice(from, at) + MASK
    at += found.length - 1
    from = at + 1
  }
  const long = from === 0 ? text : shown + text.slice(from)
  if (words.size === 0) return long
  return long.replace(/[\p{L}\p{N}]{3,5}/gu, (word, place: number) => (words.has(word) && isAlone(long, place, word.length) ? MASK : word))
}

function isAlone(text: string, at: number, length: number): boolean {
  const isWord = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}]/u.test(char)
  return !isWord(text[at - 1]) && !isWord(text[at + length])
}
