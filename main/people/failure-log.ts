import type { Attempt } from '../core/access/sign-in-throttle.ts'

const HOUR_MS = 3_600_000
/** Entries in an hour; an audit log is for ever, and a stranger could fill the disk with it. */
const MOST_IN_AN_HOUR = 60

/**
 * What the audit log says of wrong sign-ins: the first ones one by one, later ones counted. A name that nobody has is not told: people type their password
 * into the wrong field.
 */
export function createFailureLog(): { entry(attempt: Attempt, known: string | null, now: number): string | null } {
  let hour = Number.NEGATIVE_INFINITY
  let told = 0
  let untold = 0
  return {
    entry({ address }, known, now) {
      if (Math.abs(now - hour) >= HOUR_MS) {
        hour = now
        told = 0
      }
      if (told >= MOST_IN_AN_HOUR) {
        untold += 1
        return null
      }
      told += 1
      const before = untold === 0 ? '' : `; ${untold} more since the last entry`
      untold = 0
      return `${known === null ? 'a name that nobody has, or a wrong key' : 'wrong password'}, from ${address}${before}`
    },
  }
}
