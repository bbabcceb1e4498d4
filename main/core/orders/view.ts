import type { Device } from '../model/device.ts'
import type { Order, OrderedModel, OrderPhone } from '../model/order.ts'
import type { World } from '../model/world.ts'
import { firmwareTarget } from '../pack/target.ts'
import { shownState } from '../staging/view.ts'
import { lacks, phonesOf } from './done.ts'

export function orderPhone(device: Device, order: Pick<Order, 'firmwareOnly'>, world: World): OrderPhone {
  const s = device.staging
  const registered = [...world.registration.values()].filter((one) => one.mac === device.mac).map((one) => one.number)
  return {
    mac: device.mac,
    serial: device.serial,
    model: device.model ?? device.expectedModel,
    line: device.lines[0] ?? null,
    firmware: device.firmware,
    targetFirmware: firmwareTarget(device, world)?.version ?? null,
    state: shownState(device),
    token: s.token,
    addedAt: device.addedAt,
    provenAt: s.provenAt,
    readyAt: s.readyAt ?? s.finishedAt ?? null,
    syncedAt: s.syncedAt,
    registered: registered.sort(),
    lacks: lacks(device, order, world),
  }
}

/** Phones of an order: as they were when it was closed, else as they are. */
export function orderPhones(order: Order, world: World): readonly OrderPhone[] {
  return order.phones ?? phonesOf(order.id, world).map((device) => orderPhone(device, order, world))
}

export type OrderCounts = { phones: number; done: number; synced: number; held: number; failed: number; expected: number }

export function orderCounts(phones: readonly OrderPhone[]): OrderCounts {
  const count = (is: (phone: OrderPhone) => boolean) => phones.filter(is).length
  return {
    phones: phones.length,
    done: count((phone) => phone.lacks === null),
    synced: count((phone) => phone.syncedAt !== null),
    held: count((phone) => phone.state === 'held'),
    failed: count((phone) => phone.state === 'failed'),
    expected: count((phone) => phone.state === 'expected'),
  }
}

/** Models ordered by number, of which there are not so many phones yet. */
export function stillMissing({ models }: Order, phones: readonly OrderPhone[]): OrderedModel[] {
  return models.flatMap(({ count, model }) => {
    const here = phones.filter((phone) => phone.model === model).length
    return here < count ? [{ model, count: count - here }] : []
  })
}

/** Every number that stands on a phone, with a record or without one: the latter were only ever typed on a phone. Open ones first, the latest first. */
export function allOrders(world: World): Order[] {
  const named = new Set<string>()
  for (const { listed, order } of world.device.values()) if (listed && order !== null && !world.order.has(order)) named.add(order)
  const bare = [...named].map((id) => bareOrder(id, world))
  return [...world.order.values(), ...bare].sort(
    (a, b) => Number(a.closedAt !== null) - Number(b.closedAt !== null) || b.createdAt - a.createdAt || a.id.localeCompare(b.id),
  )
}

/** A number without a record: nothing is common to its phones but that. */
export function bareOrder(id: string, world: World): Order {
  const phones = phonesOf(id, world)
  return {
    id,
    name: id,
    ...{ group: null, profile: null, firmwareOnly: false, windowStartAt: null, windowEndAt: null, models: [] },
    createdAt: Math.min(...phones.map((phone) => phone.addedAt)),
    createdBy: '',
    ...{ closedAt: null, closedBy: null, closedAs: null, phones: null },
    checks: { preflight: null, drill: null },
  }
}
