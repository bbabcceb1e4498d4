import type { Device, Staging } from '../model/device.ts'
import { type FirmwareEvent, stepFirmware } from './firmware-track.ts'
import { stepToken } from './token-track.ts'

/** What happened to a device, in the past tense; the instant comes beside it. */
export type StagingEvent =
  | { type: 'started' }
  | { type: 'identified' }
  /** `version`: what the phone stated; `step`: it is the one of the step just handed out, not of the target. */
  | { type: 'versionSeen'; right: boolean; version?: string | null; step?: boolean }
  | { type: 'targetChanged' }
  | { type: 'imageStarted' }
  | { type: 'imageEnded'; whole: boolean; returnSeconds: number; version?: string | null }
  | { type: 'tokenIssued' }
  | { type: 'firstDelivered'; returnSeconds: number | null }
  | { type: 'challenged' }
  | { type: 'tokenShown' }
  | { type: 'tokenRevoked' }
  | { type: 'fullDelivered' }
  | { type: 'departureDelivered' }
  | { type: 'readyReached' }
  | { type: 'finished' }
  | { type: 'fetched'; file: string }
  | { type: 'timedOut' }
  | { type: 'readmitted' }

/** Pure step of the whole staging record: both tracks and the instants that the shown state and "ready" are derived from. */
export function stepStaging(staging: Staging, event: StagingEvent, now: number): Staging {
  switch (event.type) {
    case 'started':
      return { ...withFirmware(staging, 'started'), startedAt: now, fetched: [], dueAt: null, dueFor: null, failure: clearNotBack(staging) }
    case 'identified':
      return { ...staging, identifiedAt: staging.identifiedAt ?? now }
    case 'versionSeen':
      return event.right
        ? versionRight(staging, now)
        : event.step === true
          ? stepReached(staging)
          : versionWrong(staging, event.version ?? null, now)
    case 'targetChanged':
      return {
        ...withFirmware(staging, 'targetChanged'),
        readyAt: null,
        finishedAt: null,
        upgradedAt: null,
        imageDeliveredAt: null,
        routeFrom: null,
        remark: withoutEnd(staging),
      }
    case 'imageStarted':
      return { ...withFirmware(staging, 'imageStarted'), dueAt: null, dueFor: null }
    case 'imageEnded':
      return imageEnded(staging, event, now)
    case 'tokenIssued':
      return tokenIssued(staging)
    case 'firstDelivered':
      return { ...staging, firstDeliveredAt: now, challengedAt: null, ...due(event.returnSeconds, 'return', now) }
    case 'challenged':
      return { ...staging, challengedAt: staging.challengedAt ?? now }
    case 'tokenShown':
      return tokenShown(staging, now)
    case 'tokenRevoked':
      return { ...staging, token: stepToken(staging.token, 'revoked'), readyAt: null, syncedAt: null }
    case 'fullDelivered':
      return { ...staging, fullDeliveredAt: staging.fullDeliveredAt ?? now }
    case 'departureDelivered':
      return { ...staging, departureDeliveredAt: staging.departureDeliveredAt ?? now }
    case 'readyReached':
      return { ...staging, readyAt: staging.readyAt ?? now, dueAt: null, dueFor: null, failure: null }
    case 'finished':
      return {
        ...staging,
        finishedAt: staging.finishedAt ?? now,
        dueAt: null,
        dueFor: null,
        failure: null,
        remark: { code: 'FIRMWARE_ONLY', data: {}, at: now },
      }
    case 'fetched':
      return staging.fetched.includes(event.file) ? staging : { ...staging, fetched: [...staging.fetched, event.file] }
    case 'timedOut':
      return timedOut(staging, now)
    case 'readmitted':
      return {
        ...staging,
        readyAt: null,
        finishedAt: null,
        syncedAt: null,
        departureDeliveredAt: null,
        fullDeliveredAt: null,
        challengedAt: null,
        remark: withoutEnd(staging),
        hold: null,
        failure: null,
      }
  }
}

/** The same for a device record. */
export function stepDevice(device: Device, event: StagingEvent, now: number): Device {
  const staging = stepStaging(device.staging, event, now)
  return staging === device.staging ? device : { ...device, staging, updatedAt: now }
}

function withFirmware(staging: Staging, event: FirmwareEvent): Staging {
  return { ...staging, firmware: stepFirmware(staging.firmware, event) }
}

function versionRight(staging: Staging, now: number): Staging {
  const notTaken = staging.failure?.code === 'FIRMWARE_NOT_TAKEN'
  // A step was taken, or the image at last after it had been given up: that is an upgrade too.
  const wasLoaded = staging.imageDeliveredAt !== null || notTaken
  const upgradedAt = wasLoaded ? (staging.upgradedAt ?? now) : staging.upgradedAt
  return { ...withFirmware(staging, 'versionRight'), upgradedAt, failure: notTaken ? null : staging.failure, routeFrom: null }
}

/** One step of several is behind it; the next image is another delivery. */
function stepReached(staging: Staging): Staging {
  const failure = staging.failure?.code === 'FIRMWARE_NOT_TAKEN' ? null : clearNotBack(staging)
  const isFirmwareDue = staging.dueFor === 'firmware'
  return {
    ...withFirmware(staging, 'stepReached'),
    imageDeliveredAt: null,
    failure,
    dueAt: isFirmwareDue ? null : staging.dueAt,
    dueFor: isFirmwareDue ? null : staging.dueFor,
  }
}

function versionWrong(staging: Staging, version: string | null, now: number): Staging {
  const seen = { ...withFirmware(staging, 'versionWrong'), routeFrom: staging.routeFrom ?? version }
  // Never ready beside a wrong version. What the central store acknowledged has left the bench, and is its affair.
  const next = seen.firmware === 'wrong' && staging.syncedAt === null ? notReady(seen) : seen
  // It took the whole image, started anew, and still runs another version: the upgrade failed. The target's name is filled in by the caller.
  const cameBack = staging.imageDeliveredAt !== null && staging.startedAt !== null && staging.startedAt > staging.imageDeliveredAt
  if (!cameBack || next.firmware !== 'wrong') return next
  // This delivery is judged: after a new start the image is offered once more, and only that counts then.
  return { ...next, imageDeliveredAt: null, failure: { code: 'FIRMWARE_NOT_TAKEN', data: {}, at: now } }
}

function notReady(staging: Staging): Staging {
  return { ...staging, readyAt: null, finishedAt: null, departureDeliveredAt: null, remark: withoutEnd(staging) }
}

function imageEnded(staging: Staging, event: { whole: boolean; returnSeconds: number; version?: string | null }, now: number): Staging {
  if (!event.whole) return withFirmware(staging, 'imageAborted')
  const next = withFirmware(staging, 'imageDelivered')
  if (next.firmware !== 'loading') return next
  return { ...next, imageDeliveredAt: now, imageVersion: event.version ?? null, ...due(event.returnSeconds, 'firmware', now) }
}

function tokenIssued(staging: Staging): Staging {
  return {
    ...staging,
    token: stepToken(staging.token, 'issued'),
    firstDeliveredAt: null,
    challengedAt: null,
    provenAt: null,
    provenAfterStartAt: null,
    fullDeliveredAt: null,
    departureDeliveredAt: null,
    readyAt: null,
    syncedAt: null,
  }
}

function tokenShown(staging: Staging, now: number): Staging {
  // A phone that knows its token did get the first stage, even when its last byte was never acknowledged: from here on a new start counts.
  const firstDeliveredAt = staging.firstDeliveredAt ?? now
  const afterStart = staging.startedAt !== null && staging.startedAt > firstDeliveredAt
  return {
    ...staging,
    token: stepToken(staging.token, 'shown'),
    firstDeliveredAt,
    challengedAt: null,
    provenAt: staging.provenAt ?? now,
    provenAfterStartAt: staging.provenAfterStartAt ?? (afterStart ? now : null),
    dueAt: staging.dueFor === 'return' ? null : staging.dueAt,
    dueFor: staging.dueFor === 'return' ? null : staging.dueFor,
    failure: clearNotBack(staging),
  }
}

function timedOut(staging: Staging, now: number): Staging {
  if (staging.dueAt === null || staging.dueAt > now) return staging
  const minutes = String(Math.max(1, Math.round((now - (staging.imageDeliveredAt ?? staging.firstDeliveredAt ?? now)) / 60_000)))
  return { ...staging, dueAt: null, dueFor: null, failure: { code: 'STAGING_NOT_BACK', data: { minutes }, at: now } }
}

function due(seconds: number | null, dueFor: 'return' | 'firmware', now: number): Pick<Staging, 'dueAt' | 'dueFor'> {
  return seconds === null ? { dueAt: null, dueFor: null } : { dueAt: now + seconds * 1000, dueFor }
}

/** What was its end is no more. */
function withoutEnd(staging: Staging): Staging['remark'] {
  return staging.remark?.code === 'FIRMWARE_ONLY' || staging.remark?.code === 'FIRMWARE_UNSTATED' ? null : staging.remark
}

function clearNotBack(staging: Staging): Staging['failure'] {
  return staging.failure?.code === 'STAGING_NOT_BACK' ? null : staging.failure
}
