import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FirmwareTrack, TokenTrack } from '../../../main/core/model/device.ts'
import { type FirmwareEvent, stepFirmware } from '../../../main/core/staging/firmware-track.ts'
import { stepToken, type TokenEvent } from '../../../main/core/staging/token-track.ts'

const FIRMWARE_STATES: FirmwareTrack[] = ['unknown', 'wrong', 'loading', 'right']
const FIRMWARE_EVENTS: FirmwareEvent[] = [
  'versionRight',
  'versionWrong',
  'stepReached',
  'imageStarted',
  'imageAborted',
  'imageDelivered',
  'started',
  'targetChanged',
]

// One row per (state, event) pair, written out by hand from product.md: the table under test must not be its own oracle.
const FIRMWARE_ROWS: [FirmwareTrack, FirmwareEvent, FirmwareTrack][] = [
  ['unknown', 'versionRight', 'right'],
  ['unknown', 'versionWrong', 'wrong'],
  ['unknown', 'stepReached', 'wrong'],
  ['unknown', 'imageStarted', 'loading'],
  ['unknown', 'imageAborted', 'unknown'],
  ['unknown', 'imageDelivered', 'loading'],
  ['unknown', 'started', 'unknown'],
  ['unknown', 'targetChanged', 'unknown'],
  ['wrong', 'versionRight', 'right'],
  ['wrong', 'versionWrong', 'wrong'],
  ['wrong', 'stepReached', 'wrong'],
  ['wrong', 'imageStarted', 'loading'],
  ['wrong', 'imageAborted', 'wrong'],
  ['wrong', 'imageDelivered', 'loading'],
  ['wrong', 'started', 'wrong'],
  ['wrong', 'targetChanged', 'unknown'],
  ['loading', 'versionRight', 'right'],
  ['loading', 'versionWrong', 'loading'],
  ['loading', 'stepReached', 'wrong'],
  ['loading', 'imageStarted', 'loading'],
  ['loading', 'imageAborted', 'unknown'],
  ['loading', 'imageDelivered', 'loading'],
  ['loading', 'started', 'unknown'],
  ['loading', 'targetChanged', 'unknown'],
  ['right', 'versionRight', 'right'],
  ['right', 'versionWrong', 'wrong'],
  ['right', 'stepReached', 'wrong'],
  ['right', 'imageStarted', 'right'],
  ['right', 'imageAborted', 'right'],
  ['right', 'imageDelivered', 'right'],
  ['right', 'started', 'right'],
  ['right', 'targetChanged', 'unknown'],
]

const TOKEN_STATES: TokenTrack[] = ['none', 'pending', 'proven', 'revoked']
const TOKEN_EVENTS: TokenEvent[] = ['issued', 'shown', 'revoked']
const TOKEN_ROWS: [TokenTrack, TokenEvent, TokenTrack][] = [
  ['none', 'issued', 'pending'],
  ['none', 'shown', 'none'],
  ['none', 'revoked', 'none'],
  ['pending', 'issued', 'pending'],
  ['pending', 'shown', 'proven'],
  ['pending', 'revoked', 'revoked'],
  ['proven', 'issued', 'pending'],
  ['proven', 'shown', 'proven'],
  ['proven', 'revoked', 'revoked'],
  ['revoked', 'issued', 'pending'],
  ['revoked', 'shown', 'revoked'],
  ['revoked', 'revoked', 'revoked'],
]

describe('firmware track', () => {
  test('has a row for every pair', () => {
    const pairs = new Set(FIRMWARE_ROWS.map(([state, event]) => `${state} ${event}`))
    expect(pairs.size).toBe(FIRMWARE_STATES.length * FIRMWARE_EVENTS.length)
  })
  test.each(FIRMWARE_ROWS)('%s + %s → %s', (state, event, next) => {
    expect(stepFirmware(state, event)).toBe(next)
  })
  test('is right only when the phone itself stated the right version last, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...FIRMWARE_EVENTS)), (events) => {
        const end = events.reduce(stepFirmware, 'unknown' as FirmwareTrack)
        if (end !== 'right') return true
        const stated = events.filter(
          (event) => event === 'versionRight' || event === 'versionWrong' || event === 'stepReached' || event === 'targetChanged',
        )
        // an old version may still speak while the new image loads, so only a versionWrong outside of loading counts against it
        return stated.includes('versionRight') && stated.lastIndexOf('targetChanged') < stated.lastIndexOf('versionRight')
      }),
    )
  })
})

describe('token track', () => {
  test('has a row for every pair', () => {
    const pairs = new Set(TOKEN_ROWS.map(([state, event]) => `${state} ${event}`))
    expect(pairs.size).toBe(TOKEN_STATES.length * TOKEN_EVENTS.length)
  })
  test.each(TOKEN_ROWS)('%s + %s → %s', (state, event, next) => {
    expect(stepToken(state, event)).toBe(next)
  })
  test('proven is reached only by showing a token that was issued and not revoked since', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...TOKEN_EVENTS)), (events) => {
        const end = events.reduce(stepToken, 'none' as TokenTrack)
        if (end !== 'proven') return true
        const issued = events.lastIndexOf('issued')
        return issued >= 0 && events.indexOf('shown', issued) > issued && events.lastIndexOf('revoked') < issued
      }),
    )
  })
})
