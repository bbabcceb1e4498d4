import type { Mac } from './mac.ts'

/**
 * What misses are counted against. `pair` = one MAC from one address (a phone with a wrong secret locks itself and nobody else), `address` = where
 * they came from, `prefix` = the first six digits of the MAC, from anywhere, `all` = everything.
 */
export type MissScope = 'pair' | 'address' | 'prefix' | 'all'

/**
 * Misses against one subject. Volatile: who restarts the program starts counting anew, and a secret of 256 bits is found in neither time. Bounded: lists
 * hold no more than their limit needs. Id of the record: `scope subject`.
 */
export type MissTally = {
  scope: MissScope
  /** `203.0.113.9`, `203.0.113.9 001565aaaaaa`, `001565`, `all`. */
  subject: string
  /** MACs missed lately, oldest first, each once; of a pair each miss. */
  missed: readonly { mac: Mac; at: number }[]
  /** Phones of ours that were served at this address, oldest first: one address may hide a whole site. */
  good: readonly { mac: Mac; at: number }[]
  /** Misses since `sinceAt`, repeats included. */
  total: number
  sinceAt: number
  lastAt: number
  lock: MissLock | null
}

/** `walk`: the MACs lie so close together that somebody counts through them; `near` = a listed MAC among them, where one is known. */
export type MissLock = { at: number; until: number; why: 'misses' | 'walk'; near: Mac | null }
