import type { Account, Session } from '../model/account.ts'
import type { Change } from '../model/world.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** A shift and a half without a sign of life. An open page is one: a board on a wall stays signed in. */
export const IDLE_MS = 12 * HOUR_MS
/** Whatever happens, after so long the person shows again who it is. */
export const ABSOLUTE_MS = 7 * 24 * HOUR_MS
/** Signs of life nearer than this to the last are not written down. */
const TOUCH_MS = MINUTE_MS
/** A clock that was set back by more than this ends a session: nobody knows how old it is. */
const SET_BACK_MS = 10 * MINUTE_MS
/** Browsers of one person at the same time; one more ends the one quiet for longest. */
export const MAX_SESSIONS = 20

export type Sessions = ReadonlyMap<string, Session>
type Accounts = ReadonlyMap<string, Account>

/** Whether a session still counts. `keyHash` = of the key that the program has now. */
export function isLive(session: Session, accounts: Accounts, keyHash: string, now: number): boolean {
  const age = now - session.startedAt
  const quiet = now - session.seenAt
  if (age >= ABSOLUTE_MS || quiet >= IDLE_MS || age < -SET_BACK_MS || quiet < -SET_BACK_MS) return false
  if (session.account === null) return session.key === keyHash
  const account = accounts.get(session.account)
  return account !== undefined && !account.disabled
}

/** A fresh session beside those that live; dead ones and those too many go. `id` = hash of what the cookie holds. */
export function openSession(
  sessions: Sessions,
  accounts: Accounts,
  fresh: { id: string; account: string | null; keyHash: string; from: string },
  now: number,
): Change[] {
  const { account, from, id, keyHash } = fresh
  const dead = [...sessions].filter(([, one]) => !isLive(one, accounts, keyHash, now)).map(([gone]) => gone)
  const own = [...sessions]
    .filter(([other, one]) => one.account === account && !dead.includes(other))
    .sort(([, a], [, b]) => a.seenAt - b.seenAt)
  const tooMany = own.slice(0, Math.max(0, own.length - MAX_SESSIONS + 1)).map(([gone]) => gone)
  const value: Session = { account, key: account === null ? keyHash : null, startedAt: now, seenAt: now, from }
  return [...[...dead, ...tooMany].map(ended), { entity: 'session', id, value }]
}

/** A sign of life; no change where the last one is fresh. */
export function touchSession(id: string, session: Session, now: number): Change[] {
  return Math.abs(now - session.seenAt) < TOUCH_MS ? [] : [{ entity: 'session', id, value: { ...session, seenAt: now } }]
}

/** The end of every session of an account, but the one that is to stay. */
export function endSessions(sessions: Sessions, account: string | null, stays: string | null = null): Change[] {
  return [...sessions].filter(([id, one]) => one.account === account && id !== stays).map(([id]) => ended(id))
}

export function ended(id: string): Change {
  return { entity: 'session', id, value: null }
}
