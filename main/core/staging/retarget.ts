import { type Effect, note } from '../model/decision.ts'
import type { Device } from '../model/device.ts'
import { applyChanges, type Change, type EntityName, type MutableWorld, type World } from '../model/world.ts'
import { type FirmwareGoal, firmwareTarget } from '../pack/target.ts'
import { isFirmwareHold, isImageMissing } from './firmware-reasons.ts'
import { stepDevice } from './step.ts'

/** Records that decide which firmware a phone should run, or whether its image is there. */
const DECIDE: ReadonlySet<EntityName> = new Set<EntityName>(['profile', 'group', 'line', 'image'])

/**
 * What changes of profiles, business groups, lines, images and listings mean for the firmware of phones on the bench: another target is told to their
 * track, and the version they last stated is held against it at once; a remark about a missing image falls when the image is there. `world` is the
 * world before the changes. A phone that is synced has left: its next firmware is the central store's affair.
 */
export function retargeted(changes: readonly Change[], world: World, now: number): { changes: Change[]; effects: Effect[] } {
  const touched = touchedBy(changes, world)
  const moved: { changes: Change[]; effects: Effect[] } = { changes: [], effects: [] }
  if (touched.length === 0) return moved
  const after = applied(changes, world)
  for (const mac of touched) {
    const [before, device] = [world.device.get(mac), after.device.get(mac)]
    if (before === undefined || device === undefined || !isOnBench(device)) continue
    const [old, fresh] = [firmwareTarget(before, world), firmwareTarget(device, after)]
    const settled = fresh?.image == null ? device : withoutRemark(device)
    const freed = fresh?.block == null ? withoutHold(settled) : settled
    const value = verdict(old) === verdict(fresh) ? freed : retarget(freed, fresh, now)
    if (value !== device) moved.changes.push({ entity: 'device', id: mac, value })
    if ((old?.version ?? null) !== (fresh?.version ?? null))
      moved.effects.push(note(now, mac, 'firmware.target', `Wanted firmware is now ${fresh?.version ?? 'any'}`))
  }
  return moved
}

/** What the rules say of a phone: bad versions and bans may turn it without another target. */
function verdict(goal: FirmwareGoal | null): string {
  return goal === null ? '' : JSON.stringify([goal.version, goal.isRight, goal.block?.code ?? null])
}

function touchedBy(changes: readonly Change[], world: World): string[] {
  if (changes.some((change) => DECIDE.has(change.entity))) return [...world.device.keys()]
  return changes.flatMap((change) => {
    const before = change.entity === 'device' && change.value !== null ? world.device.get(change.id) : undefined
    if (before === undefined || change.entity !== 'device' || change.value === null) return []
    const { group, lines, packVersion, profile } = change.value
    const isPlaced = before.profile === profile && before.group === group && before.lines[0] === lines[0]
    // Another version of its pack may know other steps on the way, or other bans.
    return isPlaced && (before.packVersion ?? null) === (packVersion ?? null) ? [] : [change.id]
  })
}

function applied(changes: readonly Change[], world: World): World {
  const copies = Object.fromEntries(
    [...new Set(changes.map((change) => change.entity))].map((name) => [name, new Map<string, unknown>(world[name])]),
  )
  const draft = { ...world, ...copies } as unknown as MutableWorld // only the copied tables are written
  applyChanges(draft, changes)
  return draft
}

function isOnBench({ listed, staging }: Device): boolean {
  return listed && staging.startedAt !== null && staging.syncedAt === null
}

function retarget(device: Device, goal: FirmwareGoal | null, now: number): Device {
  const fresh = withoutFailure(withoutRemark(device))
  const isRight = device.firmware !== null && (goal === null || goal.isRight)
  // What it runs is what is wanted now: nothing it has reached is taken back.
  if (isRight) return stepDevice(fresh, { type: 'versionSeen', right: true }, now)
  const told = stepDevice(fresh, { type: 'targetChanged' }, now)
  return told.firmware === null ? told : stepDevice(told, { type: 'versionSeen', right: false, version: told.firmware }, now)
}

function withoutHold(device: Device): Device {
  return isFirmwareHold(device.staging.hold) ? { ...device, staging: { ...device.staging, hold: null } } : device
}

function withoutRemark(device: Device): Device {
  return isImageMissing(device.staging.remark) ? { ...device, staging: { ...device.staging, remark: null } } : device
}

/** It refused the old target; nobody asked it for the new one yet. */
function withoutFailure(device: Device): Device {
  return device.staging.failure?.code === 'FIRMWARE_NOT_TAKEN' ? { ...device, staging: { ...device.staging, failure: null } } : device
}
