/**
 * From when to when certificates hold, so that no wrong clock makes one that never does: neither this machine's (1970 after an empty battery, a year too far) nor a
 * phone's, which starts in 1970 or 2000 and knows the time only once it has asked for it.
 *
 * - All begin a second after 1970 began: no clock stands before that, and nothing takes the instant for "not set".
 * - They end long after the later of "now, as the clock says" and the day this program was made: a clock that stands in the past changes nothing.
 * - The authority ends with 2037, before 32-bit clocks turn over, while that is far enough; a server certificate ten years on, never after its authority.
 * - Nothing made once is thrown away because the clock says so: an authority that seems to have ended is kept, and a person is told.
 */
export type Validity = { from: number; to: number }

export const ALWAYS_FROM = 1000
/** No clock that stands before it can be right. */
export const PROGRAM_MADE_AT = Date.UTC(2026, 10, 24)
const END_OF_2037 = Date.UTC(2037, 11, 31, 23, 59, 59)
/** X.509 writes four digits of a year. */
const END_OF_TIME = Date.UTC(9999, 11, 31, 23, 59, 59)
const YEAR_MS = 365.25 * 24 * 3_600_000
export const RENEW_BEFORE_MS = 30 * 24 * 3_600_000

export function authorityValidity(now: number): Validity {
  const later = laterThanMade(now)
  return { from: ALWAYS_FROM, to: later + 5 * YEAR_MS <= END_OF_2037 ? END_OF_2037 : Math.min(later + 20 * YEAR_MS, END_OF_TIME) }
}

export function serverValidity(now: number, authorityEndsAt: number): Validity {
  return { from: ALWAYS_FROM, to: Math.min(wholeSecond(laterThanMade(now) + 10 * YEAR_MS), authorityEndsAt) }
}

/** `endsAt` of a server certificate; one that its authority's end cut short cannot be made longer by making it again. */
export function isDue(endsAt: number, authorityEndsAt: number, now: number): boolean {
  return endsAt - now < RENEW_BEFORE_MS && endsAt < authorityEndsAt
}

function laterThanMade(now: number): number {
  return Math.max(now, PROGRAM_MADE_AT)
}

function wholeSecond(at: number): number {
  return Math.floor(at / 1000) * 1000
}
