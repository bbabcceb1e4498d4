import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Device } from '../../../main/core/model/device.ts'
import { applyChanges, type MutableWorld } from '../../../main/core/model/world.ts'
import { editSetting, type SettingEdit } from '../../../main/core/settings/edit.ts'
import { layersOf, packOf } from '../../../main/core/settings/layers.ts'
import { type Preview, previewChanges, previewEdit, previewEdits } from '../../../main/core/settings/preview.ts'
import { resolveSettings } from '../../../main/core/settings/resolve.ts'
import { renderFile } from '../../../main/core/render/render.ts'
import { NOW } from '../../support/builders.ts'
import { put, setLayer, smallWorld } from './small-world.ts'

function preview(world: MutableWorld, ...edits: SettingEdit[]): Preview {
  const seen = edits.length === 1 ? previewEdit(edits[0] as SettingEdit, world, NOW) : previewEdits(edits, world, NOW)
  if (!seen.ok) throw new Error(seen.refusal.message)
  return seen.value
}

const NORTH = { kind: 'group', id: 'north' } as const
const HOST: SettingEdit = { do: 'set', layer: NORTH, key: 'sip.registrar.host', value: 'new.example' }

function start() {
  const world = smallWorld()
  const phones = {
    plain: put(world, { lines: ['10'] }),
    dispatch: put(world, { lines: ['11'] }),
    own: put(world, { lines: ['12'] }),
    lab: put(world, { lines: ['13'], profile: 'lab' }),
    beta: put(world, { lines: ['10'], pack: 'beta/phone', model: 'B1' }),
    stranger: put(world, { lines: ['10'], pack: null, model: null }),
    foreign: put(world, { lines: ['20'] }),
    unlisted: put(world, { lines: ['10'], listed: false }),
  }
  setLayer(world, 'profile', 'main', { 'sip.registrar.host': 'old.example' })
  setLayer(world, 'profile', 'lab', { 'sip.registrar.host': 'lab.example' }, ['sip.registrar.host'])
  setLayer(world, 'device', phones.own.mac, { 'sip.registrar.host': 'own.example' })
  return { world, phones }
}

describe('what an edit would do', () => {
  it('counts the phones that change, by model and business group, and those that something stops', () => {
    const { phones, world } = start()
    const before = JSON.stringify([...world.layer])
    const seen = preview(world, HOST)
    expect(seen).toMatchObject({
      affected: 3,
      unaffected: { overridden: 1, locked: 1, same: 0, lacking: 1 },
      byModel: [
        { pack: 'acme/desk', model: 'VP-400', count: 2 },
        { pack: 'beta/phone', model: 'B1', count: 1 },
      ],
      byGroup: [{ id: 'north', name: 'Nordwind', count: 3 }],
      overridden: [{ mac: phones.own.mac, by: { kind: 'device' } }],
      locked: [{ mac: phones.lab.mac, name: 'Name 13', by: { kind: 'profile', name: 'Lab' } }],
    })
    expect([...seen.macs].sort()).toEqual([phones.plain.mac, phones.dispatch.mac, phones.beta.mac].sort())
    expect(JSON.stringify([...world.layer])).toBe(before)
  })

  it('says in which lines of which file, from one phone of each kind', () => {
    const { phones, world } = start()
    const seen = preview(world, HOST)
    expect(seen.alike).toMatchObject([
      {
        phones: 2,
        model: 'VP-400',
        representative: phones.plain.mac,
        files: [
          {
            name: `acme/${phones.plain.mac}.cfg`,
            lines: [
              { kind: 'removed', text: 'line.1.server = old.example:5060' },
              { kind: 'added', text: 'line.1.server = new.example:5060' },
            ],
          },
        ],
      },
      { phones: 1, model: 'B1', representative: phones.beta.mac },
    ])
    expect(seen.sample[0]).toMatchObject({
      mac: phones.plain.mac,
      file: `acme/${phones.plain.mac}.cfg`,
      before: 'line.1.server = old.example:5060',
      after: 'line.1.server = new.example:5060',
    })
    expect(seen.sample[0]?.lines.filter((line) => line.kind === 'same').length).toBeGreaterThan(3)
  })

  it('never shows a secret, and shows that one changes', () => {
    const { world } = start()
    setLayer(world, 'group', 'north', { 'admin.password': 'the-old-secret' })
    const seen = preview(world, { do: 'set', layer: NORTH, key: 'admin.password', value: 'the-new-secret' })
    expect(seen.alike[0]?.files?.[0]?.lines).toEqual([
      { kind: 'removed', text: 'admin = ••••••••' },
      { kind: 'added', text: 'admin = ••••••••' },
    ])
    expect(JSON.stringify(seen)).not.toMatch(/the-(old|new)-secret|secret-of/)
  })

  it('of a lock: values below that it hides are reported, and the phones they change', () => {
    const { phones, world } = start()
    const seen = preview(world, { do: 'lock', layer: { kind: 'profile', id: 'main' }, key: 'sip.registrar.host' })
    expect(seen).toMatchObject({
      affected: 1,
      macs: [phones.own.mac],
      kept: { count: 1, first: [{ layer: { kind: 'device', id: phones.own.mac }, value: 'own.example' }] },
    })
  })

  it('of several edits together', () => {
    const { world } = start()
    const seen = preview(world, HOST, { do: 'set', layer: NORTH, key: 'sip.registrar.port', value: 5062 })
    expect(seen.alike[0]?.files?.[0]?.lines.at(-1)).toEqual({ kind: 'added', text: 'line.1.server = new.example:5062' })
    const second = previewEdits([HOST, { ...HOST, key: 'nothing' }], world, NOW)
    expect(second.ok ? null : second.refusal.code).toBe('SETTING_UNKNOWN')
  })

  it('is refused where the edit is', () => {
    const { phones, world } = start()
    const seen = previewEdit({ ...HOST, layer: { kind: 'device', id: phones.lab.mac } }, world, NOW)
    expect(seen.ok ? null : seen.refusal.code).toBe('SETTING_LOCKED')
  })

  it('speaks only to the model it names, and leaves out families that cannot take the value', () => {
    const { world } = start()
    expect(preview(world, { ...HOST, model: 'B1' })).toMatchObject({
      affected: 1,
      unaffected: { overridden: 0, locked: 0, same: 0, lacking: 1 },
    })
    expect(preview(world, { do: 'set', layer: NORTH, key: 'ui.language', value: 'sv' })).toMatchObject({
      affected: 4,
      unaffected: { lacking: 2 },
    })
  })

  it('of another profile for a business group, of a line that gets another name', () => {
    const { phones, world } = start()
    const moved = previewChanges([{ entity: 'group', id: 'north', value: { id: 'north', name: 'Nordwind', profile: 'lab' } }], world)
    expect(moved).toMatchObject({ affected: 4, unaffected: { same: 2 } }) // own.example is hidden by the lock of Lab; the phone that was in Lab already stays
    expect(moved.alike.some((kind) => kind.files?.[0]?.lines.some((line) => line.text.includes('lab.example')))).toBe(true)
    const line = world.line.get('10')
    if (line === undefined) throw new Error('no line')
    setLayer(world, 'department', 'warehouse', { 'lines.2.number': '10' })
    const named = previewChanges([{ entity: 'line', id: '10', value: { ...line, displayName: 'Front desk' } }], world)
    expect([...named.macs].sort()).toEqual([phones.plain.mac, phones.beta.mac, phones.lab.mac].sort())
  })

  it('tells phones that get nothing: their profile does not support their family', () => {
    const { phones, world } = start()
    world.profile.set('lab', { id: 'lab', name: 'Lab', packs: ['acme/desk'], firmware: [] })
    const moved = previewChanges([{ entity: 'group', id: 'north', value: { id: 'north', name: 'Nordwind', profile: 'lab' } }], world)
    expect(moved).toMatchObject({ affected: 3, unsupported: { count: 1, first: [{ mac: phones.beta.mac, name: 'Name 10' }] } })
    world.profile.set('main', { id: 'main', name: 'Deployment', packs: ['acme/desk'], firmware: [] })
    expect(preview(world, HOST)).toMatchObject({ affected: 2, unsupported: { count: 1 } })
  })

  const value = fc.constantFrom('a.example', 'b.example', 'own.example')
  const edit = fc.record({
    do: fc.constantFrom('set' as const, 'clear' as const, 'lock' as const, 'unlock' as const),
    layer: fc.constantFrom({ kind: 'profile' as const, id: 'main' }, NORTH, { kind: 'department' as const, id: 'dispatch' }),
    key: fc.constant('sip.registrar.host'),
    value,
  })

  it('is what carrying it out does to the files of every phone', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), edit, (earlier, last) => {
        const { world } = start()
        for (const one of earlier) {
          const done = editSetting(one, world, NOW)
          if (done.ok) applyChanges(world, done.value.changes)
        }
        const seen = previewEdit(last, world, NOW)
        const done = editSetting(last, world, NOW)
        expect(seen.ok).toBe(done.ok)
        if (!seen.ok || !done.ok) return
        const listed = [...world.device.values()].filter((device) => device.listed)
        const before = new Map(listed.map((device) => [device.mac, sight(world, device)]))
        applyChanges(world, done.value.changes)
        const changed = listed.filter((device) => sight(world, device) !== before.get(device.mac)).map((device) => device.mac)
        expect([...seen.value.macs].sort()).toEqual(changed.sort())
        expect(seen.value.affected).toBe(changed.length)
        for (const { files, phones, representative } of seen.value.alike) {
          expect(phones).toBeGreaterThan(0)
          expect(changed).toContain(representative)
          expect(files).toHaveLength(1)
        }
        expect(seen.value.alike.reduce((sum, kind) => sum + kind.phones, 0)).toBe(changed.length)
      }),
      { numRuns: 60 },
    )
  })

  /** Value and file of a phone. */
  function sight(world: MutableWorld, device: Device): string {
    const pack = packOf(device, world)
    const file = pack?.files[0]
    if (pack === undefined || file === undefined) return ''
    const text = renderFile({ pack, file, stage: 'departure', device, world, secretText: null })
    const settings = resolveSettings(pack.settings, layersOf(device, world), { pack: pack.id, model: device.model })
    return `${settings.get('sip.registrar.host')?.value}\n${text.ok ? text.value : ''}`
  }
})
