const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS

/**
 * Waits between wrong attempts. `free` of them cost nothing; each one more doubles the wait, from `firstMs` up to `mostMs`. After `forgetMs` without one all is
 * forgotten.
 */
export type Pace = { free: number; firstMs: number; mostMs: number; forgetMs: number }

/**
 * One person mistypes now and then (pair); a stranger tries many names (address), or many strangers one name (name). The name's wait is the shortest, because
 * others can cause it: it is what the rightful person may meet, and a minute at most.
 */
export const PACES: Readonly<Record<'pair' | 'address' | 'name', Pace>> = {
  pair: { free: 5, firstMs: 2 * SECOND_MS, mostMs: 5 * MINUTE_MS, forgetMs: 30 * MINUTE_MS },
  address: { free: 20, firstMs: 2 * SECOND_MS, mostMs: 5 * MINUTE_MS, forgetMs: 30 * MINUTE_MS },
  name: { free: 20, firstMs: SECOND_MS, mostMs: MINUTE_MS, forgetMs: 30 * MINUTE_MS },
}
/** How long an address counts as one where that person signs in. */
export const KNOWN_MS = 30 * 24 * 60 * MINUTE_MS
/** Records in all; beyond it the quietest go. */
export const MAX_RECORDS = 4000

type Wrong = { count: number; lastAt: number; until: number }
/** Wrong attempts by subject, and where each person signed in rightly. In memory of one program: a restart forgets. */
export type Attempts = { wrong: Map<string, Wrong>; known: Map<string, number> }
export type Attempt = { name: string; address: string }

export function noAttempts(): Attempts {
  return { wrong: new Map(), known: new Map() }
}

/** How long this attempt has to wait, in ms; 0 = it may be tried. Names that nobody has are paced the same, or the wait would tell. */
export function waitFor(attempts: Attempts, attempt: Attempt, now: number): number {
  const { address, name, pair } = subjects(attempt)
  const isKnown = now - (attempts.known.get(pair) ?? Number.NEGATIVE_INFINITY) < KNOWN_MS
  // Who signed in from here before is not kept out by what others do elsewhere.
  return Math.max(left(attempts, pair, now), left(attempts, address, now), isKnown ? 0 : left(attempts, name, now))
}

/** Counts an attempt that was tried and wrong. One that had to wait is none: trying on does not make the wait longer. */
export function triedWrong(attempts: Attempts, attempt: Attempt, now: number): void {
  const all = subjects(attempt)
  for (const scope of ['pair', 'address', 'name'] as const) {
    const before = attempts.wrong.get(all[scope])
    const { firstMs, forgetMs, free, mostMs } = PACES[scope]
    const isFresh = before !== undefined && Math.abs(now - before.lastAt) < forgetMs
    const count = (isFresh ? before.count : 0) + 1
    const waitMs = count <= free ? 0 : Math.min(mostMs, firstMs * 2 ** Math.min(30, count - free - 1))
    attempts.wrong.delete(all[scope])
    attempts.wrong.set(all[scope], { count, lastAt: now, until: now + waitMs })
  }
  trim(attempts)
}

/**
 * The right password, of an attempt that was counted as wrong until that was known: what this person did wrong here is forgotten, the address is known, and
 * the others have one less.
 */
export function triedRight(attempts: Attempts, attempt: Attempt, now: number): void {
  const { address, name, pair } = subjects(attempt)
  attempts.wrong.delete(pair)
  takeBack(attempts, address, PACES.address)
  takeBack(attempts, name, PACES.name)
  attempts.known.delete(pair)
  attempts.known.set(pair, now)
  trim(attempts)
}

function takeBack({ wrong }: Attempts, subject: string, { free }: Pace): void {
  const one = wrong.get(subject)
  if (one === undefined) return
  const count = one.count - 1
  if (count <= 0) wrong.delete(subject)
  else wrong.set(subject, { ...one, count, until: count <= free ? one.lastAt : one.until })
}

function left({ wrong }: Attempts, subject: string, now: number): number {
  const one = wrong.get(subject)
  // A clock that was set back must not make anybody wait for ever.
  return one === undefined || now < one.lastAt ? 0 : Math.max(0, one.until - now)
}

function subjects({ address, name }: Attempt): { pair: string; address: string; name: string } {
  return { pair: `pair ${name} ${address}`, address: `address ${address}`, name: `name ${name}` }
}

/** Maps keep the order of insertion, and each record is put in anew when it is touched: the first are the quietest. */
function trim({ known, wrong }: Attempts): void {
  for (const map of [wrong, known]) for (const key of map.keys()) if (map.size > MAX_RECORDS) map.delete(key)
}
