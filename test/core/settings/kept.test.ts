import { describe, expect, it } from 'vitest'
import { applyChanges, type MutableWorld } from '../../../main/core/model/world.ts'
import { layersOf } from '../../../main/core/settings/layers.ts'
import { addDevice } from '../../../main/core/staging/commands.ts'
import { importRows } from '../../../main/core/staging/import-rows.ts'
import { removeDevice, updateDevice } from '../../../main/core/staging/update.ts'
import { NOW } from '../../support/builders.ts'
import { put, setLayer, smallWorld } from './small-world.ts'

const NEXT = '0200000000aa'
const AFTER = '0200000000bb'

function run<T extends { changes: readonly Parameters<typeof applyChanges>[1][number][] }>(world: MutableWorld, decision: T): T {
  applyChanges(world, decision.changes)
  return decision
}

const add = (world: MutableWorld, mac: string, over: object = {}) =>
  run(world, addDevice({ mac, model: 'VP-400', line: '10', ...over }, 'test', world, NOW))
const remove = (world: MutableWorld, mac: string) => run(world, removeDevice({ mac }, 'test', world, NOW))
const ownValues = (world: MutableWorld, mac: string) => world.layer.get(`device:${mac}`)?.values ?? []

describe('settings of a removed phone', () => {
  it('wait under its line and come back with the next phone there, further lines and profile too', () => {
    const world = smallWorld()
    const old = put(world, { lines: ['10', '11'], profile: 'lab' })
    setLayer(world, 'device', old.mac, { 'keys.1.label': 'Home', 'admin.password': 'own' })
    remove(world, old.mac)
    expect(world.layer.size).toBe(0)
    expect(world.kept.get('10')?.phones).toHaveLength(1)

    add(world, NEXT)
    expect(ownValues(world, NEXT)).toEqual([
      { key: 'keys.1.label', value: 'Home' },
      { key: 'admin.password', value: 'own' },
    ])
    expect(world.device.get(NEXT)).toMatchObject({ lines: ['10', '11'], profile: 'lab' })
    expect(world.kept.size).toBe(0)
    expect(layersOf(world.device.get(NEXT) as never, world)).toHaveLength(1)
  })

  it('go to one phone only, even within one import', () => {
    const world = smallWorld()
    const old = put(world)
    setLayer(world, 'device', old.mac, { 'keys.1.label': 'Home' })
    remove(world, old.mac)
    const row = (mac: string, line: number) => ({ row: line, fields: { mac, model: 'VP-400', line: '10' } })
    run(world, importRows({ rows: [row(NEXT, 2), row(AFTER, 3)] }, 'test', world, NOW))
    expect([ownValues(world, NEXT).length, ownValues(world, AFTER).length]).toEqual([1, 0])
  })

  it('of several phones: its own before the same model before the newest', () => {
    const world = smallWorld()
    const [first, second] = [put(world, { model: 'VP-200' }), put(world)]
    for (const one of [first, second]) {
      setLayer(world, 'device', one.mac, { 'keys.1.label': String(one.model) })
      remove(world, one.mac)
    }
    add(world, first.mac) // its own, whatever the model
    add(world, NEXT)
    expect(ownValues(world, first.mac)[0]?.value).toBe('VP-200')
    expect(ownValues(world, NEXT)[0]?.value).toBe('VP-400')
  })

  it('come with a change of the line too, and never over settings the phone has', () => {
    const world = smallWorld()
    const [old, other, own] = [put(world), put(world, { lines: ['12'] }), put(world, { lines: ['13'] })]
    setLayer(world, 'device', old.mac, { 'keys.1.label': 'Home' })
    setLayer(world, 'device', own.mac, { 'keys.1.label': 'Mine' })
    remove(world, old.mac)
    run(world, updateDevice({ mac: own.mac, line: '10' }, 'test', world, NOW))
    expect(ownValues(world, own.mac)[0]?.value).toBe('Mine')
    run(world, updateDevice({ mac: other.mac, line: '10' }, 'test', world, NOW))
    expect(ownValues(world, other.mac)[0]?.value).toBe('Home')
  })

  it('of a phone without a line stay under its MAC', () => {
    const world = smallWorld()
    const old = put(world, { lines: [], group: 'north' })
    setLayer(world, 'device', old.mac, { 'keys.1.label': 'Home' })
    remove(world, old.mac)
    expect([world.kept.size, ownValues(world, old.mac).length]).toEqual([0, 1])
  })

  it('are kept for a bounded number of phones', () => {
    const world = smallWorld()
    for (let i = 0; i < 12; i++) {
      const one = put(world)
      setLayer(world, 'device', one.mac, { 'keys.1.label': String(i) })
      remove(world, one.mac)
    }
    expect(world.kept.get('10')?.phones.map((phone) => phone.values[0]?.value)).toEqual(['11', '10', '9', '8', '7', '6', '5', '4'])
  })
})
