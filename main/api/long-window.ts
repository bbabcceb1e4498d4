import { told } from '../core/access/accounts.ts'
import type { Decision } from '../core/model/decision.ts'
import { type Refusal, refusal } from '../core/model/refusals.ts'
import type { Change, World } from '../core/model/world.ts'
import type { PeopleDesk } from '../people/desk.ts'
import type { ApiContext, ApiParts } from './parts.ts'
import { addressOf, callerOf, secondPersons } from './people.ts'
import { toError } from './refused.ts'

/** Windows longer than this are for no single person at a page. */
export const SHIFT_HOURS = 8
export const SHIFT_MS = SHIFT_HOURS * 3_600_000
const HOURS = { hours: String(SHIFT_HOURS) }

/** Name and password of the second person, typed into the dialog of the first. */
export type Confirmation = { name: string; password: string }

type Parts = Pick<ApiParts, 'loop' | 'people' | 'store'>
type Asked = { context: ApiContext; confirm: Confirmation | undefined }

/**
 * Asks a rule that may open windows. What it decides is looked at, not what was asked, so that no call is another way round: from a page a window longer than
 * a shift needs a second person; through the key it is accepted. Both stand in the audit log. Throws the refusal.
 */
export async function askForWindows<Reply>(
  { loop, people, store }: Parts,
  { confirm, context }: Asked,
  rule: (world: World, now: number) => Decision<Reply>,
): Promise<Reply> {
  const second = confirm === undefined ? null : await secondPerson({ people, world: store.world }, confirm, context)
  return loop.ask((world, now) => {
    const decision = rule(world, now)
    const long = longWindows(decision.changes, world)
    if (long.length === 0) return decision
    if (isPage(context) && second === null) throw toError(lacking(world, context))
    const entries = long.map(({ hours, target }) =>
      second === null
        ? told({ actor: context.actor, now }, 'devices.longWindow', target, `${hours} hours, through the key: no second person`)
        : told({ actor: second, now }, 'devices.confirmWindow', target, `${hours} hours, as the second person beside ${context.actor}`),
    )
    return { ...decision, changes: [...decision.changes, ...entries] }
  })
}

function isPage(context: ApiContext): boolean {
  return callerOf(context).by !== 'key'
}

/** What a page is told that has no second person with it. */
export function lacking({ account }: Pick<World, 'account'>, context: ApiContext): Refusal {
  return refusal(secondPersons(account, callerOf(context)).length === 0 ? 'WINDOW_NO_SECOND' : 'WINDOW_SECOND_PERSON', HOURS)
}

/** The name of the second person, who is another one with the right. Throws the refusal. */
export async function secondPerson(
  { people, world }: { people: PeopleDesk; world: Pick<World, 'account' | 'session'> },
  confirm: Confirmation,
  context: ApiContext,
): Promise<string> {
  const address = addressOf(context, world)
  const proven = await people.prove({ ...confirm, address })
  if (!proven.ok) throw toError(proven.refusal)
  const { name } = proven.value
  if (!secondPersons(world.account, callerOf(context)).some((one) => one.name === name)) throw toError(refusal('WINDOW_SECOND_SAME'))
  return name
}

/**
 * Windows that these changes make longer than a shift, of phones and of work orders. One that was there already is no new one; nor is a phone's that is the
 * window of its work order: that one was confirmed.
 */
function longWindows(changes: readonly Change[], world: World): { target: string; hours: number }[] {
  const fresh = new Map(
    changes.flatMap((change) => (change.entity === 'order' && change.value !== null ? [[change.id, change.value]] : [])),
  )
  return changes.flatMap((change) => {
    if ((change.entity !== 'device' && change.entity !== 'order') || change.value === null) return []
    const { windowEndAt, windowStartAt } = change.value
    if (windowEndAt === null || windowStartAt === null || windowEndAt - windowStartAt <= SHIFT_MS) return []
    const isSame = (other: Window | undefined) => other?.windowEndAt === windowEndAt && other.windowStartAt === windowStartAt
    const before = change.entity === 'device' ? world.device.get(change.id) : world.order.get(change.id)
    const ofOrder =
      change.entity === 'device' &&
      change.value.order !== null &&
      isSame(fresh.get(change.value.order) ?? world.order.get(change.value.order))
    return isSame(before) || ofOrder ? [] : [{ target: change.id, hours: Math.ceil((windowEndAt - windowStartAt) / 3_600_000) }]
  })
}

type Window = { windowStartAt: number | null; windowEndAt: number | null }
