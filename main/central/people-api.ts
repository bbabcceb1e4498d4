import { lacking, SHIFT_MS, secondPerson } from '../api/long-window.ts'
import { accountShape, addPerson, addressOf, callerOf, changePassword, listPeople, resetPassword, viewMe } from '../api/people.ts'
import { toError, unwrap } from '../api/refused.ts'
import { removeAccount, told, updateAccount } from '../core/access/accounts.ts'
import type { AccountRole } from '../core/model/account.ts'
import { parseMac } from '../core/model/mac.ts'
import type { DeviceView } from '../core/model/view.ts'
import type { Change } from '../core/model/world.ts'
import type { PeopleDesk } from '../people/desk.ts'
import { api } from './base.ts'
import type { Caller } from './contract.ts'
import type { Central } from './decide.ts'
import { askPeople, readPeople } from './people.ts'
import { CENTRAL_RIGHTS } from './rights.ts'

/** `people.*` of the central store: the same rules as on a bench, over the accounts that all its nodes share. */
export function centralPeopleHandlers(central: Central, desk: PeopleDesk) {
  /** The desk for a rule that may ask for a phone. */
  const deskFor = (device: string | null | undefined): PeopleDesk => {
    const mac = device == null ? null : parseMac(device)
    return mac === null ? desk : { ...desk, ask: askPeople(central, [mac]) }
  }
  /** An account that has a phone keeps it through every change. */
  const deskOf = async (name: string, device: string | null | undefined): Promise<PeopleDesk> =>
    deskFor(device ?? (await readPeople(central)).account.get(name.trim().toLowerCase())?.device)
  return {
    me: api.people.me.handler(async ({ context }) => ({
      ...viewMe(callerOf(context), await readPeople(central), context.actor),
      may: callsOf(callerOf(context).role),
    })),
    list: api.people.list.handler(async () => ({ people: listPeople(await readPeople(central)) })),
    add: api.people.add.handler(({ context, input }) =>
      addPerson(deskFor(input.device), input, context, (account) => accountShape(account, new Map())),
    ),
    update: api.people.update.handler(async ({ context, input }) => {
      const { ask } = await deskOf(input.name, input.device)
      const account = unwrap(await ask((world, now) => updateAccount(input, world, { actor: context.actor, now })))
      return accountShape(account, (await readPeople(central)).session)
    }),
    remove: api.people.remove.handler(async ({ context, input }) => {
      unwrap(await desk.ask((world, now) => removeAccount(input, world, { actor: context.actor, now })))
      return {}
    }),
    resetPassword: api.people.resetPassword.handler(({ context, input }) => resetPassword(desk, input, context)),
    changePassword: api.people.changePassword.handler(async ({ context, input }) =>
      changePassword(desk, input, context, addressOf(context, await readPeople(central))),
    ),
    signOutElsewhere: api.people.signOutElsewhere.handler(async ({ context }) => ({
      ended: await desk.signOutElsewhere(callerOf(context)),
    })),
  }
}

function callsOf(role: AccountRole): string[] {
  return Object.entries(CENTRAL_RIGHTS).flatMap(([call, roles]) => (roles.includes(role) ? [call] : []))
}

/** Whether a phone, as it is shown, belongs to who asks: an administrator's business groups, an end user's phone; everything to everybody else. */
export function isTheirs({ group, mac }: Pick<DeviceView, 'group' | 'mac'>, { caller }: Caller): boolean {
  if (caller?.role === 'groupAdmin') return group !== null && caller.groups.includes(group)
  return caller?.role === 'endUser' ? mac === caller.device : true
}

type Asked = { minutes: number; confirm?: { name: string; password: string } | undefined }

/** A window longer than a shift: its line of the audit log, once a second person, or the key, stands for it. null = it is no longer than one. */
export async function confirmLongWindow(
  central: Central,
  people: PeopleDesk,
  context: Caller,
  { confirm, minutes }: Asked,
): Promise<((mac: string, now: number) => Change) | null> {
  if (minutes * 60_000 <= SHIFT_MS) return null
  const hours = Math.ceil(minutes / 60)
  if (callerOf(context).by === 'key')
    return (mac, now) => told({ actor: context.actor, now }, 'devices.longWindow', mac, `${hours} hours, through the key: no second person`)
  const world = await readPeople(central)
  if (confirm === undefined) throw toError(lacking(world, context))
  const second = await secondPerson({ people, world }, confirm, context)
  return (mac, now) =>
    told({ actor: second, now }, 'devices.confirmWindow', mac, `${hours} hours, as the second person beside ${context.actor}`)
}
