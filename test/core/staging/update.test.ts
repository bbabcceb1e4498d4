import { beforeEach, describe, expect, test } from 'vitest'
import { applyChanges, type MutableWorld, tokensOf } from '../../../main/core/model/world.ts'
import { type DeviceEdit, removeDevice, updateDevice } from '../../../main/core/staging/update.ts'
import { bytes, BASIC_RULES, MAC, NOW } from '../../support/builders.ts'
import { issueToken, proveToken } from '../../../main/core/access/token.ts'
import { bundledPacks, packWorld } from '../../support/pack-world.ts'

const packs = await bundledPacks()
let world: MutableWorld
beforeEach(() => {
  world = packWorld(packs, {}, [{ number: '4200', displayName: 'Reception', sipUser: '4200', sipPassword: 'x' }]).world
})

function update(edit: Omit<DeviceEdit, 'mac'>, mac: string = MAC) {
  const { changes, effects, reply } = updateDevice({ mac, ...edit }, 'anna', world, NOW)
  applyChanges(world, changes)
  return { code: reply.ok ? null : reply.refusal.code, device: world.device.get(MAC), changes, effects }
}

function hold(expected: string, model: string): void {
  const device = world.device.get(MAC)
  if (device === undefined) throw new Error('no device')
  const staging = { ...device.staging, hold: { code: 'DEVICE_WRONG_MODEL' as const, data: { expected, model }, at: NOW } }
  world.device.set(MAC, { ...device, expectedModel: expected, staging })
}

describe('the model of a listed phone', () => {
  test('may be ordered, changed and cleared while nobody knows what it is', () => {
    expect(update({ model: 't46s' }).device).toMatchObject({ expectedModel: 'T46S', pack: 'yealink/t4x-t5x' })
    expect(update({ model: 'VVX 411' }).device).toMatchObject({ expectedModel: 'VVX 411', pack: 'poly/vvx' })
    expect(update({ model: null }).device).toMatchObject({ expectedModel: null, pack: null })
  })

  test('once identified it stays, until the phone is held for being a wrong one', () => {
    const device = world.device.get(MAC)
    if (device !== undefined) world.device.set(MAC, { ...device, model: 'T46S', pack: 'yealink/t4x-t5x' })
    expect(update({ model: 'T48S' }).code).toBe('DEVICE_IDENTIFIED')
    hold('T48S', 'T46S')
    expect(update({ model: 'T46S' }).device).toMatchObject({ expectedModel: 'T46S', staging: { hold: null } })
  })

  test.each([[null], ['']])('held for a wrong model, %j lets the endpoint pack identify it', (model) => {
    hold('T48S', 'T46S')
    expect(update({ model }).device).toMatchObject({ expectedModel: null, staging: { hold: null } })
  })

  test('another wrong one keeps it held', () => {
    hold('T48S', 'T46S')
    expect(update({ model: 'T42S' }).device?.staging.hold).toMatchObject({
      code: 'DEVICE_WRONG_MODEL',
      data: { expected: 'T42S', model: 'T46S' },
    })
  })
})

describe('its place', () => {
  test('a line brings its business group; what is left out stays; null clears', () => {
    expect(update({ line: null, group: null }).device).toMatchObject({ lines: [], group: null, department: null })
    expect(update({ line: '4200' }).device).toMatchObject({ lines: ['4200'], group: 'g', department: null })
    expect(update({ profile: 'p', order: 'A-1' }).device).toMatchObject({ lines: ['4200'], profile: 'p', order: 'A-1' })
    expect(update({ profile: null }).device).toMatchObject({ profile: null, order: 'A-1' })
  })

  test.each([
    [{ line: '9' }, 'LINE_UNKNOWN'],
    [{ group: 'x' }, 'GROUP_UNKNOWN'],
    [{ department: 'x' }, 'DEPARTMENT_UNKNOWN'],
    [{ profile: 'x' }, 'PROFILE_UNKNOWN'],
    [{ model: 'X' }, 'DEVICE_MODEL_UNKNOWN'],
  ])('%j is refused and changes nothing', (edit, code) => {
    const { changes, code: said } = update(edit)
    expect([said, changes]).toEqual([code, []])
  })

  test('audited and told in the timeline, once and only when something changed', () => {
    const { changes, effects } = update({ order: 'B-2' })
    expect(changes.map((change) => change.entity)).toEqual(['device', 'audit'])
    expect(changes[1]?.value).toMatchObject({ actor: 'anna', action: 'devices.update', target: MAC, detail: 'order none → B-2' })
    expect(effects).toHaveLength(1)
    expect(update({ order: 'B-2' }).changes).toEqual([])
  })

  test('nobody, and a phone that nobody listed', () => {
    expect(update({ order: 'x' }, '805ec0999999').code).toBe('DEVICE_UNKNOWN')
  })
})

describe('taken off the list', () => {
  test('a token it was only offered dies, a proven one lives on', () => {
    const pending = issueToken(MAC, BASIC_RULES, bytes(1), NOW)
    const proven = issueToken(MAC, BASIC_RULES, bytes(2), NOW)
    world.token.set(MAC, { mac: MAC, tokens: [pending, ...proveToken([proven], proven, NOW, false)] })
    const { changes, reply } = removeDevice({ mac: MAC, reason: 'not ours' }, 'anna', world, NOW)
    applyChanges(world, changes)
    expect([reply.ok, world.device.has(MAC)]).toEqual([true, false])
    expect(tokensOf(world, MAC).map((token) => [token.state, token.secret])).toEqual([
      ['revoked', null],
      ['proven', null],
    ])
    expect([...world.audit.values()]).toMatchObject([{ action: 'devices.remove', target: MAC, detail: 'not ours' }])
    expect(removeDevice({ mac: MAC }, 'anna', world, NOW).reply).toMatchObject({ refusal: { code: 'DEVICE_UNKNOWN' } })
  })
})
