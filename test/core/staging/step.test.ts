import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NEW_STAGING, type Staging } from '../../../main/core/model/device.ts'
import { stepStaging, type StagingEvent } from '../../../main/core/staging/step.ts'
import { shownState } from '../../../main/core/staging/view.ts'
import { device, NOW } from '../../support/builders.ts'

const EVENTS: StagingEvent[] = [
  { type: 'started' },
  { type: 'identified' },
  { type: 'versionSeen', right: true },
  { type: 'versionSeen', right: false },
  { type: 'versionSeen', right: false, version: '7.5.2b', step: true },
  { type: 'targetChanged' },
  { type: 'imageStarted' },
  { type: 'imageEnded', whole: true, returnSeconds: 900 },
  { type: 'imageEnded', whole: false, returnSeconds: 900 },
  { type: 'tokenIssued' },
  { type: 'firstDelivered', returnSeconds: 180 },
  { type: 'firstDelivered', returnSeconds: null },
  { type: 'challenged' },
  { type: 'tokenShown' },
  { type: 'tokenRevoked' },
  { type: 'fullDelivered' },
  { type: 'departureDelivered' },
  { type: 'readyReached' },
  { type: 'finished' },
  { type: 'fetched', file: 'device' },
  { type: 'timedOut' },
  { type: 'readmitted' },
]

/** The happy way of a family that is upgraded, in order, with the state that the tile shows after each step. */
const WAY: [StagingEvent, string][] = [
  [{ type: 'started' }, 'online'],
  [{ type: 'identified' }, 'identified'],
  [{ type: 'versionSeen', right: false }, 'identified'],
  [{ type: 'tokenIssued' }, 'identified'],
  [{ type: 'firstDelivered', returnSeconds: 180 }, 'configured'],
  [{ type: 'imageStarted' }, 'upgrading'],
  [{ type: 'imageEnded', whole: true, returnSeconds: 900 }, 'upgrading'],
  [{ type: 'started' }, 'configured'],
  [{ type: 'versionSeen', right: true }, 'upgraded'],
  [{ type: 'tokenShown' }, 'proven'],
  [{ type: 'fullDelivered' }, 'proven'],
  [{ type: 'departureDelivered' }, 'proven'],
  [{ type: 'readyReached' }, 'ready'],
]

function walk(events: readonly StagingEvent[], from: Staging = NEW_STAGING): Staging {
  return events.reduce((staging, event, i) => stepStaging(staging, event, NOW + i * 1000), from)
}

const shown = (staging: Staging) => shownState(device({ address: '10.66.0.20', staging }))

describe('the way of a phone', () => {
  test('each step shows its state', () => {
    const events = WAY.map(([event]) => event)
    expect(WAY.map((_, i) => shown(walk(events.slice(0, i + 1))))).toEqual(WAY.map(([, state]) => state))
  })
  test("synced is ready plus the central store's acknowledgement", () => {
    const ready = walk(WAY.map(([event]) => event))
    expect(shown({ ...ready, syncedAt: NOW })).toBe('synced')
  })
  test('a phone that took the whole image and comes back with another version failed', () => {
    const back = walk([...WAY.slice(0, 8).map(([event]) => event), { type: 'versionSeen', right: false }])
    expect(back.failure?.code).toBe('FIRMWARE_NOT_TAKEN')
    expect(shown(back)).toBe('failed')
    expect(stepStaging(back, { type: 'versionSeen', right: true }, NOW + 99_000).failure).toBeNull()
  })
  test('a deadline fails the phone only when it has passed, and its return mends it', () => {
    const waiting = walk(WAY.slice(0, 5).map(([event]) => event))
    const due = waiting.dueAt ?? 0
    expect(stepStaging(waiting, { type: 'timedOut' }, due - 1)).toBe(waiting)
    const late = stepStaging(waiting, { type: 'timedOut' }, due)
    expect(late.failure?.code).toBe('STAGING_NOT_BACK')
    expect(stepStaging(late, { type: 'started' }, due + 1).failure).toBeNull()
  })
  test('proven before a new start does not count as after it', () => {
    const polled = walk([
      { type: 'started' },
      { type: 'tokenIssued' },
      { type: 'firstDelivered', returnSeconds: null },
      { type: 'tokenShown' },
    ])
    expect(polled).toMatchObject({ token: 'proven', provenAfterStartAt: null })
    const restarted = walk([{ type: 'started' }, { type: 'tokenShown' }], { ...polled, startedAt: NOW })
    expect(restarted.provenAfterStartAt).toBeNull() // the new start above is dated before the delivery: it does not count
    expect(stepStaging({ ...polled, startedAt: NOW + 60_000 }, { type: 'tokenShown' }, NOW + 61_000).provenAfterStartAt).toBe(NOW + 61_000)
  })
})

describe('every event on every reachable record', () => {
  const anyWay = fc.array(fc.constantFrom(...EVENTS), { maxLength: 40 })
  test('never throws, never shows an unknown state, keeps the record whole', () => {
    const keys = Object.keys(NEW_STAGING).sort()
    fc.assert(
      fc.property(anyWay, (events) => {
        const end = walk(events)
        expect(Object.keys(end).sort()).toEqual(keys)
        expect(shown(end)).toMatch(/^(expected|online|identified|configured|upgrading|upgraded|proven|ready|synced|held|failed)$/)
      }),
    )
  })
  test('the token is never proven without having been issued and shown', () => {
    fc.assert(
      fc.property(anyWay, (events) => {
        const end = walk(events)
        const types = events.map((event) => event.type)
        return end.token !== 'proven' || (types.includes('tokenIssued') && types.lastIndexOf('tokenShown') > types.indexOf('tokenIssued'))
      }),
    )
  })
  test('a phone that states a wrong version is not ready, unless it has left the bench', () => {
    fc.assert(
      fc.property(anyWay, (events) => {
        const end = stepStaging(walk(events), { type: 'versionSeen', right: false, version: '1' }, NOW)
        return end.firmware === 'loading' || end.syncedAt !== null || (end.readyAt === null && shown(end) !== 'ready')
      }),
    )
  })
  test('no two failures without a delivery between them: an image is given up once for each time it was handed out', () => {
    fc.assert(
      fc.property(anyWay, (events) => {
        let staging = NEW_STAGING
        let handedOut = 0
        let givenUp = 0
        for (const [i, event] of events.entries()) {
          const next = stepStaging(staging, event, NOW + i * 1000)
          if (next.imageDeliveredAt !== null && next.imageDeliveredAt !== staging.imageDeliveredAt) handedOut += 1
          if (next.failure?.code === 'FIRMWARE_NOT_TAKEN' && next.failure !== staging.failure) givenUp += 1
          staging = next
        }
        return givenUp <= handedOut
      }),
    )
  })
  test('a fresh token or a re-admission always takes ready away', () => {
    fc.assert(
      fc.property(
        anyWay,
        fc.constantFrom<StagingEvent>({ type: 'tokenIssued' }, { type: 'readmitted' }, { type: 'tokenRevoked' }),
        (events, event) => {
          const end = stepStaging(walk(events), event, NOW)
          return end.readyAt === null && end.syncedAt === null
        },
      ),
    )
  })
})
