import type { Device, Reason } from '../model/device.ts'
import type { Pack } from '../model/pack.ts'
import { refusal } from '../model/refusals.ts'
import type { DeviceState, DeviceView } from '../model/view.ts'
import type { World } from '../model/world.ts'
import { firmwareTarget } from '../pack/target.ts'
import { isImageMissing } from './firmware-reasons.ts'
import { packOf } from '../pack/pack-of.ts'

/** ISO 8601 UTC of an instant; the core has no clock and needs none for this. */
export function iso(at: number): string {
  return new Date(at).toISOString()
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at)
}

/** The shown state (product.md), derived from both tracks. The first line that holds decides. */
export function shownState(device: Device): DeviceState {
  const s = device.staging
  if (s.failure !== null) return 'failed'
  if (s.hold !== null) return 'held'
  if (s.readyAt !== null) return s.syncedAt !== null ? 'synced' : 'ready'
  if (s.firmware === 'loading') return 'upgrading'
  if (s.token === 'proven') return 'proven'
  if (s.finishedAt != null) return 'upgraded'
  if (s.firmware === 'right' && s.upgradedAt !== null) return 'upgraded'
  if (s.firstDeliveredAt !== null) return 'configured'
  if (s.identifiedAt !== null) return 'identified'
  return device.address !== null && s.startedAt !== null ? 'online' : 'expected'
}

/** When the shown state began, for the time on the tile. */
export function shownSince(device: Device): number | null {
  const s = device.staging
  const since: Record<DeviceState, number | null> = {
    failed: s.failure?.at ?? null,
    held: s.hold?.at ?? null,
    synced: s.syncedAt,
    ready: s.readyAt,
    upgrading: s.dueFor === 'firmware' ? s.imageDeliveredAt : device.updatedAt,
    proven: s.provenAt,
    upgraded: s.finishedAt ?? s.upgradedAt,
    configured: s.firstDeliveredAt,
    identified: s.identifiedAt,
    online: s.startedAt,
    expected: device.addedAt,
  }
  return since[shownState(device)]
}

/** Once a phone is ready, the bench's DHCP stops giving it option 66 and its like: the departure rehearsal (product.md, "First contact" 2). */
export function optionsWithheld(device: Device, pack: Pack | null): boolean {
  const s = device.staging
  if (s.readyAt !== null || s.finishedAt != null) return true
  // A token in the path is shown only by a phone that goes by its stored URL, and DHCP would beat that one. At every other start it is told its server again: perhaps it
  // never took the first stage.
  const isUntried = s.firstDeliveredAt !== null && (s.startedAt === null || s.startedAt <= s.firstDeliveredAt)
  return pack?.token.how === 'path' && (s.token === 'proven' || (s.token === 'pending' && isUntried))
}

/**
 * What the bench waits for: the phone's own return, the end of its firmware, or a hand that unplugs it and plugs it in again.
 * A hand is needed where the family is not known to come back by itself, and where the token was proven but not yet after a new start.
 */
export function waitingFor(device: Device, pack: Pack | null): 'return' | 'firmware' | 'unplug' | null {
  const s = device.staging
  if (s.hold !== null || s.readyAt !== null || s.finishedAt != null || s.firstDeliveredAt === null || pack === null) return null
  if (s.firmware === 'loading') return 'firmware'
  if (s.firmware === 'wrong' && !isImageMissing(s.remark)) return 'firmware'
  const startIsMissing = s.token === 'proven' && s.provenAfterStartAt === null
  if (startIsMissing) return pack.staging.returns === 'reboots' ? 'return' : 'unplug'
  const alreadyBack = s.startedAt !== null && s.startedAt > Math.max(s.firstDeliveredAt, s.fullDeliveredAt ?? 0)
  if (alreadyBack) return 'return'
  return pack.staging.returns === 'by-hand' ? 'unplug' : 'return'
}

function reasonView(reason: Reason | null): DeviceView['reason'] {
  if (reason === null) return null
  const { code, message, hint } = refusal(reason.code, reason.data)
  return { code, message, hint, at: iso(reason.at) }
}

/** Only while the target is not reached, and only of a phone that stated its version: there is nothing to tell of any other. */
function stepView(device: Device, world: World): DeviceView['firmwareStep'] {
  if (device.firmware === null || device.staging.firmware === 'right') return null
  const goal = firmwareTarget(device, world)
  if (goal === null || goal.isRight) return null
  return { version: goal.step, index: goal.index, count: goal.route.length, why: goal.why }
}

function seenView({ seen }: Device): DeviceView['seen'] {
  if (seen == null) return null
  const { certificate, evidence, hostName, parameterRequestList, paths, tftpOptions, userAgent, vendorClass, vendorClassHex } = seen
  return {
    vendorClass,
    vendorClassHex,
    parameterRequestList: parameterRequestList === null ? null : [...parameterRequestList],
    hostName,
    userAgent,
    paths: [...paths],
    tftpOptions: tftpOptions === null ? null : { ...tftpOptions },
    certificate,
    evidence: [...evidence],
  }
}

/** What pages and scripts see of a device. `target` is the firmware it should run, if a profile names one. */
export function viewDevice(device: Device, world: World, target: string | null): DeviceView {
  const s = device.staging
  const pack = packOf(device, world) ?? null
  const line = device.lines[0] === undefined ? null : (world.line.get(device.lines[0]) ?? null)
  const group = device.group === null ? null : (world.group.get(device.group) ?? null)
  const profile = device.profile ?? group?.profile ?? null
  const transfer = world.transfer.get(device.mac)
  return {
    mac: device.mac,
    listed: device.listed,
    serial: device.serial,
    vendor: pack?.vendor ?? null,
    family: pack?.family ?? null,
    pack: device.pack,
    packVersion: pack?.revision ?? null,
    packName: pack?.name ?? null,
    model: device.model,
    expectedModel: device.expectedModel,
    firmware: device.firmware,
    targetFirmware: target,
    state: shownState(device),
    reason: reasonView(s.failure ?? s.hold ?? s.remark),
    firmwareTrack: s.firmware,
    token: s.token,
    synced: s.syncedAt !== null,
    line: device.lines[0] ?? null,
    displayName: line?.displayName ?? null,
    group: device.group,
    groupName: group?.name ?? null,
    department: device.department,
    departmentName: device.department === null ? null : (world.department.get(device.department)?.name ?? null),
    profile,
    profileName: profile === null ? null : (world.profile.get(profile)?.name ?? null),
    order: device.order,
    slot: device.slot,
    address: device.address,
    windowStart: isoOrNull(device.windowStartAt),
    windowEnd: isoOrNull(device.windowEndAt),
    progress:
      transfer && s.firmware === 'loading'
        ? { sentBytes: transfer.sentBytes, sizeBytes: transfer.sizeBytes, startedAt: iso(transfer.startedAt) }
        : null,
    hardware: device.hardware ?? null,
    firmwareStep: stepView(device, world),
    seen: seenView(device),
    waitingFor: waitingFor(device, pack),
    dueAt: isoOrNull(s.dueAt),
    sinceAt: isoOrNull(shownSince(device)),
    lastSeenAt: isoOrNull(device.lastSeenAt),
    updatedAt: iso(device.updatedAt),
  }
}
