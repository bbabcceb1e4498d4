import { beforeEach, describe, expect, test } from 'vitest'
import type { FirmwareImage } from '../../../main/core/model/catalogue.ts'
import type { Staging } from '../../../main/core/model/device.ts'
import { applyChanges, type Change, type MutableWorld } from '../../../main/core/model/world.ts'
import { retargeted } from '../../../main/core/staging/retarget.ts'
import { device, MAC, NOW } from '../../support/builders.ts'
import { bundledPacks, packWorld } from '../../support/pack-world.ts'

const packs = await bundledPacks()
const PACK = 'yealink/t4x-t5x'
let world: MutableWorld
beforeEach(() => {
  world = packWorld(packs).world
})

function onBench(firmware: string | null, staging: Partial<Staging>): void {
  world.device.set(MAC, device({ group: 'g', pack: PACK, model: 'T46S', firmware, staging: { startedAt: NOW - 5, ...staging } }))
}

function profile(version: string | null): Change {
  const firmware = version === null ? [] : [{ pack: PACK, models: [], version }]
  return { entity: 'profile', id: 'p', value: { id: 'p', name: 'Deployment', packs: [], firmware } }
}

const image = (version: string): FirmwareImage => ({
  id: 'i',
  name: 'i.rom',
  pack: PACK,
  models: ['T46S'],
  version,
  sizeBytes: 1,
  addedAt: NOW,
})

function change(...changes: Change[]) {
  const { changes: more, effects } = retargeted(changes, world, NOW)
  applyChanges(world, [...changes, ...more])
  return { staging: world.device.get(MAC)?.staging, notes: effects.length }
}

describe('another target', () => {
  test('a ready phone with the old level is not ready any more', () => {
    applyChanges(world, [profile('66.86.0.15')])
    onBench('66.86.0.15', { firmware: 'right', readyAt: NOW - 1, upgradedAt: NOW - 3, imageDeliveredAt: NOW - 4 })
    const { notes, staging } = change(profile('66.86.0.20'))
    expect([staging?.firmware, staging?.readyAt, staging?.upgradedAt, staging?.imageDeliveredAt, notes]).toEqual([
      'wrong',
      null,
      null,
      null,
      1,
    ])
  })

  test('a phone that runs the new level already keeps what it reached', () => {
    applyChanges(world, [profile('66.86.0.15')])
    onBench('66.86.0.20', { firmware: 'wrong', failure: { code: 'FIRMWARE_NOT_TAKEN', data: {}, at: NOW } })
    expect(change(profile('66.86.0.20')).staging).toMatchObject({ firmware: 'right', failure: null })
  })

  test('no target any more: whatever it runs is right', () => {
    applyChanges(world, [profile('66.86.0.15')])
    onBench('66.85.0.5', { firmware: 'wrong' })
    expect(change(profile(null)).staging?.firmware).toBe('right')
  })

  test('a version nobody heard yet is unknown again', () => {
    applyChanges(world, [profile('66.86.0.15')])
    onBench(null, { firmware: 'loading' })
    expect(change(profile('66.86.0.20')).staging?.firmware).toBe('unknown')
  })

  test('through the business group, and through the phone itself', () => {
    applyChanges(world, [profile('66.86.0.15')])
    world.profile.set('q', { id: 'q', name: 'Lab', packs: [], firmware: [{ pack: PACK, models: [], version: '66.86.0.20' }] })
    onBench('66.86.0.15', { firmware: 'right' })
    expect(change({ entity: 'group', id: 'g', value: { id: 'g', name: 'g', profile: 'q' } }).staging?.firmware).toBe('wrong')
    const now = world.device.get(MAC)
    if (now !== undefined) expect(change({ entity: 'device', id: MAC, value: { ...now, profile: 'p' } }).staging?.firmware).toBe('right')
  })

  test('phones that have left, or never came, hear nothing', () => {
    applyChanges(world, [profile('66.86.0.15')])
    onBench('66.86.0.15', { firmware: 'right', readyAt: NOW - 2, syncedAt: NOW - 1 })
    expect(change(profile('66.86.0.20')).staging?.readyAt).toBe(NOW - 2)
    onBench('66.86.0.15', { startedAt: null })
    expect(retargeted([profile('66.86.0.30')], world, NOW)).toEqual({ changes: [], effects: [] })
  })
})

describe('the image of a target', () => {
  test('is there at last: the remark falls, the track stands', () => {
    applyChanges(world, [profile('66.86.0.20')])
    onBench('66.86.0.15', { firmware: 'wrong', remark: { code: 'FIRMWARE_IMAGE_MISSING', data: { version: '66.86.0.20' }, at: NOW } })
    const { notes, staging } = change({ entity: 'image', id: 'i', value: image('66.86.0.20') })
    expect([staging?.firmware, staging?.remark, notes]).toEqual(['wrong', null, 0])
  })

  test('is gone: a ready phone stays ready', () => {
    applyChanges(world, [profile('66.86.0.20'), { entity: 'image', id: 'i', value: image('66.86.0.20') }])
    onBench('66.86.0.20', { firmware: 'right', readyAt: NOW - 1 })
    expect(change({ entity: 'image', id: 'i', value: null }).staging?.readyAt).toBe(NOW - 1)
  })
})
