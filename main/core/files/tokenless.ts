import { type Decision, note } from '../model/decision.ts'
import type { Device, Reason } from '../model/device.ts'
import type { Delivery } from '../model/files.ts'
import type { Pack, PackFile, Stage } from '../model/pack.ts'
import type { Change, World } from '../model/world.ts'
import { profileOf } from '../pack/profile-of.ts'
import { firmwareTarget } from '../pack/target.ts'
import { sameVersion } from '../pack/version.ts'
import { layersOf } from '../settings/layers.ts'
import { resolveSettings } from '../settings/resolve.ts'
import { isImageMissing } from '../staging/firmware-reasons.ts'
import { stepDevice } from '../staging/step.ts'
import { productionUrl } from './departure.ts'

/**
 * Families that can take no token (product.md, "First contact" 10): firmware first, then the settings of the customer's site, nothing secret among them unless the persistent
 * profile allows tokenless in so many words. They end as "firmware only", never as ready.
 */
export function tokenlessStage(
  device: Device,
  pack: Pack,
  file: PackFile,
  world: World,
): { stage: Stage; why: string | null; withoutSecrets: boolean } {
  const why = openEnd(device, pack, file, world)
  const withoutSecrets = !mayGoWithoutToken(device, pack, world)
  if (!file.secret) return { stage: 'full', why, withoutSecrets }
  return { stage: why === null ? 'departure' : 'first', why, withoutSecrets }
}

/** What is still to come before its last configuration; null when nothing is. */
function openEnd(device: Device, pack: Pack, file: PackFile, world: World): string | null {
  if (device.staging.firmware !== 'right' && firmwareTarget(device, world) !== null) return 'its firmware comes first'
  const fetched = new Set([...device.staging.fetched, file.id])
  const lacking = pack.staging.expect.filter((id) => !fetched.has(id))
  if (lacking.length > 0) return `not fetched since the last start: ${lacking.join(', ')}`
  const hasUrl = pack.settings.some((setting) => setting.key === 'provisioning.url')
  return hasUrl && productionUrl(device, pack, world) === null ? 'no production URL' : null
}

/**
 * A phone that never states its version cannot be told to run the right one: what is said for it once it took the image and came back, or while the image is
 * missing. Else the remark stays.
 */
export function unstatedRemark(device: Device, world: World, now: number): Reason | null {
  const current = device.staging.remark
  const goal = device.firmware === null ? firmwareTarget(device, world) : null
  if (goal === null) return current
  const { imageDeliveredAt, imageVersion, startedAt } = device.staging
  const isBack =
    imageDeliveredAt !== null && startedAt !== null && startedAt > imageDeliveredAt && sameVersion(imageVersion ?? '', goal.final)
  const model = device.model ?? device.expectedModel ?? ''
  const reason = isBack
    ? { code: 'FIRMWARE_UNSTATED' as const, data: { version: goal.final, profile: profileOf(device, world)?.name ?? '' } }
    : goal.step !== null && goal.image === null
      ? { code: 'FIRMWARE_IMAGE_MISSING' as const, data: { version: goal.step, model } }
      : null
  if (reason === null) return current?.code === 'FIRMWARE_UNSTATED' || isImageMissing(current) ? null : current
  return current?.code === reason.code && current.data.version === reason.data.version ? current : { ...reason, at: now }
}

function mayGoWithoutToken(device: Device, pack: Pack, world: World): boolean {
  const wanted = pack.settings.filter((setting) => setting.key === 'provisioning.tokenless')
  const resolved = resolveSettings(wanted, layersOf(device, world), { pack: pack.id, model: device.model ?? device.expectedModel })
  return resolved.get('provisioning.tokenless')?.value === true
}

/** The last byte was taken: with the right firmware, that is the end of the road for this family. */
export function tokenlessDelivered(device: Device, pack: Pack, delivery: Delivery, world: World, now: number): Decision<null> {
  const file = pack.files.find((one) => one.id === delivery.fileId)
  const isLast = file !== undefined && delivery.stage !== 'first' && openEnd(device, pack, file, world) === null
  if (!isLast || device.staging.finishedAt != null) return { reply: null, changes: [], effects: [] }
  const value = stepDevice(device, { type: 'finished' }, now)
  const changes: Change[] = [{ entity: 'device', id: device.mac, value }]
  return {
    reply: null,
    changes,
    effects: [note(now, device.mac, 'phone.finished', 'Firmware only: this family takes no token, nothing is left to do')],
  }
}
