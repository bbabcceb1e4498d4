import { expect, test } from 'vitest'
import { applyChanges } from '../../../main/core/model/world.ts'
import { loadCatalogue } from '../../../main/core/settings/catalogue.ts'
import { catalogueTaken } from '../../../main/core/staging/listed-by-catalogue.ts'
import { MAC, NOW } from '../../support/builders.ts'
import { packWorld } from '../../support/pack-world.ts'

test('phones that a catalogue lists stand in the audit log and in their timeline, once', () => {
  const { world } = packWorld([])
  world.device.clear()
  const text = `
catalogue: 1
devices:
  - { mac: "${MAC}", group: g, windowStart: "2026-11-24T08:00:00Z", windowEnd: "2026-11-25T08:00:00Z" }
  - { mac: 805ec0999999, group: g }
`
  const load = () => {
    const loaded = loadCatalogue(text, world, NOW)
    if (!loaded.ok) throw new Error(loaded.refusal.message)
    return catalogueTaken(loaded.value, 'anna', world, NOW)
  }
  const first = load()
  applyChanges(world, first.changes)
  expect([...world.audit.values()]).toEqual([
    { at: NOW, actor: 'anna', action: 'catalogue.load', target: 'catalogue', detail: '2 records changed, 2 phones listed, 1 windows set' },
  ])
  expect(first.effects).toMatchObject([{ note: { mac: MAC, text: 'Listed by catalogue (anna)' } }, { note: { mac: '805ec0999999' } }])
  expect(load()).toMatchObject({ reply: { ok: true, value: { devices: 2 } }, changes: [], effects: [] })
})
