import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyChanges, type MutableWorld } from '../../../main/core/model/world.ts'
import { importSettings } from '../../../main/core/settings/import-settings.ts'
import { put, setLayer, smallWorld } from './small-world.ts'

function start() {
  const world = smallWorld()
  return {
    world,
    one: put(world, { lines: ['10'] }),
    other: put(world, { lines: ['11'] }),
    beta: put(world, { lines: ['12'], pack: 'beta/phone', model: 'B1' }),
  }
}

const load = (world: MutableWorld, ...fields: Record<string, string>[]) => {
  const done = importSettings({ rows: fields.map((one, i) => ({ row: i + 2, fields: one })) }, world)
  applyChanges(world, done.changes)
  return done
}

const told = (errors: ReturnType<typeof importSettings>['errors']) => errors.map((one) => `${one.row} ${one.column} ${one.refusal.code}`)

describe('a CSV of settings', () => {
  it('sets what its cells say, each as its setting wants it; an empty cell says nothing', () => {
    const { one, other, world } = start()
    setLayer(world, 'device', other.mac, { 'keys.1.label': 'Old', 'sip.expires': 900 })
    const done = load(
      world,
      { mac: one.mac.toUpperCase(), 'sip.expires': '600', 'keys.1.label': ' Front desk ', 'keys.1.value': '0042', 'lines.2.number': '13' },
      { mac: other.mac, 'sip.expires': '', 'keys.1.label': '(inherited)', 'keys.1.value': '', 'lines.2.number': '' },
    )
    expect(done).toMatchObject({ phones: 2, errors: [] })
    expect(world.layer.get(`device:${one.mac}`)?.values).toEqual([
      { key: 'sip.expires', value: 600 },
      { key: 'keys.1.label', value: 'Front desk' },
      { key: 'keys.1.value', value: '0042' },
      { key: 'lines.2.number', value: '13' },
    ])
    expect(world.layer.get(`device:${other.mac}`)?.values).toEqual([{ key: 'sip.expires', value: 900 }])
  })

  it('names every wrong cell and changes nothing', () => {
    const { beta, one, other, world } = start()
    setLayer(world, 'profile', 'main', {}, ['sip.registrar.host'])
    const before = JSON.stringify([...world.layer])
    const done = load(
      world,
      { mac: one.mac, 'sip.expires': 'soon', 'ui.language': 'sv', 'sip.registrar.host': '' },
      { mac: other.mac, 'sip.expires': '10', 'ui.language': 'klingon', 'sip.registrar.host': 'x.example' },
      { mac: beta.mac, 'sip.expires': '86400', 'ui.language': 'sv', 'sip.registrar.host': '' },
      { mac: 'xyz', 'sip.expires': '600', 'ui.language': '', 'sip.registrar.host': '' },
      { mac: '02:00:00:00:0f:ff', 'sip.expires': '600', 'ui.language': '', 'sip.registrar.host': '' },
      { mac: one.mac, 'sip.expires': '600', 'ui.language': '', 'sip.registrar.host': '' },
    )
    expect(told(done.errors)).toEqual([
      '2 sip.expires SETTING_INVALID',
      '3 sip.expires SETTING_INVALID',
      '3 ui.language SETTING_INVALID',
      '3 sip.registrar.host SETTING_LOCKED',
      '4 sip.expires SETTING_INVALID',
      '4 ui.language SETTING_INVALID',
      '5 mac MAC_INVALID',
      '6 mac DEVICE_UNKNOWN',
      '7 mac MAC_DUPLICATE',
    ])
    for (const { refusal } of done.errors) expect(refusal.hint).not.toBe('')
    expect([done.changes, done.phones, JSON.stringify([...world.layer])]).toEqual([[], 0, before])
  })

  it.each<[string, Record<string, string>[], string]>([
    ['no rows', [], '1 null CSV_EMPTY'],
    ['no column of MACs', [{ 'sip.expires': '600' }], '1 mac CSV_COLUMN_MISSING'],
    ['a column nobody knows', [{ mac: '020000000001', 'sip.nothing': '1' }], '1 sip.nothing CSV_COLUMN_UNKNOWN'],
  ])('refuses %s', (_, rows, wanted) => {
    expect(told(load(start().world, ...rows).errors)).toEqual([wanted])
  })

  it('keeps to the role of who sends it', () => {
    const { one, other, world } = start()
    const rows = [one, other].map(({ mac }, i) => ({ row: i + 2, fields: { mac, 'keys.1.label': 'Home', 'sip.expires': '600' } }))
    const done = importSettings({ rows, person: { role: 'endUser', device: one.mac } }, world)
    expect(told(done.errors)).toEqual([
      '2 sip.expires SETTING_ROLE_FORBIDDEN',
      '3 keys.1.label LAYER_ROLE_FORBIDDEN',
      '3 sip.expires LAYER_ROLE_FORBIDDEN',
    ])
  })

  it('never throws, and changes only what it does not complain about', () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom('600', 'true', 'sv', '10', '(inherited)', '٣', '1e9', '-0', 'NaN'))
    const column = fc.constantFrom('mac', 'sip.expires', 'ui.language', 'lines.2.number', 'admin.password', 'acme.mood', 'raw.lines')
    fc.assert(
      fc.property(fc.array(fc.dictionary(column, cell), { maxLength: 4 }), (rows) => {
        const { one, world } = start()
        const done = load(world, ...rows.map((row) => ({ ...row, mac: row.mac ?? one.mac })))
        if (done.errors.length > 0) expect(world.layer.size).toBe(0)
      }),
    )
  })
})
