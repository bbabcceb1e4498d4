import { type Effect, note } from '../model/decision.ts'
import type { Device, Reason } from '../model/device.ts'
import { formatMac } from '../model/mac.ts'
import { refusal } from '../model/refusals.ts'
import type { World } from '../model/world.ts'

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
