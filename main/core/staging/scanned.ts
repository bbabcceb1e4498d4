import { type Effect, note } from '../model/decision.ts'
import type { Device, Reason } from '../model/device.ts'
import { formatMac, type Mac } from '../model/mac.ts'
import { refusal } from '../model/refusals.ts'
import type { Change, World } from '../model/world.ts'

/** A phone is plugged in within this time after its label was scanned; then the scan says nothing of what comes next. */
const AWAITED_MS = 10 * 60_000

/**
 * The one phone whose label was scanned and that has not come since. null when none is awaited, or several: then nobody can say whose place a stranger takes.
 */
export function awaitedPhone(world: World, now: number): Device | null {
  let awaited: Device | null = null
  for (const device of world.device.values()) {
    if (!isAwaited(device, now)) continue
    if (awaited !== null) return null
    awaited = device
  }
  return awaited
}

function isAwaited({ scannedAt, staging }: Device, now: number): boolean {
  if (scannedAt == null || now - scannedAt > AWAITED_MS || now < scannedAt) return false
  return staging.startedAt === null || staging.startedAt < scannedAt
}

/** A phone nobody listed comes while the one that was scanned does not: the label and the phone do not belong together. */
export function comesInstead(stranger: Device, world: World, now: number): { device: Device; effects: Effect[] } {
  const awaited = stranger.listed ? null : awaitedPhone(world, now)
  if (awaited === null || awaited.mac === stranger.mac) return { device: stranger, effects: [] }
  const data = { scanned: formatMac(awaited.mac), found: formatMac(stranger.mac) }
  const hold: Reason = { code: 'ACCESS_SCAN_MISMATCH', data, at: now }
  const { message } = refusal(hold.code, data)
  return {
    device: { ...stranger, staging: { ...stranger.staging, hold } },
    effects: [note(now, stranger.mac, 'phone.otherLabel', message, 'warn'), note(now, awaited.mac, 'phone.otherLabel', message, 'warn')],
  }
}

/** The phone that was scanned came after all: who had come before it is a phone nobody ordered, and no wrong one any more. */
export function cameAfterAll(mac: Mac, world: World): Change[] {
  if (world.device.get(mac)?.scannedAt == null) return []
  const changes: Change[] = []
  for (const device of world.device.values()) {
    const { hold } = device.staging
    if (device.listed || hold?.code !== 'ACCESS_SCAN_MISMATCH' || hold.data.scanned !== formatMac(mac)) continue
    const value: Device = { ...device, staging: { ...device.staging, hold: { code: 'ACCESS_UNLISTED', data: {}, at: hold.at } } }
    changes.push({ entity: 'device', id: device.mac, value })
  }
  return changes
}
