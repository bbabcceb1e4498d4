import { type Decision, note, silence } from '../model/decision.ts'
import type { Order, OrderChecks } from '../model/order.ts'
import { refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import type { World } from '../model/world.ts'
import { audit } from '../staging/audit.ts'
import { orderEnd, phonesOf } from './done.ts'
import { orderPhone } from './view.ts'

const WORDS = {
  synced: 'every token is at the central store',
  notHandedOver: 'tokens not handed over',
  firmwareOnly: 'firmware only',
} as const

/** Closes a work order for good; its phones are kept as they are now. `checks` = what was looked at meanwhile. */
export function closeOrder(
  command: { id: string; notHandedOver?: boolean | undefined; checks?: Partial<OrderChecks> | undefined },
  actor: string,
  world: World,
  now: number,
): Decision<Result<Order>> {
  const order = world.order.get(command.id)
  if (order === undefined) return silence(refuse(unknownOrder(command.id, world)))
  if (order.closedAt !== null) return silence(refuse(refusal('ORDER_CLOSED', { order: order.id })))
  const end = orderEnd(order, command.notHandedOver === true, world)
  if (typeof end !== 'string') return silence(refuse(end))
  const closed: Order = {
    ...order,
    checks: { ...order.checks, ...command.checks },
    closedAt: now,
    closedBy: actor,
    closedAs: end,
    phones: phonesOf(order.id, world).map((device) => orderPhone(device, order, world)),
  }
  return {
    reply: ok(closed),
    changes: [
      { entity: 'order', id: order.id, value: closed },
      audit(world, {
        at: now,
        actor,
        action: 'orders.close',
        target: order.id,
        detail: `${closed.phones?.length ?? 0} phones, ${WORDS[end]}`,
      }),
    ],
    effects: [note(now, null, 'orders.close', `Work order ${order.id} closed: ${WORDS[end]} (${actor})`)],
  }
}

/** What was looked at goes into the report of an order that is still open. */
export function checkedOrder(command: { id: string; checks: Partial<OrderChecks> }, world: World): Decision<Result<Order>> {
  const order = world.order.get(command.id)
  if (order === undefined) return silence(refuse(unknownOrder(command.id, world)))
  if (order.closedAt !== null) return silence(refuse(refusal('ORDER_CLOSED', { order: order.id })))
  const checked = { ...order, checks: { ...order.checks, ...command.checks } }
  return { reply: ok(checked), changes: [{ entity: 'order', id: order.id, value: checked }], effects: [] }
}

const MOST_KNOWN = 10

export function unknownOrder(id: string, world: World) {
  const known = [...world.order.keys()].slice(0, MOST_KNOWN).join(', ')
  return refusal('ORDER_UNKNOWN', { order: id, known: known === '' ? 'none yet' : known })
}
