import { type Decision, type Effect, note, silence } from '../model/decision.ts'
import type { Device } from '../model/device.ts'
import { type Mac, parseMac } from '../model/mac.ts'
import { refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import { nextSlot } from '../model/slot.ts'
import { type Change, tokensOf, type World } from '../model/world.ts'
import { giveBack } from '../settings/kept.ts'
import { type Listing, listDevice, macOnLabel } from './add.ts'
import { audit } from './audit.ts'
import { stepDevice } from './step.ts'

/** Claiming or scanning at the bench opens this long (product.md, "First contact" 8). */
export const BENCH_WINDOW_MINUTES = 60

export type Outcome = Decision<Result<Device>>

/** Lists one phone. A phone that is already listed is refused; one that waits as unknown becomes listed. */
export function addDevice(listing: Listing, actor: string, world: World, now: number): Outcome {
  const mac = parseMac(listing.mac)
  const known = mac === null ? undefined : world.device.get(mac)
  if (known?.listed) return silence(refuse(refusal('DEVICE_EXISTS', { mac: known.mac })))
  const listed = listDevice(listing, nextSlot(world), world, now)
  return listed.ok ? changed(listed.value, { world, now, actor, action: 'devices.add', words: 'Listed' }) : silence(listed)
}

/** Takes a phone that is held as unknown: lists it and opens 60 minutes. */
export function claimDevice(
  command: { mac: string; line?: string | undefined; order?: string | undefined },
  actor: string,
  world: World,
  now: number,
): Outcome {
  const mac = parseMac(command.mac)
  const known = mac === null ? undefined : world.device.get(mac)
  if (mac === null || known === undefined) return silence(refuse(refusal('DEVICE_UNKNOWN', { mac: command.mac })))
  if (known.listed && known.staging.hold === null) return silence(refuse(refusal('DEVICE_NOT_HELD', { mac })))
  // After a proof a claim gives a line or an order, never a window: re-admission is openWindow, with a reason.
  const isProven = lastProof(mac, world) > 0
  if (isProven && known.staging.hold?.code.startsWith('ACCESS_')) return silence(refuse(refusal('DEVICE_READMIT_REASON', { mac })))
  const listed = listDevice({ ...command, mac }, nextSlot(world), world, now)
  if (!listed.ok) return silence(listed)
  if (isProven) return changed(listed.value, { world, now, actor, action: 'devices.claim', words: 'Claimed' })
  const opened = withWindow(listed.value, BENCH_WINDOW_MINUTES, 'claimed at the bench', world, now)
  return changed(opened, { world, now, actor, action: 'devices.claim', words: `Claimed; window open for ${BENCH_WINDOW_MINUTES} minutes` })
}

export type ScanDone = 'added' | 'claimed' | 'opened' | 'found'

/**
 * A label in front of the scanner: a new MAC is listed, a waiting one claimed, a listed one whose window is closed opened for 60 minutes, any other
 * just found. A number is a slot. A phone whose token is proven is never opened by a scan: re-admission needs a reason.
 */
export function scanLabel(
  command: { text: string; order?: string | undefined },
  actor: string,
  world: World,
  now: number,
): Decision<Result<{ device: Device; done: ScanDone }>> {
  const mac = macOnLabel(command.text)
  if (mac === null) return silence(bySlot(command.text, world))
  const known = world.device.get(mac)
  const isProven = tokensOf(world, mac).some((token) => token.state === 'proven')
  const isOpen = known?.windowEndAt != null && known.windowStartAt !== null && known.windowStartAt <= now && now < known.windowEndAt
  if (known?.listed && (isOpen || isProven)) {
    const found = { ...known, scannedAt: now }
    return { reply: ok({ device: found, done: 'found' }), changes: [{ entity: 'device', id: mac, value: found }], effects: [] }
  }
  const listed = listDevice({ mac, order: command.order }, nextSlot(world), world, now)
  if (!listed.ok) return silence(listed)
  const done: ScanDone = known === undefined ? 'added' : known.listed ? 'opened' : 'claimed'
  const device = { ...withWindow(listed.value, BENCH_WINDOW_MINUTES, 'scanned at the bench', world, now), scannedAt: now }
  const { changes, effects } = changed(device, {
    world,
    now,
    actor,
    action: 'devices.scan',
    words: `Scanned (${done}); window open for ${BENCH_WINDOW_MINUTES} minutes`,
  })
  return { reply: ok({ device, done }), changes, effects }
}

function bySlot(text: string, world: World): Result<{ device: Device; done: ScanDone }> {
  const slot = /^\s*\d{1,4}\s*$/.test(text) ? Number(text) : null
  if (slot !== null) for (const device of world.device.values()) if (device.slot === slot) return ok({ device, done: 'found' })
  return refuse(refusal('MAC_INVALID', { text: text.trim() }))
}

/** Opens the window from now on, with a reason. After a proof this is the re-admission of a phone that was reset. */
export function openWindow(command: { mac: string; minutes: number; reason: string }, actor: string, world: World, now: number): Outcome {
  const mac = parseMac(command.mac)
  const known = mac === null ? undefined : world.device.get(mac)
  if (known === undefined) return silence(refuse(refusal('DEVICE_UNKNOWN', { mac: command.mac })))
  const device = withWindow(known, command.minutes, command.reason, world, now)
  return changed(device, {
    world,
    now,
    actor,
    action: 'devices.openWindow',
    words: `Window open for ${command.minutes} minutes: ${command.reason}`,
  })
}

function withWindow(device: Device, minutes: number, reason: string, world: World, now: number): Device {
  const isProven = tokensOf(world, device.mac).some((token) => token.state === 'proven')
  const base = isProven ? stepDevice(device, { type: 'readmitted' }, now) : { ...device, staging: { ...device.staging, hold: null } }
  // One millisecond later than now: "opened after the proof" must hold even when both fall into the same millisecond.
  return {
    ...base,
    windowStartAt: isProven ? Math.max(now, lastProof(device.mac, world) + 1) : now,
    windowEndAt: now + minutes * 60_000,
    windowReason: reason,
    updatedAt: now,
  }
}

function lastProof(mac: Mac, world: World): number {
  return Math.max(0, ...tokensOf(world, mac).map((token) => token.provenAt ?? 0))
}

function changed(
  listed: Device,
  by: { world: World; now: number; actor: string; action: string; words: string },
): { reply: Result<Device>; changes: Change[]; effects: Effect[] } {
  const { action, actor, now, words, world } = by
  // The phone of a line that had one before gets its settings back.
  const { changes, device } = giveBack(world.device.get(listed.mac), listed, world)
  return {
    reply: ok(device),
    changes: [
      { entity: 'device', id: device.mac, value: device },
      ...changes,
      audit(world, { at: now, actor, action, target: device.mac, detail: words }),
    ],
    effects: [note(now, device.mac, action, `${words} (${actor})`)],
  }
}
