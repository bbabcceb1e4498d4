import { callerWords, ROLE_WORDS } from '../core/access/accounts.ts'
import { isLive } from '../core/access/sessions.ts'
import type { Account, AccountRole, Caller, Session } from '../core/model/account.ts'
import { type Refusal, refusal } from '../core/model/refusals.ts'
import { type Mine, mineOf } from './mine.ts'
import type { World } from '../core/model/world.ts'
import { type Right, rightOf } from './rights.ts'
import { toError } from './refused.ts'

/** What a call may do for somebody with a password of somebody else: get rid of it. */
const BEFORE_CHANGE: ReadonlySet<string> = new Set(['people.me', 'people.changePassword'])

export type Guarded = { caller: Caller; mine: Mine | null; right: Right }

/**
 * The one place that says whether a caller may call: the account as it is now, the role of the table, and whether the input speaks of what is theirs. Throws
 * the refusal. A page that is connected for days is asked at each of its calls.
 */
export function guardCall(call: string, input: unknown, { caller, now, world }: { caller: Caller; world: World; now: number }): Guarded {
  const current = asOfNow(caller, world, now)
  if ('code' in current) throw toError(current)
  const right = rightOf(call)
  mayCall(call, current, right.roles)
  const mine = mineOf(current, world)
  const what = mine === null ? null : (right.strange?.(input, mine) ?? null)
  if (mine !== null && what !== null) throw toError(refusal('PEOPLE_SCOPE', { what, own: mine.words }))
  return { caller: current, mine, right }
}

/** Leaves of an answer what the caller may see. */
export function shownTo({ mine, right }: Guarded, output: unknown): unknown {
  return mine === null || right.shows === undefined ? output : right.shows(output as never, mine) // the right stands beside its procedure
}

/** The role, and a password of one's own. Throws the refusal. */
export function mayCall(call: string, caller: Caller, roles: readonly AccountRole[]): void {
  if (!roles.includes(caller.role)) throw toError(roleRefusal(roles, caller))
  if (caller.mustChange && !BEFORE_CHANGE.has(call)) throw toError(refusal('PEOPLE_MUST_CHANGE'))
}

function roleRefusal(roles: readonly AccountRole[], caller: Caller): Refusal {
  return refusal('PEOPLE_ROLE', { roles: roles.map((role) => ROLE_WORDS[role]).join(', '), own: callerWords(caller) })
}

type People = { account: ReadonlyMap<string, Account>; session: ReadonlyMap<string, Session> }

/** The caller with the rights that the account has now; a refusal when the session or the account has ended. */
export function asOfNow(caller: Caller, world: People, now: number): Caller | Refusal {
  if (caller.session !== null) {
    const session = world.session.get(caller.session)
    // Whose key it was opened with was asked at the door.
    if (session === undefined || !isLive(session, world.account, session.key ?? '', now)) return refusal('PEOPLE_SIGNED_OUT')
  }
  if (caller.account === null) return caller
  const account = world.account.get(caller.account)
  // The desktop app's user needs no account; with one of that name he has its role.
  if (account === undefined) return caller.by === 'os' ? { ...caller, role: 'engineer' } : refusal('PEOPLE_SIGNED_OUT')
  if (account.disabled) return refusal('PEOPLE_SIGNED_OUT')
  const { device, groups, role } = account
  return { ...caller, role, groups, device, mustChange: caller.by === 'person' && account.mustChange }
}
