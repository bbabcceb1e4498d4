import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyChanges, type Change, emptyWorld, type MutableWorld } from '../../../main/core/model/world.ts'
import { editSetting } from '../../../main/core/settings/edit.ts'
import { profileOf } from '../../../main/core/settings/layers.ts'
import { patched } from '../../../main/core/settings/patched.ts'
import { placedIn } from '../../../main/core/settings/placed.ts'
import { previewEdit } from '../../../main/core/settings/preview.ts'
import { placeOf } from '../../../main/core/pack/profile-of.ts'
import { device, NOW } from '../../support/builders.ts'
import { put, smallWorld } from './small-world.ts'

const PROFILES = ['p1', 'p2']
const GROUPS = ['g1', 'g2', 'g3']
const DEPARTMENTS = ['d1', 'd2']
const LINES = ['1', '2', '3']
const MACS = ['020000000001', '020000000002', '020000000003', '020000000004']

const maybe = (names: readonly string[]) => fc.constantFrom(null, ...names)
const change: fc.Arbitrary<Change> = fc.oneof(
  fc
    .record({
      id: fc.constantFrom(...MACS),
      gone: fc.boolean(),
      group: maybe(GROUPS),
      department: maybe(DEPARTMENTS),
      profile: maybe(PROFILES),
      lines: fc.subarray(LINES),
    })
    .map(({ gone, id, ...rest }): Change => ({ entity: 'device', id, value: gone ? null : device({ mac: id, ...rest }) })),
  fc
    .record({ id: fc.constantFrom(...GROUPS), gone: fc.boolean(), profile: fc.constantFrom(...PROFILES) })
    .map(({ gone, id, profile }): Change => ({ entity: 'group', id, value: gone ? null : { id, name: id, profile } })),
  fc.record({ id: fc.constantFrom(...LINES), gone: fc.boolean(), group: fc.constantFrom(...GROUPS), department: maybe(DEPARTMENTS) }).map(
    ({ department, gone, group, id }): Change => ({
      entity: 'line',
      id,
      value: gone ? null : { number: id, group, department, displayName: id, sipUser: id, sipAuthUser: null, sipPassword: 'x' },
    }),
  ),
)

/** Who is below a place, by asking every device. */
function everyBelow(world: MutableWorld, kind: 'profile' | 'group' | 'department' | 'device', id: string): string[] {
  return [...world.device.values()]
    .filter((one) => {
      const { department, group } = placeOf(one, world)
      return { profile: profileOf(one, world)?.id, group, department, device: one.mac }[kind] === id
    })
    .map((one) => one.mac)
    .sort()
}

const PLACES = [
  ...PROFILES.map((id) => ({ kind: 'profile' as const, id })),
  ...GROUPS.map((id) => ({ kind: 'group' as const, id })),
  ...DEPARTMENTS.map((id) => ({ kind: 'department' as const, id })),
  ...MACS.map((id) => ({ kind: 'device' as const, id })),
]

function everyPlace(world: MutableWorld): Record<string, string[]> {
  const placed = placedIn(world)
  return Object.fromEntries(PLACES.map(({ id, kind }) => [`${kind} ${id}`, [...placed.under({ kind, id })].sort()]))
}

describe('where the devices are', () => {
  it('is what asking every device says, after any changes, whoever made them', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), fc.nat(30), (changes, asked) => {
        const world = emptyWorld('bench')
        for (const id of PROFILES) world.profile.set(id, { id, name: id, packs: [], firmware: [] })
        changes.forEach((one, i) => {
          if (i === asked) placedIn(world) // from here on it is kept up to date
          if (i % 2 === 0) applyChanges(world, [one])
          else if (one.value === null) world[one.entity].delete(one.id)
          else (world[one.entity] as Map<string, unknown>).set(one.id, one.value)
        })
        expect(everyPlace(world)).toEqual(Object.fromEntries(PLACES.map(({ id, kind }) => [`${kind} ${id}`, everyBelow(world, kind, id)])))
        for (const number of LINES) {
          const on = [...world.device.values()].filter((one) => one.lines.includes(number)).map((one) => one.mac)
          expect([...placedIn(world).onLine(number)].sort()).toEqual(on.sort())
        }
      }),
    )
  })

  it('of copies of a world is their own', () => {
    const world = emptyWorld('bench')
    world.device.set('a', device({ mac: 'a', group: 'g1' }))
    expect([...placedIn(world).under({ kind: 'group', id: 'g1' })]).toEqual(['a'])
    const copy = { ...world, device: new Map(world.device) }
    copy.device.set('b', device({ mac: 'b', group: 'g1' }))
    expect([...placedIn(copy).under({ kind: 'group', id: 'g1' })]).toEqual(['a', 'b'])
    world.device.clear()
    expect([...placedIn(world).under({ kind: 'group', id: 'g1' })]).toEqual([])
  })
})

describe('the cost of an edit', () => {
  it('grows with the phones it touches: no other phone is even looked at', () => {
    const world = smallWorld()
    for (let i = 0; i < 300; i++) put(world, { lines: [i < 5 ? '20' : '10'] })
    placedIn(world)
    const asked = new Set<string>()
    const get = world.device.get.bind(world.device)
    world.device.get = (mac) => {
      asked.add(mac)
      return get(mac)
    }
    for (const walk of ['values', 'keys', 'entries', 'forEach'] as const)
      world.device[walk] = () => {
        throw new Error('every phone is asked')
      }
    const edit = { do: 'set', layer: { kind: 'group', id: 'south' }, key: 'sip.registrar.host', value: 'new.example' } as const
    const [done, seen] = [editSetting(edit, world, NOW), previewEdit(edit, world, NOW)]
    expect([done.ok && done.value.affected.length, seen.ok && seen.value.affected, asked.size]).toEqual([5, 5, 5])
  })
})

describe('a world with changes laid over', () => {
  it('reads as if they had been applied', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.array(change, { maxLength: 12 }), (first, later) => {
        const [world, applied] = [emptyWorld('bench'), emptyWorld('bench')]
        applyChanges(world, first)
        applyChanges(applied, [...first, ...later])
        const seen = patched(world, later)
        for (const entity of ['device', 'group', 'line'] as const) {
          const byId = <T>(entries: Iterable<readonly [string, T]>) => [...entries].sort(([a], [b]) => (a < b ? -1 : 1))
          expect(byId<unknown>(seen[entity])).toEqual(byId<unknown>(applied[entity]))
          expect(seen[entity].size).toBe(applied[entity].size)
          expect([...seen[entity].keys()].sort()).toEqual([...applied[entity].keys()].sort())
          for (const id of [...MACS, ...GROUPS, ...LINES]) expect(seen[entity].has(id)).toBe(applied[entity].has(id))
        }
      }),
    )
  })
})
