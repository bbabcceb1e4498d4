import { type Effect, note } from '../model/decision.ts'
import { blankDevice, type Device, NEW_STAGING } from '../model/device.ts'
import type { DhcpFacts } from '../model/dhcp.ts'
import type { Ipv4 } from '../model/ipv4.ts'
import type { Mac } from '../model/mac.ts'
import type { Change, World } from '../model/world.ts'
import { stepDevice } from './step.ts'

/** Strangers kept in the list of unknown phones; the one heard longest ago makes room. Bounds what a stranger can make us store. */
export const MAX_UNLISTED = 200

/** A record for a phone nobody listed. Slot 0: it has no place on the board until it is claimed. */
export function unlistedDevice(mac: Mac, now: number): Device {
  const hold = { code: 'ACCESS_UNLISTED', data: {}, at: now } as const
  return { ...blankDevice(mac, now), listed: false, lastSeenAt: now, staging: { ...NEW_STAGING, hold } }
}

/**
 * A phone got its address: called with the ACK. `isNewStart` = SELECTING or INIT-REBOOT, not a renewal: what "a new start of the phone" and
 * "a new DHCP exchange" mean in product.md. An unlisted phone becomes known as held.
 */
export function startDevice(
  world: World,
  seen: { mac: Mac; address: Ipv4; facts: DhcpFacts; isNewStart: boolean },
  now: number,
): { changes: Change[]; effects: Effect[] } {
  const known = world.device.get(seen.mac)
  const before = known ?? unlistedDevice(seen.mac, now)
  const moved: Device = { ...before, address: seen.address, lastSeenAt: now }
  if (!seen.isNewStart && known?.address === seen.address) return { changes: [], effects: [] }
  const after = seen.isNewStart ? stepDevice(moved, { type: 'started' }, now) : moved
  const changes: Change[] = [...(known ? [] : makeRoom(world)), { entity: 'device', id: seen.mac, value: after }]
  const effects: Effect[] = seen.isNewStart ? [note(now, seen.mac, 'phone.started', `Started, address ${seen.address}`)] : []
  return { changes, effects }
}

function makeRoom(world: World): Change[] {
  let count = 0
  let oldest: Device | null = null
  for (const device of world.device.values()) {
    if (device.listed) continue
    count += 1
    if (oldest === null || (device.lastSeenAt ?? 0) < (oldest.lastSeenAt ?? 0)) oldest = device
  }
  return count >= MAX_UNLISTED && oldest !== null ? [{ entity: 'device', id: oldest.mac, value: null }] : []
}
