import type { Account, AccountRole, Caller, Session } from '../model/account.ts'
import { type Decision, silence } from '../model/decision.ts'
import { parseMac } from '../model/mac.ts'
import { type Refusal, refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import type { Change, World } from '../model/world.ts'
import { endSessions } from './sessions.ts'

/** The part of a world that rules about people read. */
export type PeopleWorld = Pick<World, 'account' | 'session' | 'group' | 'device'>

/** Who does it (as the audit log says), and when. */
export type By = { actor: string; now: number }
type Outcome = Decision<Result<Account>>

export type NewAccount = {
  name: string
  displayName: string
  role: AccountRole
  groups?: readonly string[] | undefined
  device?: string | undefined
  /** Hash; left out = no password yet. */
  password?: string | undefined
  /** The password was made by somebody else. */
  mustChange?: boolean | undefined
}

/** The name as it is kept: lower case; null = nobody can have it. */
export function parseAccountName(text: string): string | null {
  const name = text.trim().toLowerCase()
  return /^[a-z0-9][a-z0-9._-]{1,31}$/.test(name) ? name : null
}

export function addAccount(command: NewAccount, world: PeopleWorld, by: By): Outcome {
  const name = parseAccountName(command.name)
  if (name === null) return silence(refuse(refusal('PEOPLE_NAME', { name: command.name.slice(0, 40) })))
  if (world.account.has(name)) return silence(refuse(refusal('PEOPLE_EXISTS', { name })))
  const account: Account = {
    name,
    displayName: command.displayName.trim() === '' ? name : command.displayName.trim(),
    role: command.role,
    ...belongings(command),
    password: command.password ?? null,
    mustChange: command.mustChange ?? false,
    disabled: false,
    createdAt: by.now,
    passwordAt: command.password === undefined ? null : by.now,
    lastSignInAt: null,
  }
  const problem = placeProblem(account, world)
  return problem === null ? saved(account, world, by, { action: 'people.add', detail: ROLE_WORDS[account.role] }) : silence(refuse(problem))
}

export type AccountUpdate = {
  name: string
  displayName?: string | undefined
  role?: AccountRole | undefined
  groups?: readonly string[] | undefined
  device?: string | null | undefined
  disabled?: boolean | undefined
}

/** What is left out stays. Who is disabled is signed out everywhere; whose role changes goes on with the new one. */
export function updateAccount(command: AccountUpdate, world: PeopleWorld, by: By): Outcome {
  const before = world.account.get(parseAccountName(command.name) ?? '')
  if (before === undefined) return silence(refuse(unknown(command.name)))
  const role = command.role ?? before.role
  const after: Account = {
    ...before,
    displayName: command.displayName?.trim() || before.displayName,
    role,
    ...belongings({ role, groups: command.groups ?? before.groups, device: command.device === undefined ? before.device : command.device }),
    disabled: command.disabled ?? before.disabled,
  }
  const problem = placeProblem(after, world) ?? lastEngineerProblem(before, after, world)
  if (problem !== null) return silence(refuse(problem))
  const ends = after.disabled ? endSessions(world.session, after.name) : []
  const detail = after.disabled === before.disabled ? ROLE_WORDS[role] : after.disabled ? 'disabled' : 'enabled'
  return saved(after, world, by, { action: 'people.update', detail, more: ends })
}

export function removeAccount(command: { name: string }, world: PeopleWorld, by: By): Outcome {
  const before = world.account.get(parseAccountName(command.name) ?? '')
  if (before === undefined) return silence(refuse(unknown(command.name)))
  const problem = lastEngineerProblem(before, null, world)
  if (problem !== null) return silence(refuse(problem))
  return {
    reply: ok(before),
    changes: [
      { entity: 'account', id: before.name, value: null },
      ...endSessions(world.session, before.name),
      told(by, 'people.remove', before.name, ROLE_WORDS[before.role]),
    ],
    effects: [],
  }
}

/** A new password, by the person (`own`, with the session that stays) or by somebody else. All other sessions of that person end. */
export function setPassword(
  command: { name: string; password: string; own: { session: string | null } | null },
  world: PeopleWorld,
  by: By,
): Outcome {
  const before = world.account.get(parseAccountName(command.name) ?? '')
  if (before === undefined) return silence(refuse(unknown(command.name)))
  const after: Account = { ...before, password: command.password, passwordAt: by.now, mustChange: command.own === null }
  const ends = endSessions(world.session, before.name, command.own?.session ?? null)
  const action = command.own === null ? 'people.resetPassword' : 'people.changePassword'
  return saved(after, world, by, {
    action,
    detail: command.own === null ? 'to be changed at the next sign-in' : 'by the person',
    more: ends,
  })
}

/** What anybody may know of an account: everything but the password. */
export type AccountView = Omit<Account, 'password'> & { hasPassword: boolean; sessions: number }

export function viewAccount({ password, ...account }: Account, sessions: ReadonlyMap<string, Session>): AccountView {
  return {
    ...account,
    hasPassword: password !== null,
    sessions: [...sessions.values()].filter((one) => one.account === account.name).length,
  }
}

export const ROLE_WORDS: Readonly<Record<AccountRole, string>> = {
  engineer: 'provisioning engineer',
  technician: 'bench technician',
  groupAdmin: 'business-group administrator',
  endUser: 'end user',
  security: 'security officer',
}

/** A caller as a person sees it in a refusal. */
export function callerWords({ account, by, role }: Caller): string {
  return by === 'person' || by === 'os' ? `${ROLE_WORDS[role]}${account === null ? '' : ` (${account})`}` : 'owner'
}

/** Business groups are an administrator's, a phone is an end user's; with another role they fall away. */
function belongings({
  device,
  groups,
  role,
}: {
  role: AccountRole
  groups?: readonly string[] | undefined
  device?: string | null | undefined
}) {
  const mac = role === 'endUser' && device != null ? (parseMac(device) ?? device) : null
  return { groups: role === 'groupAdmin' ? [...new Set(groups ?? [])] : [], device: mac }
}

function placeProblem({ device, groups, role }: Account, world: PeopleWorld): Refusal | null {
  if (role === 'groupAdmin' && groups.length === 0)
    return refusal('PEOPLE_PLACE', { why: 'an administrator answers for at least one business group' })
  const strange = groups.find((group) => !world.group.has(group))
  if (strange !== undefined) return refusal('PEOPLE_PLACE', { why: `there is no business group ${strange}` })
  if (role === 'endUser' && device === null) return refusal('PEOPLE_PLACE', { why: 'an end user has a phone' })
  if (role === 'endUser' && device !== null && !world.device.has(device))
    return refusal('PEOPLE_PLACE', { why: `there is no phone ${device}` })
  return null
}

/** Once there is somebody who may make accounts, there always is. Whoever owns the data folder can mend it all the same, with its key. */
function lastEngineerProblem(before: Account, after: Account | null, world: PeopleWorld): Refusal | null {
  const counts = (one: Account) => one.role === 'engineer' && !one.disabled
  if (!counts(before) || (after !== null && counts(after))) return null
  const others = [...world.account.values()].filter((one) => one.name !== before.name && counts(one))
  return others.length > 0 ? null : refusal('PEOPLE_LAST_ENGINEER', { name: before.name })
}

function saved(
  account: Account,
  _world: PeopleWorld,
  by: By,
  { action, detail, more = [] }: { action: string; detail: string; more?: readonly Change[] },
): Outcome {
  return {
    reply: ok(account),
    changes: [{ entity: 'account', id: account.name, value: account }, ...more, told(by, action, account.name, detail)],
    effects: [],
  }
}

/** An entry of the audit log; before, after and its place are put in at the commit. */
export function told({ actor, now }: By, action: string, target: string, detail: string): Change {
  return { entity: 'audit', id: `${action} ${now}`, value: { at: now, actor, action, target, detail } }
}

function unknown(name: string): Refusal {
  return refusal('PEOPLE_UNKNOWN', { name: name.slice(0, 40) })
}
