import type { Device } from '../model/device.ts'
import { formatMac } from '../model/mac.ts'
import type { Order, OrderEnd } from '../model/order.ts'
import { type Refusal, refusal } from '../model/refusals.ts'
import { tokensOf, type World } from '../model/world.ts'
import { firmwareTarget } from '../pack/target.ts'

/** The phones of an order, in the order of their slots. */
export function phonesOf(id: string, world: World): Device[] {
  return [...world.device.values()].filter((device) => device.listed && device.order === id).sort((a, b) => a.slot - b.slot)
}

/**
 * What a phone still lacks, in words; null = it is done. Done is ready (product.md), for families that take no token "firmware only", and in an order for firmware alone the
 * right firmware.
 */
export function lacks(device: Device, order: Pick<Order, 'firmwareOnly'>, world: World): string | null {
  const s = device.staging
  if (s.failure !== null) return `failed: ${words(s.failure)}`
  if (order.firmwareOnly) return lacksFirmware(device, world)
  if (s.readyAt !== null || s.finishedAt != null) return s.hold === null ? null : `held: ${words(s.hold)}`
  if (s.hold !== null) return `held: ${words(s.hold)}`
  if (s.remark !== null) return words(s.remark)
  if (device.address === null && s.startedAt === null) return 'it was not plugged in yet'
  if (s.token !== 'proven') return 'its token is not proven'
  return 'it is not ready'
}

function lacksFirmware(device: Device, world: World): string | null {
  const { firmware, hold } = device.staging
  if (firmware === 'right') return null
  if (hold !== null) return `held: ${words(hold)}`
  const goal = firmwareTarget(device, world)
  if (goal === null) return 'no firmware is wanted of it: set a target in its persistent profile'
  return device.firmware === null ? 'it has not said its firmware yet' : `it runs ${device.firmware}, wanted is ${goal.version}`
}

function words({ code, data }: NonNullable<Device['staging']['hold']>): string {
  return refusal(code, data).message
}

/**
 * How an order may be closed now, or why not. Only synced tokens close it, where a central store is known; without one their encrypted export, and a person who says that
 * they were not handed over.
 */
export function orderEnd(order: Order, isSaidNotHandedOver: boolean, world: World): OrderEnd | Refusal {
  const phones = phonesOf(order.id, world)
  const data = { order: order.id, phones: String(phones.length) }
  if (phones.length === 0) return refusal('ORDER_EMPTY', data)
  const open = phones.filter((device) => lacks(device, order, world) !== null)
  if (open.length > 0) return refusal('ORDER_NOT_DONE', { ...data, open: String(open.length), which: named(open) })
  const withToken = phones.filter((device) => tokensOf(world, device.mac).some((token) => token.state === 'proven'))
  if (withToken.length === 0) return 'firmwareOnly'
  const unsynced = withToken.filter((device) => device.staging.syncedAt === null)
  if (unsynced.length === 0) return 'synced'
  const problem = (mend: string) => refusal('ORDER_NOT_SYNCED', { ...data, open: String(unsynced.length), mend })
  const sync = world.sync.get('bench')
  if (sync?.central != null)
    return problem('Bring the bench to its network and synchronise; the order closes when the central store has all tokens.')
  if (!unsynced.every((device) => isExported(device, world)))
    return problem(
      'Without a central store: make a backup and carry it away, or export the reports (both encrypted). Then close it as not handed over.',
    )
  return isSaidNotHandedOver
    ? 'notHandedOver'
    : problem('Close it as "tokens not handed over": the export has to be brought to the provider.')
}

const NAMED = 5

function named(phones: readonly Device[]): string {
  const first = phones.slice(0, NAMED).map((device) => formatMac(device.mac))
  return `${first.join(', ')}${phones.length > NAMED ? ` and ${phones.length - NAMED} more` : ''}`
}

/** Every report about its tokens that still waits lies in an export. */
function isExported({ mac }: Device, world: World): boolean {
  const through = world.sync.get('bench')?.exportedThrough ?? 0
  for (const { body, kind, number } of world.outbox.values()) if (kind === 'token' && body.mac === mac && number > through) return false
  return true
}
