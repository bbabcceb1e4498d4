/**
 * How firmware versions read, over all families: `66.86.0.15`, `5.9.0.9373`, `7-5-2b`, `11-1-0MSR4-1`, `sip88xx.12-0-1`, `01.133`, `83.V2.11.0+build.a546b91`.
 * A version is a row of numbers, each perhaps with letters of its own; separators mean nothing. The first number of Yealink and its like names the
 * hardware, so versions compare within one model, as every caller does.
 */

/** One number of a version (digits without leading zeros) and the letters that follow it. */
type Part = { number: string; letters: string }

const NOTHING: Part = { number: '0', letters: '' }
/** Words that families print beside a version and that say nothing of its age (`6.4.0.4006-SIP`, `82.2.18.4-release`). */
const LABELS: ReadonlySet<string> = new Set(['sip', 'release', 'rel', 'r', 'v', 'loads'])
/** Made before the version they name. */
const EARLY: ReadonlySet<string> = new Set(['alpha', 'beta', 'rc', 'pre'])
/** More is no version; keeps the cost of a comparison bounded. */
const MAX_CHARS = 200

/**
 * Negative when `a` is older than `b`, positive when newer, 0 when they are the same version in two spellings (`7.5.2b`, `7-5-2b`; `1.0`, `1.0.0`).
 * A letter is later than none (`7.5.2b` after `7.5.2`), a build name after `+` has no order. A total order over any text; never throws.
 */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [partsOf(a), partsOf(b)]
  for (let i = 0; i < Math.max(one.length, other.length); i++) {
    const order = compareParts(one[i] ?? NOTHING, other[i] ?? NOTHING)
    if (order !== 0) return order
  }
  return 0
}

/** The same version, whatever its spelling. Builds after `+` must agree where both are told; a person who types a version leaves the build out. */
export function sameVersion(a: string, b: string): boolean {
  if (a === b) return true
  const [one, other] = [buildOf(a), buildOf(b)]
  const isSameBuild = one === '' || other === '' || one.toLowerCase() === other.toLowerCase()
  return isSameBuild && isVersion(a) && isVersion(b) && compareVersions(a, b) === 0
}

/** A text that holds a number and so can be compared. */
export function isVersion(text: string): boolean {
  return text.length <= MAX_CHARS && /\d/.test(text)
}

function buildOf(text: string): string {
  const at = text.indexOf('+')
  return at === -1 ? '' : text.slice(at + 1)
}

/** `83.V2.11.0` (Gigaset): the number before the V names the hardware; the image of it is called V2.11.0. */
const HARDWARE = /^\d+\.V(?=\d)/i

/** `sip88xx.12-0-1`: a first word of letters names the load, not its age. */
const LOAD_NAME = /^[A-Za-z]{2}[A-Za-z0-9]*[._-](?=[A-Za-z]*\d)/

function partsOf(text: string): Part[] {
  const whole = text.slice(0, MAX_CHARS).split('+', 1)[0] ?? ''
  const parts: Part[] = []
  for (const run of whole
    .replace(LOAD_NAME, '')
    .replace(HARDWARE, '')
    .match(/\d+|[A-Za-z]+/g) ?? []) {
    const last = parts.at(-1)
    const word = run.toLowerCase()
    if (/^\d/.test(run)) parts.push({ number: run.replace(/^0+(?=\d)/, ''), letters: '' })
    else if (EARLY.has(word)) parts.push({ number: '-1', letters: word })
    else if (last !== undefined && !LABELS.has(word)) last.letters += word
  }
  return parts
}

/** Numbers by their digits: `00004294967296123` is no longer exact as a number. */
function compareParts(a: Part, b: Part): number {
  if (a.number !== b.number) {
    if (a.number === '-1' || b.number === '-1') return a.number === '-1' ? -1 : 1
    return a.number.length - b.number.length || (a.number < b.number ? -1 : 1)
  }
  return a.letters === b.letters ? 0 : a.letters < b.letters ? -1 : 1
}
