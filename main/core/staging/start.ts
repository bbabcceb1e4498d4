import { type Effect, note } from '../model/decision.ts'
import { blankDevice, type Device, NEW_STAGING } from '../model/device.ts'
import type { DhcpFacts } from '../model/dhcp.ts'
import type { Ipv4 } from '../model/ipv4.ts'
import type { Mac } from '../model/mac.ts'
import type { Change, World } from '../model/world.ts'
import { cameAfterAll, comesInstead } from './scanned.ts'
import { isUntold, newWords, seenByDhcp } from './seen.ts'
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
  const began = seen.isNewStart ? stepDevice(moved, { type: 'started' }, now) : moved
  const { device: started, effects: instead } = seen.isNewStart ? comesInstead(began, world, now) : { device: began, effects: [] }
  const said = isUntold(started) ? seenByDhcp(started.seen, seen.facts) : (started.seen ?? null)
  const after: Device = { ...started, seen: said }
  const others = seen.isNewStart ? cameAfterAll(seen.mac, world) : []
  const changes: Change[] = [...(known ? [] : makeRoom(world)), ...others, { entity: 'device', id: seen.mac, value: after }]
  const effects: Effect[] = seen.isNewStart ? [note(now, seen.mac, 'phone.started', `Started, address ${seen.address}`), ...instead] : []
  const words = said === null || after.listed ? null : newWords(known?.seen, said)
  if (words !== null) effects.push(note(now, seen.mac, 'phone.seen', words))
  return { changes, effects }
}

/** Strangers that get no answer are heard of at most this often. */
const HEARD_EVERY_MS = 10 * 60_000

/**
 * A phone nobody ordered and no endpoint pack claims asked for an address and gets none: it goes into the list of unknown phones all the same, with what it
 * said, so that a person can claim it; it is answered from then on. It takes free room only, and never that of a phone that stands on the bench.
 */
export function heardOf(world: World, heard: { mac: Mac; facts: DhcpFacts }, now: number): Change[] {
  const known = world.device.get(heard.mac)
  if (known?.listed === true) return []
  const before = known ?? unlistedDevice(heard.mac, now)
  const seen = seenByDhcp(before.seen, heard.facts)
  const isOld = now - (before.lastSeenAt ?? 0) >= HEARD_EVERY_MS
  if (known !== undefined && seen === known.seen && !isOld) return []
  if (known === undefined && countUnlisted(world) >= MAX_UNLISTED / 2) return []
  return [{ entity: 'device', id: heard.mac, value: { ...before, seen, lastSeenAt: now, updatedAt: now } }]
}

function countUnlisted(world: World): number {
  let count = 0
  for (const device of world.device.values()) if (!device.listed) count += 1
  return count
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
