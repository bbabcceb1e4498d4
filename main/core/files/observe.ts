import { type Effect, note } from '../model/decision.ts'
import type { Device, Reason } from '../model/device.ts'
import type { Pack } from '../model/pack.ts'
import { refusal } from '../model/refusals.ts'
import type { Change, World } from '../model/world.ts'
import { type FirmwareGoal, firmwareTarget } from '../pack/target.ts'
import { sameVersion } from '../pack/version.ts'
import { isUntold, newWords, seenByRequest } from '../staging/seen.ts'
import { stepDevice } from '../staging/step.ts'
import { isFirmwareHold, isImageMissing } from '../staging/firmware-reasons.ts'
import type { Asker } from './asker.ts'

/** Last-seen alone is written at most this often: it is no news. */
const SEEN_EVERY_MS = 30_000

/**
 * What a request says about the phone that sent it: model, firmware, file fetched. Only a phone whose lease matches (bench), or that showed its
 * token (central, by the caller), is believed. Returns the device as it is now and the changes for it.
 */
export function observe(asker: Asker, world: World, now: number): { device: Device | null; changes: Change[]; effects: Effect[] } {
  const believed = world.site === 'bench' ? asker.lease !== null && asker.lease.mac === asker.mac : asker.device !== null
  const before = asker.device
  if (!believed || before === null) return { device: before, changes: [], effects: [] }
  const learnt = asker.pack === null ? { device: before, effects: [] } : learn(before, asker, asker.pack, world, now)
  const { device, effects } = keepSeen(learnt, asker, now)
  const changed = device !== before || now - (before.lastSeenAt ?? 0) > SEEN_EVERY_MS
  const value = changed ? { ...device, lastSeenAt: now } : before
  return { device: value, changes: changed ? [{ entity: 'device', id: value.mac, value }] : [], effects }
}

/** What a phone that nobody can tell says of itself stays on it and on its timeline; a phone that is known by now needs none of it. */
function keepSeen(
  { device, effects }: { device: Device; effects: Effect[] },
  { identification, request }: Asker,
  now: number,
): { device: Device; effects: Effect[] } {
  if (!isUntold(device) && identification.conflicts.length === 0)
    return { device: device.seen == null ? device : { ...device, seen: null }, effects }
  const evidence = identification.evidence.map(({ fact, grade, says, value }) => `${says} ${value} by ${fact} (${grade})`)
  const seen = seenByRequest(device.seen, request, evidence)
  if (seen === device.seen) return { device, effects }
  const words = newWords(device.seen, seen)
  const told = words === null ? [] : [note(now, device.mac, 'phone.seen', words)]
  return { device: { ...device, seen, updatedAt: now }, effects: [...effects, ...told] }
}

function learn(before: Device, asker: Asker, pack: Pack, world: World, now: number): { device: Device; effects: Effect[] } {
  const effects: Effect[] = []
  let device = before
  const { conflicts, firmware, hardware, model, serial } = asker.identification
  if (asker.identification.pack?.id === pack.id && conflicts.length === 0) {
    if (model !== null && (device.model !== model || device.pack !== pack.id)) device = { ...device, model, pack: pack.id, updatedAt: now }
    if (serial !== null && device.serial !== serial) device = { ...device, serial, updatedAt: now }
    if (hardware !== null && (device.hardware ?? null) !== hardware) device = { ...device, hardware, updatedAt: now }
    if (firmware !== null && device.firmware !== firmware) {
      effects.push(note(now, device.mac, 'phone.firmware', `Runs ${model ?? pack.name} ${firmware}`))
      device = { ...device, firmware, updatedAt: now }
    }
    if (device.model !== null && firmware !== null && device.staging.identifiedAt === null) {
      effects.push(note(now, device.mac, 'phone.identified', `Identified: ${pack.vendor} ${device.model}, firmware ${firmware}`))
      device = stepDevice(device, { type: 'identified' }, now)
    }
    if (firmware !== null) device = compareFirmware(device, world, effects, now)
  }
  if (asker.file !== null) device = stepDevice(device, { type: 'fetched', file: asker.file.id }, now)
  return { device, effects }
}

/** Steps the firmware track by the version just stated. Without a target any version is right: there is nothing to compare with. */
function compareFirmware(device: Device, world: World, effects: Effect[], now: number): Device {
  const before = device.staging
  const right = firmwareTarget(device, world)?.isRight ?? true
  const step = !right && isStepTaken(device)
  let next = stepDevice(device, { type: 'versionSeen', right, version: device.firmware, step }, now)
  const goal = firmwareTarget(next, world)
  if (next.staging.failure?.code === 'FIRMWARE_NOT_TAKEN' && next.staging.failure !== before.failure)
    next = notTaken(next, goal, effects, now)
  tell(before, next, goal, { right, step }, effects, now)
  next = { ...next, staging: { ...next.staging, remark: firmwareRemark(next, goal, now), hold: firmwareHold(next, goal, effects, now) } }
  return settle(device, next)
}

/** It runs the image it was handed out last, and that was not the end of its way. */
function isStepTaken({ firmware, staging }: Device): boolean {
  const given = staging.imageDeliveredAt === null ? null : (staging.imageVersion ?? null)
  return given !== null && firmware !== null && sameVersion(given, firmware)
}

function notTaken(device: Device, goal: FirmwareGoal | null, effects: Effect[], now: number): Device {
  const target = device.staging.imageVersion ?? goal?.version ?? ''
  const failure: Reason = { code: 'FIRMWARE_NOT_TAKEN', data: { version: device.firmware ?? '', target }, at: now }
  effects.push(note(now, device.mac, 'firmware.not-taken', `Came back with ${device.firmware}, not ${target}`, 'error'))
  return { ...device, staging: { ...device.staging, failure } }
}

type Seen = { right: boolean; step: boolean }

/** What the timeline says, once for each turn. */
function tell(
  before: Device['staging'],
  next: Device,
  goal: FirmwareGoal | null,
  { right, step }: Seen,
  effects: Effect[],
  now: number,
): void {
  const { firmware, mac, staging } = next
  const say = (kind: string, text: string) => effects.push(note(now, mac, kind, text))
  if (step && goal !== null) {
    const done = goal.route.findIndex((one) => firmware !== null && sameVersion(one, firmware)) + 1
    say('firmware.step', `Step ${done} of ${goal.route.length} taken: runs ${firmware}; next is ${goal.step ?? goal.final}`)
  } else if (!right && before.firmware === 'unknown' && goal !== null && goal.route.length > 1 && (before.routeFrom ?? null) === null) {
    say('firmware.route', `Goes from ${firmware} to ${goal.final} in ${goal.route.length} steps: ${goal.route.join(', ')}`)
  } else if (before.firmware !== 'right' && right && staging.upgradedAt !== null && before.upgradedAt === null) {
    say('firmware.upgraded', `Upgraded to ${firmware}`)
  } else if (before.firmware === 'unknown' && right && goal !== null && staging.upgradedAt === null) {
    say('firmware.right', `Firmware ${firmware} is right already`)
  }
}

/** Steps always make a new record; where nothing differs the old one stays, so that a repeated request writes nothing. */
function settle(before: Device, after: Device): Device {
  const keys = Object.keys(after.staging) as (keyof Device['staging'])[]
  return keys.every((key) => (before.staging[key] ?? null) === (after.staging[key] ?? null)) ? before : after
}

function firmwareRemark(device: Device, goal: FirmwareGoal | null, now: number): Reason | null {
  const current = device.staging.remark
  const isMissing = goal !== null && goal.step !== null && goal.image === null && !goal.isRight
  if (!isMissing) return isImageMissing(current) ? null : current
  const isStep = goal.route.length > 1 && goal.step !== goal.final
  const code = isStep ? 'FIRMWARE_STEP_IMAGE_MISSING' : 'FIRMWARE_IMAGE_MISSING'
  if (current?.code === code && current.data.version === goal.step) return current
  const place = isStep ? { target: goal.final, step: String(goal.index), steps: String(goal.route.length) } : {}
  return { code, data: { version: goal.step ?? '', model: device.model ?? '', ...place }, at: now }
}

/** Holds about firmware come and go with what forbids the load; one about the asker itself is told first. */
function firmwareHold(device: Device, goal: FirmwareGoal | null, effects: Effect[], now: number): Reason | null {
  const current = device.staging.hold
  if (current !== null && !isFirmwareHold(current)) return current
  const block = goal?.isRight === false ? goal.block : null
  if (block === null) return null
  const isSame = current?.code === block.code && JSON.stringify(current.data) === JSON.stringify(block.data)
  if (isSame) return current
  effects.push(note(now, device.mac, 'firmware.held', refusal(block.code, block.data).message, 'warn'))
  return { code: block.code, data: block.data, at: now }
}
