import { type Effect, note } from '../model/decision.ts'
import type { Device, Reason } from '../model/device.ts'
import type { Pack } from '../model/pack.ts'
import type { Change, World } from '../model/world.ts'
import { firmwareTarget } from '../pack/target.ts'
import { stepDevice } from '../staging/step.ts'
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
  if (!believed || before === null || asker.pack === null) return { device: before, changes: [], effects: [] }
  const { device, effects } = learn(before, asker, asker.pack, world, now)
  const changed = device !== before || now - (before.lastSeenAt ?? 0) > SEEN_EVERY_MS
  const value = changed ? { ...device, lastSeenAt: now } : before
  return { device: value, changes: changed ? [{ entity: 'device', id: value.mac, value }] : [], effects }
}

function learn(before: Device, asker: Asker, pack: Pack, world: World, now: number): { device: Device; effects: Effect[] } {
  const effects: Effect[] = []
  let device = before
  const { model, firmware, serial, conflicts } = asker.identification
  if (asker.identification.pack?.id === pack.id && conflicts.length === 0) {
    if (model !== null && (device.model !== model || device.pack !== pack.id)) device = { ...device, model, pack: pack.id, updatedAt: now }
    if (serial !== null && device.serial !== serial) device = { ...device, serial, updatedAt: now }
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
  const target = firmwareTarget(device, world)
  const right = target === null || target.version === device.firmware
  const before = device.staging
  let next = stepDevice(device, { type: 'versionSeen', right }, now)
  const remark = firmwareRemark(next, target, now)
  if (next.staging.failure?.code === 'FIRMWARE_NOT_TAKEN' && before.failure?.code !== 'FIRMWARE_NOT_TAKEN') {
    const failure: Reason = { code: 'FIRMWARE_NOT_TAKEN', data: { version: device.firmware ?? '', target: target?.version ?? '' }, at: now }
    next = { ...next, staging: { ...next.staging, failure } }
    effects.push(note(now, device.mac, 'firmware.not-taken', `Came back with ${device.firmware}, not ${target?.version}`, 'error'))
  }
  if (before.firmware !== 'right' && next.staging.firmware === 'right' && next.staging.upgradedAt !== null && before.upgradedAt === null) {
    effects.push(note(now, device.mac, 'firmware.upgraded', `Upgraded to ${device.firmware}`))
  } else if (before.firmware === 'unknown' && next.staging.firmware === 'right' && target !== null && next.staging.upgradedAt === null) {
    effects.push(note(now, device.mac, 'firmware.right', `Firmware ${device.firmware} is right already`))
  }
  return remark === next.staging.remark ? settle(device, next) : { ...next, staging: { ...next.staging, remark } }
}

/** Steps always make a new record; where nothing differs the old one stays, so that a repeated request writes nothing. */
function settle(before: Device, after: Device): Device {
  const keys = Object.keys(after.staging) as (keyof Device['staging'])[]
  return keys.every((key) => before.staging[key] === after.staging[key]) ? before : after
}

function firmwareRemark(device: Device, target: ReturnType<typeof firmwareTarget>, now: number): Reason | null {
  const current = device.staging.remark
  const isMissing = target !== null && target.image === null && target.version !== device.firmware
  if (!isMissing) return current?.code === 'FIRMWARE_IMAGE_MISSING' ? null : current
  if (current?.code === 'FIRMWARE_IMAGE_MISSING' && current.data.version === target.version) return current
  return { code: 'FIRMWARE_IMAGE_MISSING', data: { version: target.version, model: device.model ?? '' }, at: now }
}
