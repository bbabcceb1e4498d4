import { addAccount, parseAccountName, removeAccount, setPassword, updateAccount, viewAccount } from '../core/access/accounts.ts'
import { passwordProblem } from '../core/access/password-rule.ts'
import { type Account, type Caller, KEY_CALLER, type Session } from '../core/model/account.ts'
import { refusal } from '../core/model/refusals.ts'
import { iso } from '../core/staging/view.ts'
import type { PeopleDesk } from '../people/desk.ts'
import type { AccountShape, Me } from '../../preload/contract/people.ts'
import { api } from './base.ts'
import type { ApiContext, ApiParts } from './parts.ts'
import { toError, unwrap } from './refused.ts'
import { callsOf, rightOf } from './rights.ts'

type Accounts = ReadonlyMap<string, Account>
type PeopleNow = { account: Accounts; session: ReadonlyMap<string, Session> }

export function peopleHandlers({ people, store }: Pick<ApiParts, 'people' | 'store'>) {
  const { world } = store
  return {
    me: api.people.me.handler(({ context }) => viewMe(callerOf(context), world, context.actor)),
    list: api.people.list.handler(() => ({ people: listPeople(world) })),
    add: api.people.add.handler(({ context, input }) =>
      addPerson(people, input, context, (account) => accountShape(account, world.session)),
    ),
    update: api.people.update.handler(async ({ context, input }) =>
      accountShape(unwrap(await people.ask((at, now) => updateAccount(input, at, { actor: context.actor, now }))), world.session),
    ),
    remove: api.people.remove.handler(async ({ context, input }) => {
      unwrap(await people.ask((at, now) => removeAccount(input, at, { actor: context.actor, now })))
      return {}
    }),
    resetPassword: api.people.resetPassword.handler(({ context, input }) => resetPassword(people, input, context)),
    changePassword: api.people.changePassword.handler(({ context, input }) =>
      changePassword(people, input, context, addressOf(context, world)),
    ),
    signOutElsewhere: api.people.signOutElsewhere.handler(async ({ context }) => ({
      ended: await people.signOutElsewhere(callerOf(context)),
    })),
  }
}

export function callerOf({ caller }: ApiContext): Caller {
  return caller ?? KEY_CALLER
}

export function listPeople({ account, session }: PeopleNow): AccountShape[] {
  return [...account.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map((one) => accountShape(one, session))
}

export function accountShape(account: Account, sessions: ReadonlyMap<string, Session>): AccountShape {
  const { createdAt, groups, lastSignInAt, passwordAt, ...view } = viewAccount(account, sessions)
  return {
    ...view,
    groups: [...groups],
    createdAt: iso(createdAt),
    passwordAt: passwordAt === null ? null : iso(passwordAt),
    lastSignInAt: lastSignInAt === null ? null : iso(lastSignInAt),
  }
}

export function viewMe(caller: Caller, { account }: Pick<PeopleNow, 'account'>, actor: string): Me {
  const { by, device, groups, mustChange, role } = caller
  const own = caller.account === null ? undefined : account.get(caller.account)
  return {
    by,
    account: own?.name ?? null,
    displayName: own?.displayName ?? (by === 'os' ? actor : ''),
    role,
    groups: [...groups],
    device,
    mustChange,
    may: callsOf(role),
    seconds: secondPersons(account, caller).length,
    hasAccounts: account.size > 0,
  }
}

/** Who else here could confirm what needs two. */
export function secondPersons(accounts: Accounts, { account: own }: Caller): Account[] {
  const { roles } = rightOf('devices.openWindow')
  return [...accounts.values()].filter(
    (one) => one.name !== own && !one.disabled && one.password !== null && !one.mustChange && roles.includes(one.role),
  )
}

type Added = { account: AccountShape; password: string | null }
type NewPerson = {
  name: string
  displayName?: string | undefined
  role: Account['role']
  groups?: readonly string[] | undefined
  device?: string | undefined
  password?: string | undefined
}

export async function addPerson(
  people: PeopleDesk,
  input: NewPerson,
  context: ApiContext,
  shape: (account: Account) => AccountShape,
): Promise<Added> {
  const { hash, made } = await takePassword(people, input.password, [input.name, input.displayName ?? ''])
  // Who holds the key makes the first account for himself; what an account makes is for somebody else.
  const mustChange = made !== null || callerOf(context).by === 'person'
  const command = { ...input, displayName: input.displayName ?? '', password: hash, mustChange }
  const account = unwrap(await people.ask((world, now) => addAccount(command, world, { actor: context.actor, now })))
  return { account: shape(account), password: made }
}

export async function resetPassword(
  people: PeopleDesk,
  input: { name: string; password?: string | undefined },
  { actor }: ApiContext,
): Promise<{ password: string | null }> {
  const { hash, made } = await takePassword(people, input.password, [input.name])
  unwrap(await people.ask((world, now) => setPassword({ name: input.name, password: hash, own: null }, world, { actor, now })))
  return { password: made }
}

export async function changePassword(
  people: PeopleDesk,
  input: { current: string; password: string },
  context: ApiContext,
  address: string,
): Promise<Record<string, never>> {
  const { account: name, session } = callerOf(context)
  if (name === null || parseAccountName(name) === null) throw toError(refusal('PEOPLE_NO_ACCOUNT'))
  const proven = await people.prove({ name, password: input.current, address })
  if (!proven.ok) throw toError(proven.refusal.code === 'PEOPLE_SIGN_IN_WRONG' ? refusal('PEOPLE_PASSWORD_WRONG') : proven.refusal)
  if (input.password === input.current) throw toError(refusal('PEOPLE_PASSWORD_WEAK', { why: 'it is the present one' }))
  const { hash } = await takePassword(people, input.password, [name, proven.value.displayName])
  unwrap(await people.ask((world, now) => setPassword({ name, password: hash, own: { session } }, world, { actor: context.actor, now })))
  return {}
}

/** Where a page's caller sits, for the pace of attempts. */
export function addressOf({ caller }: ApiContext, { session }: Pick<PeopleNow, 'session'>): string {
  return (caller?.session == null ? undefined : session.get(caller.session)?.from) ?? 'this machine'
}

async function takePassword(
  people: PeopleDesk,
  given: string | undefined,
  about: readonly string[],
): Promise<{ hash: string; made: string | null }> {
  const made = given === undefined ? people.makePassword() : null
  const password = made ?? given ?? ''
  const why = made === null ? passwordProblem(password, about) : null
  if (why !== null) throw toError(refusal('PEOPLE_PASSWORD_WEAK', { why }))
  return { hash: await people.hash(password), made }
}
