import { beforeEach, describe, expect, it } from 'vitest'
import { applyChanges, type MutableWorld } from '../../../main/core/model/world.ts'
import type { Listing } from '../../../main/core/staging/add.ts'
import { addDevice, claimDevice, scanLabel } from '../../../main/core/staging/commands.ts'
import { importRows } from '../../../main/core/staging/import-rows.ts'
import { type DeviceEdit, removeDevice, updateDevice } from '../../../main/core/staging/update.ts'
import { loadCatalogue } from '../../../main/core/settings/catalogue.ts'
import { NOW } from '../../support/builders.ts'
import { ACME, BETA, put, smallWorld } from '../settings/small-world.ts'

/** Deployment supports all, Lab only Beta; the business group south lies in Lab. */
const MAC = '020000000a01'
let world: MutableWorld

beforeEach(() => {
  world = smallWorld()
  world.profile.set('lab', { id: 'lab', name: 'Lab', packs: [BETA.id], firmware: [] })
  world.group.set('south', { id: 'south', name: 'Südwind', profile: 'lab' })
})

const REFUSED = {
  code: 'DEVICE_PACK_UNSUPPORTED',
  status: 409,
  message: 'The persistent profile Lab does not support acme/desk',
  hint: 'Add the endpoint pack to that profile, or give this phone another profile.',
}

/** The refusal with its field, and that nothing changed. */
function refusedAt(field: string | null, { changes, reply }: { changes: readonly unknown[]; reply: { ok: boolean; refusal?: unknown } }) {
  expect(reply).toMatchObject({ ok: false, refusal: { ...REFUSED, data: field === null ? {} : { field } } })
  expect(changes).toEqual([])
}

describe('a phone whose family its persistent profile does not support', () => {
  it.each<[string, Omit<Listing, 'mac'>, string]>([
    ['by its own profile', { model: 'VP-400', profile: 'lab' }, 'profile'],
    ['by its business group', { model: 'VP-400', group: 'south' }, 'group'],
    ['by its line', { model: 'VP-400', line: '20' }, 'line'],
  ])('is not added, told at the field that decides: %s', (_, listing, field) => {
    refusedAt(field, addDevice({ mac: MAC, ...listing }, 'anna', world, NOW))
  })

  it('is added where the profile supports it, lists none, or nobody knows the family yet', () => {
    expect(addDevice({ mac: MAC, model: 'VP-400', profile: 'main' }, 'anna', world, NOW).reply.ok).toBe(true)
    expect(addDevice({ mac: MAC, model: 'B1', profile: 'lab' }, 'anna', world, NOW).reply.ok).toBe(true)
    expect(addDevice({ mac: MAC, line: '20' }, 'anna', world, NOW).reply.ok).toBe(true)
  })

  it.each<[Omit<DeviceEdit, 'mac'>, string]>([
    [{ profile: 'lab' }, 'profile'],
    [{ group: 'south' }, 'group'],
    [{ line: '20' }, 'line'],
  ])('is not moved there: %j', (edit, field) => {
    put(world, { mac: MAC })
    refusedAt(field, updateDevice({ mac: MAC, ...edit }, 'anna', world, NOW))
  })

  it('is not made another model than its profile supports', () => {
    put(world, { mac: MAC, model: null, expectedModel: 'B1', pack: BETA.id, profile: 'lab' })
    refusedAt('model', updateDevice({ mac: MAC, model: 'VP-400' }, 'anna', world, NOW))
    expect(updateDevice({ mac: MAC, model: 'VP-400', profile: null }, 'anna', world, NOW).reply.ok).toBe(true)
  })

  it('that became one later (the profile was narrowed) still takes every other word', () => {
    put(world, { mac: MAC, profile: 'lab' })
    expect(updateDevice({ mac: MAC, order: 'A-1' }, 'anna', world, NOW).reply.ok).toBe(true)
    expect(updateDevice({ mac: MAC, profile: 'main' }, 'anna', world, NOW).reply.ok).toBe(true)
  })

  it('is a wrong row of a CSV, with its column; the other rows are taken', () => {
    const rows = [
      { row: 2, fields: { mac: MAC, model: 'VP-400', profile: 'lab' } },
      { row: 3, fields: { mac: '020000000a02', model: 'VP-400', line: '20' } },
      { row: 4, fields: { mac: '020000000a03', model: 'B1', line: '20' } },
    ]
    const { reply } = importRows({ rows }, 'anna', world, NOW)
    expect(reply.added).toBe(1)
    expect(reply.errors.map(({ column, refusal, row }) => [row, column, refusal.code])).toEqual([
      [2, 'profile', 'DEVICE_PACK_UNSUPPORTED'],
      [3, 'line', 'DEVICE_PACK_UNSUPPORTED'],
    ])
  })

  it('is not claimed for a line there, nor scanned back into it', () => {
    put(world, { mac: MAC, listed: false, lines: [] })
    refusedAt('line', claimDevice({ mac: MAC, line: '20' }, 'anna', world, NOW))
    expect(claimDevice({ mac: MAC, line: '10' }, 'anna', world, NOW).reply.ok).toBe(true)
    put(world, { mac: MAC, profile: 'lab', windowEndAt: null })
    expect(scanLabel({ text: MAC }, 'anna', world, NOW).reply).toMatchObject({ ok: false, refusal: REFUSED })
  })

  it('is refused of a catalogue, with its place; one that stood there already does not stop the next start', () => {
    const load = (device: string) => loadCatalogue(`catalogue: 1\ndevices:\n  - ${device}\n`, world, NOW)
    expect(load(`{ mac: ${MAC}, model: VP-400, profile: lab }`)).toMatchObject({
      ok: false,
      refusal: { message: expect.stringContaining('profile: The persistent profile Lab does not support acme/desk') },
    })
    put(world, { mac: MAC, profile: 'lab', model: null, expectedModel: 'VP-400', pack: ACME.id })
    expect(load(`{ mac: ${MAC}, model: VP-400, profile: lab }`).ok).toBe(true)
  })

  it('gets back no profile that a phone of another family left on its line', () => {
    put(world, { mac: MAC, model: 'B1', pack: BETA.id, profile: 'lab', lines: ['10'] })
    applyChanges(world, removeDevice({ mac: MAC }, 'anna', world, NOW).changes)
    const { reply } = addDevice({ mac: '020000000a09', model: 'VP-400', line: '10' }, 'anna', world, NOW)
    expect(reply).toMatchObject({ ok: true, value: { profile: null, lines: ['10'] } })
  })
})

it('every refusal of a listing names its field, for the page to say it there', () => {
  const fieldOf = (listing: Omit<Listing, 'mac'>) => {
    const { reply } = addDevice({ mac: MAC, ...listing }, 'anna', world, NOW)
    return reply.ok ? null : reply.refusal.data.field
  }
  expect([fieldOf({ line: '9' }), fieldOf({ model: 'X' }), fieldOf({ group: 'x' }), fieldOf({ profile: 'x' })]).toEqual([
    'line',
    'model',
    'group',
    'profile',
  ])
})
