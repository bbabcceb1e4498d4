import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LayerKind } from '../../../main/core/model/catalogue.ts'
import { applyChanges, type MutableWorld } from '../../../main/core/model/world.ts'
import { editSetting, type SettingEdit } from '../../../main/core/settings/edit.ts'
import { layersOf } from '../../../main/core/settings/layers.ts'
import { resolveSettings } from '../../../main/core/settings/resolve.ts'
import { NOW } from '../../support/builders.ts'
import { ACME, put, smallWorld } from './small-world.ts'

const KEY = 'sip.registrar.host'
const KINDS: readonly LayerKind[] = ['profile', 'group', 'department', 'device']

function start() {
  const world = smallWorld()
  const phone = put(world, { lines: ['11'] })
  const ids: Record<LayerKind, string> = { profile: 'main', group: 'north', department: 'dispatch', device: phone.mac }
  return { world, phone, at: (kind: LayerKind) => ({ kind, id: ids[kind] }) }
}

function run(world: MutableWorld, edit: SettingEdit): string | null {
  const done = editSetting(edit, world, NOW)
  if (done.ok) applyChanges(world, done.value.changes)
  return done.ok ? null : done.refusal.code
}

const resolved = (world: MutableWorld, phone: ReturnType<typeof put>) =>
  resolveSettings(ACME.settings, layersOf(phone, world), { pack: ACME.id, model: phone.model }).get(KEY)

describe('locks', () => {
  it('lower layers can neither set nor clear; what they had is kept, hidden, and comes back', () => {
    const { at, phone, world } = start()
    run(world, { do: 'set', layer: at('profile'), key: KEY, value: 'profile.example' })
    run(world, { do: 'set', layer: at('device'), key: KEY, value: 'own.example' })
    run(world, { do: 'lock', layer: at('profile'), key: KEY })
    expect(resolved(world, phone)).toMatchObject({
      value: 'profile.example',
      lockedBy: 'profile',
      hidden: [{ layer: 'device', value: 'own.example' }],
    })
    for (const act of ['set', 'clear'] as const)
      for (const kind of ['group', 'department', 'device'] as const)
        expect(run(world, { do: act, layer: at(kind), key: KEY, value: 'x.example' })).toBe('SETTING_LOCKED')
    run(world, { do: 'unlock', layer: at('profile'), key: KEY })
    expect(resolved(world, phone)).toMatchObject({ value: 'own.example', lockedBy: null })
  })

  const act = fc.record({
    do: fc.constantFrom('set' as const, 'clear' as const, 'lock' as const, 'unlock' as const),
    kind: fc.constantFrom(...KINDS),
    value: fc.constantFrom('a.example', 'b.example', 'c.example'),
  })

  it('in any order, with values set in between: the phone has what the model says, and a refused edit changes nothing', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
        const { at, phone, world } = start()
        const values: Partial<Record<LayerKind, string>> = {}
        const locks = new Set<LayerKind>()
        for (const one of acts) {
          const before = new Map(world.layer)
          const isLocked = KINDS.slice(0, KINDS.indexOf(one.kind)).some((kind) => locks.has(kind))
          const refused = (one.do === 'set' || one.do === 'clear') && isLocked
          expect(run(world, { do: one.do, layer: at(one.kind), key: KEY, value: one.value })).toBe(refused ? 'SETTING_LOCKED' : null)
          if (refused) {
            expect(new Map(world.layer)).toEqual(before)
            continue
          }
          if (one.do === 'set') values[one.kind] = one.value
          else if (one.do === 'clear') delete values[one.kind]
          else if (one.do === 'lock') locks.add(one.kind)
          else locks.delete(one.kind)
        }
        // The model: from the widest down to the first lock, the last value counts.
        const first = KINDS.findIndex((kind) => locks.has(kind))
        const open = first === -1 ? KINDS : KINDS.slice(0, first + 1)
        const winner = open.findLast((kind) => values[kind] !== undefined)
        const all = KINDS.filter((kind) => values[kind] !== undefined)
        expect(resolved(world, phone)).toMatchObject({
          value: winner === undefined ? null : values[winner],
          layer: winner ?? null,
          lockedBy: first === -1 ? null : KINDS[first],
          hidden: all.filter((kind) => kind !== winner).map((kind) => ({ layer: kind, value: values[kind] })),
        })
      }),
    )
  })

  it('of two layers can be taken away in either order', () => {
    for (const order of [
      ['profile', 'group'],
      ['group', 'profile'],
    ] as const) {
      const { at, phone, world } = start()
      run(world, { do: 'set', layer: at('device'), key: KEY, value: 'own.example' })
      run(world, { do: 'lock', layer: at('profile'), key: KEY })
      run(world, { do: 'lock', layer: at('group'), key: KEY })
      expect(order.map((kind) => run(world, { do: 'unlock', layer: at(kind), key: KEY }))).toEqual([null, null])
      expect(resolved(world, phone)?.value).toBe('own.example')
    }
  })
})
