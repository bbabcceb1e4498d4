import type { Mac } from '../model/mac.ts'
import type { MissLock, MissScope, MissTally } from '../model/misses.ts'
import type { Change } from '../model/world.ts'

const MINUTE_MS = 60_000

/**
 * `limit` = misses inside `windowMs` that are still taken for mistakes; one more locks for `lockMs`. Of an address, prefix and all each MAC counts once,
 * however often it comes: a phone that is wrong is wrong all day.
 */
export type MissLimit = { windowMs: number; limit: number; lockMs: number }

/**
 * Judged, not measured, from limits in use elsewhere (3 in 30 minutes to 30 in one minute): eleven different wrong MACs in ten minutes are more than a
 * carton in which a few phones were forgotten on the list. One NAT may hide a whole site, so every ten phones of ours that were served there allow one
 * wrong one more: 5 % of any number of phones stay below, and who guesses from inside that site gains little.
 */
export const MISS_LIMITS: Readonly<Record<MissScope, MissLimit>> = {
  pair: { windowMs: MINUTE_MS, limit: 10, lockMs: 10 * MINUTE_MS },
  address: { windowMs: 10 * MINUTE_MS, limit: 10, lockMs: 15 * MINUTE_MS },
  prefix: { windowMs: 10 * MINUTE_MS, limit: 100, lockMs: 10 * MINUTE_MS },
  all: { windowMs: 10 * MINUTE_MS, limit: 400, lockMs: 10 * MINUTE_MS },
}

/** Phones served at an address that allow one wrong one more there, for how long, and how many are remembered at most. */
export const GOOD = { perMore: 10, forMs: 24 * 60 * MINUTE_MS, kept: 500 } as const
/** A tool seen in use tries 4,096 neighbours of each MAC it knows. So many MACs closer together are a walk, and locked for longer. */
export const WALK = { span: 4096, least: 8, lockMs: 60 * MINUTE_MS } as const
/** Records in all. Beyond it those quiet for longest go first, locked ones last. */
export const MAX_TALLIES = 4000

export type Misses = ReadonlyMap<string, MissTally>
export type Miss = {
  address: string
  mac: Mac
  /** The listed MAC nearest to a missed one; null where none is known. Asked once for each walk. */
  nearest(mac: Mac, span: number): Mac | null
}

/** A lock that began just now. `misses` = how many led to it. */
export type LockBegun = { scope: MissScope; subject: string; misses: number; sinceAt: number; lock: MissLock }

/** Counts one miss against its address, its prefix, all, and its MAC from that address. */
export function missed(misses: Misses, miss: Miss, now: number, limits = MISS_LIMITS): { changes: Change[]; begun: LockBegun[] } {
  const address = addressKey(miss.address)
  const subjects: [MissScope, string][] = [
    ['pair', `${address} ${miss.mac}`],
    ['address', address],
    ['prefix', miss.mac.slice(0, 6)],
    ['all', 'all'],
  ]
  const changes: Change[] = []
  const begun: LockBegun[] = []
  for (const [scope, subject] of subjects) {
    const before = misses.get(idOf(scope, subject)) ?? newTally(scope, subject, now)
    const after = lockIfDue(count(before, miss.mac, now, limits[scope]), miss, now, limits[scope])
    changes.push({ entity: 'miss', id: idOf(scope, subject), value: after })
    if (after.lock !== null && after.lock.at === now && !isLocked(before, now))
      begun.push({ scope, subject, misses: after.total, sinceAt: after.sinceAt, lock: after.lock })
  }
  return { changes: [...makeRoom(misses, changes, now), ...changes], begun }
}

/** A phone of ours was given its file at this address. */
export function servedAt(misses: Misses, { address, mac }: { address: string; mac: Mac }, now: number): Change[] {
  const subject = addressKey(address)
  const id = idOf('address', subject)
  const before = misses.get(id) ?? newTally('address', subject, now)
  const known = before.good.find((one) => one.mac === mac)
  if (known !== undefined && now - known.at < GOOD.forMs / 2) return []
  const good = [...before.good.filter((one) => one.mac !== mac && now - one.at < GOOD.forMs), { mac, at: now }].slice(-GOOD.kept)
  const change: Change = { entity: 'miss', id, value: { ...before, good, lastAt: now } }
  return [...makeRoom(misses, [change], now), change]
}

/**
 * What stands against an asker who showed no token of ours: its MAC from this address, its address, or, for an address where no phone of ours was served
 * lately, its prefix or everything. null = nothing.
 */
export function lockAgainst(misses: Misses, { address, mac }: { address: string; mac: Mac }, now: number): MissTally | null {
  const key = addressKey(address)
  const own = misses.get(idOf('address', key))
  const hasGood = own?.good.some((one) => now - one.at < GOOD.forMs) === true
  const all = [
    misses.get(idOf('pair', `${key} ${mac}`)),
    own,
    ...(hasGood ? [] : [misses.get(idOf('prefix', mac.slice(0, 6))), misses.get(idOf('all', 'all'))]),
  ]
  return all.find((tally) => tally !== undefined && isLocked(tally, now)) ?? null
}

/** What a person has to know of: locks that hold, worst first. A single phone with a wrong secret stands on its own tile. */
export function guessing(misses: Misses, now: number): MissTally[] {
  const order: readonly MissScope[] = ['all', 'prefix', 'address']
  return [...misses.values()]
    .filter((tally) => tally.scope !== 'pair' && isLocked(tally, now))
    .sort((a, b) => order.indexOf(a.scope) - order.indexOf(b.scope) || b.total - a.total)
}

/** Records that say nothing any more. */
export function lapsed(misses: Misses, now: number, limits = MISS_LIMITS): Change[] {
  const gone: Change[] = []
  for (const [id, tally] of misses) if (isLapsed(tally, now, limits)) gone.push({ entity: 'miss', id, value: null })
  return gone
}

export function isLocked({ lock }: MissTally, now: number): boolean {
  // A clock that was set back must not lock for ever.
  return lock !== null && now < lock.until && now >= lock.at - MINUTE_MS
}

function isLapsed(tally: MissTally, now: number, limits: Readonly<Record<MissScope, MissLimit>>): boolean {
  const hasGood = tally.good.some((one) => now - one.at < GOOD.forMs)
  return !isLocked(tally, now) && !hasGood && Math.abs(now - tally.lastAt) >= limits[tally.scope].windowMs
}

export function idOf(scope: MissScope, subject: string): string {
  return `${scope} ${subject}`
}

/** Who holds one IPv6 address holds its whole /64. */
export function addressKey(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? []
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
  const groups = [...left, ...zeros, ...right].slice(0, 4)
  return `${groups.map((group) => group.toLowerCase().replace(/^0+(?=.)/, '')).join(':')}::/64`
}

function newTally(scope: MissScope, subject: string, now: number): MissTally {
  return { scope, subject, missed: [], good: [], total: 0, sinceAt: now, lastAt: now, lock: null }
}

function count(before: MissTally, mac: Mac, now: number, { windowMs }: MissLimit): MissTally {
  const recent = before.missed.filter((one) => Math.abs(now - one.at) < windowMs)
  const isFresh = before.scope === 'pair' || !recent.some((one) => one.mac === mac)
  const isQuiet = recent.length === 0 && !isLocked(before, now)
  const kept = isFresh ? [...recent, { mac, at: now }] : recent
  return {
    ...before,
    missed: kept.slice(-listLimit(before.scope)),
    total: isQuiet ? 1 : before.total + 1,
    sinceAt: isQuiet ? now : before.sinceAt,
    lastAt: now,
  }
}

/** Enough to pass the limit with every phone that may be remembered as good. */
function listLimit(scope: MissScope): number {
  return MISS_LIMITS[scope].limit + GOOD.kept / GOOD.perMore + 1
}

function lockIfDue(tally: MissTally, { mac, nearest }: Miss, now: number, { limit, lockMs }: MissLimit): MissTally {
  const good = tally.good.filter((one) => now - one.at < GOOD.forMs).length
  if (tally.missed.length <= limit + Math.floor(good / GOOD.perMore)) return tally
  // Only what is new makes a lock longer: wrong phones that ask on and on would keep a site locked for ever.
  if (isLocked(tally, now) && tally.missed.at(-1)?.at !== now) return tally
  const isWalk = tally.scope === 'address' && isCrowded(tally.missed.map((one) => one.mac))
  const begins = isLocked(tally, now) ? (tally.lock?.at ?? now) : now
  const near = isWalk ? (tally.lock?.near ?? nearest(mac, WALK.span)) : null
  const until = Math.max(now + (isWalk ? WALK.lockMs : lockMs), isLocked(tally, now) ? (tally.lock?.until ?? 0) : 0)
  return { ...tally, lock: { at: begins, until, why: isWalk ? 'walk' : 'misses', near } }
}

/** Some `WALK.least` of these lie within the span of the tool to either side of one MAC. */
function isCrowded(macs: readonly Mac[]): boolean {
  const numbers = macs.map((mac) => Number.parseInt(mac, 16)).sort((a, b) => a - b)
  return numbers.some((first, i) => {
    const last = numbers[i + WALK.least - 1]
    return last !== undefined && last - first <= 2 * WALK.span
  })
}

/** The listed MAC closest to this one, at most `span` away. */
export function nearestMac(macs: Iterable<Mac>, mac: Mac, span: number): Mac | null {
  const wanted = Number.parseInt(mac, 16)
  let best: Mac | null = null
  let least = span + 1
  for (const one of macs) {
    const away = Math.abs(Number.parseInt(one, 16) - wanted)
    if (away < least) {
      best = one
      least = away
    }
  }
  return best
}

function makeRoom(misses: Misses, coming: readonly Change[], now: number): Change[] {
  const fresh = coming.filter((change) => !misses.has(change.id)).length
  if (misses.size + fresh <= MAX_TALLIES) return []
  const gone = lapsed(misses, now)
  if (misses.size - gone.length + fresh <= MAX_TALLIES) return gone
  // A tenth at once, so that not every miss of a flood looks through all of them.
  const staying = new Set(coming.map((change) => change.id))
  const leaving = [...misses]
    .filter(([id]) => !staying.has(id))
    .sort(([, a], [, b]) => Number(isLocked(a, now)) - Number(isLocked(b, now)) || a.lastAt - b.lastAt)
    .slice(0, MAX_TALLIES / 10)
  return leaving.map(([id]) => ({ entity: 'miss', id, value: null }))
}
