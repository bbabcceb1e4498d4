import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Device } from '../../../main/core/model/device.ts'
import { applyChanges, type MutableWorld } from '../../../main/core/model/world.ts'
import { editSetting, type SettingEdit } from '../../../main/core/settings/edit.ts'
import { layersOf, packOf } from '../../../main/core/settings/layers.ts'
import { type Preview, previewBetween, previewChanges, previewEdit, previewEdits } from '../../../main/core/settings/preview.ts'
import { resolveSettings } from '../../../main/core/settings/resolve.ts'
import { renderFile } from '../../../main/core/render/render.ts'
import { NOW } from '../../support/builders.ts'
import { ACME, put, setLayer, smallWorld } from './small-world.ts'

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
    expect(moved).toMatchObject({ affected: 4, unaffected: { same: 1, lacking: 1 } }) // own.example is hidden by the lock of Lab; the phone that was in Lab already stays
    expect(moved.alike.some((kind) => kind.files?.[0]?.lines.some((line) => line.text.includes('lab.example')))).toBe(true)
    const line = world.line.get('10')
    if (line === undefined) throw new Error('no line')
    setLayer(world, 'department', 'warehouse', { 'lines.2.number': '10' })
    const named = previewChanges([{ entity: 'line', id: '10', value: { ...line, displayName: 'Front desk' } }], world)
    expect([...named.macs].sort()).toEqual([phones.plain.mac, phones.beta.mac, phones.lab.mac].sort())
  })

  it('tells apart phones whose value changes and whose files do not', () => {
    const { phones, world } = start()
    const first = { kind: 'device', id: phones.plain.mac } as const
    const label: SettingEdit = { do: 'set', layer: first, key: 'keys.1.label', value: 'Front desk' }
    // A key that does nothing has no label in the file.
    expect(preview(world, label)).toMatchObject({ affected: 0, unaffected: { sameFiles: 1, same: 0 }, alike: [] })
    expect(preview(world, { ...label, key: 'keys.1.action', value: 'speedDial' }, label)).toMatchObject({
      affected: 1,
      unaffected: { sameFiles: 0 },
    })
    // A port stands behind its host alone.
    const port: SettingEdit = { do: 'set', layer: NORTH, key: 'sip.registrar.port', value: 5070 }
    expect(preview(world, port)).toMatchObject({ affected: 5, unaffected: { sameFiles: 0 } })
    setLayer(world, 'profile', 'main', {})
    expect(preview(world, port)).toMatchObject({ affected: 2, macs: [phones.own.mac, phones.lab.mac], unaffected: { sameFiles: 3 } })
    // Line 2 by rule that is the line the phone has anyway.
    const second = put(world, { lines: ['11', '12'] })
    const rule: SettingEdit = { do: 'set', layer: { kind: 'device', id: second.mac }, key: 'lines.2.number', value: '12' }
    expect(preview(world, rule)).toMatchObject({ affected: 0, unaffected: { sameFiles: 1 } })
    expect(preview(world, { ...rule, value: '13' })).toMatchObject({ affected: 1, unaffected: { sameFiles: 0 } })
    // A label that says what stands there without it.
    expect(preview(world, { ...rule, key: 'lines.2.label', value: 'Name 12' }).affected).toBe(0)
  })

  it('does not say of one phone what another does: models and lines decide too', () => {
    const { phones, world } = start()
    const small = put(world, { lines: ['11'], model: 'VP-200' })
    // Two keys: the third is none of this model's.
    const third = [
      { ...HOST, key: 'keys.3.action', value: 'blf' },
      { ...HOST, key: 'keys.3.value', value: '77' },
    ]
    expect([...preview(world, ...third).macs].sort()).toEqual(
      [phones.plain.mac, phones.dispatch.mac, phones.own.mac, phones.lab.mac].sort(),
    )
    const texts = {
      ...ACME.templates,
      'device.cfg': `{% for line in lines %}\n{% if line.sipUser == 'u11' %}\nlanguage = {{ settings['ui.language'] }}\n{% endif %}\n{% endfor %}\n`,
    }
    world.packs = [{ ...ACME, templates: texts }]
    expect([...preview(world, { ...HOST, key: 'ui.language', value: 'sv' }).macs].sort()).toEqual([phones.dispatch.mac, small.mac].sort())
  })

  it('looks at every stage: what the first config alone says changes a phone too', () => {
    const { phones, world } = start()
    setLayer(world, 'profile', 'main', {})
    const texts = { ...ACME.templates, 'first.cfg': `language = {{ settings['ui.language'] }}\n`, 'device.cfg': 'nothing = 1\n' }
    world.packs = [{ ...ACME, templates: texts }]
    const seen = preview(world, { do: 'set', layer: { kind: 'device', id: phones.plain.mac }, key: 'ui.language', value: 'sv' })
    expect(seen).toMatchObject({
      affected: 1,
      alike: [{ files: [{ stage: 'first', lines: [{ kind: 'removed' }, { kind: 'added', text: 'language = sv' }] }] }],
    })
  })

  it('counts every kind, however many there are', () => {
    const { world } = start()
    for (let i = 0; i < 300; i++) {
      const unit = put(world, { lines: ['10'] })
      setLayer(world, 'device', unit.mac, { 'lines.1.label': `Label ${i}`, ...(i % 3 === 0 ? {} : { 'keys.1.action': 'blf' }) })
    }
    const seen = preview(world, { do: 'set', layer: NORTH, key: 'keys.1.label', value: 'x' })
    expect(seen).toMatchObject({ affected: 200 })
    expect(seen.unaffected.sameFiles).toBe(100 + 5)
    const line = world.line.get('10')
    if (line === undefined) throw new Error('no line')
    expect(previewChanges([{ entity: 'line', id: '10', value: { ...line, sipPassword: 'another one' } }], world).affected).toBe(302)
  })

  it('of a lower layer that locked what it says: a lock stops the edit', () => {
    const { phones, world } = start()
    setLayer(world, 'group', 'north', { 'sip.registrar.host': 'north.example' }, ['sip.registrar.host'])
    const seen = preview(world, { do: 'set', layer: { kind: 'profile', id: 'main' }, key: 'sip.registrar.host', value: 'new.example' })
    expect(seen).toMatchObject({ affected: 1, macs: [phones.foreign.mac], unaffected: { locked: 4, overridden: 0 } })
    expect(seen.locked[0]).toMatchObject({ mac: phones.plain.mac, by: { kind: 'group', id: 'north' } })
  })

  it('of another pack: phones whose files are the same stay apart, and those nobody looked at are said', () => {
    const { phones, world } = start()
    world.packs = [{ ...ACME, revision: 2, files: [...ACME.files] }, ...world.packs.slice(1)]
    world.packVersions = new Map([['acme/desk@1', ACME]])
    const moves = (text: string) => {
      const next = { ...ACME, revision: 2, templates: { ...ACME.templates, 'device.cfg': `${ACME.templates['device.cfg']}${text}` } }
      const after = { ...world, packs: [next, ...world.packs.slice(1)] }
      return previewBetween({ ...world, packs: [ACME, ...world.packs.slice(1)] }, after, world.device.keys())
    }
    expect(moves('')).toMatchObject({ affected: 0, unchecked: 0 })
    expect(moves("{% if settings['sip.registrar.host'] == 'own.example' %}\nx = 1\n{% endif %}\n")).toMatchObject({
      affected: 1,
      macs: [phones.own.mac],
      unaffected: { same: 5, lacking: 1 },
    })
    for (let i = 0; i < 2_000; i++) put(world, { lines: ['10'] })
    expect(moves('x = 1\n')).toMatchObject({ affected: 2_000, unchecked: 5 })
  })

  it('of a firmware target: the phones that would run something else, before and after', () => {
    const { phones, world } = start()
    const target = (version: string) => ({ pack: 'acme/desk', models: [], version })
    const profile = (...firmware: readonly ReturnType<typeof target>[]) => ({ id: 'main', name: 'Deployment', packs: [], firmware })
    const change = (...firmware: readonly ReturnType<typeof target>[]) =>
      previewChanges([{ entity: 'profile', id: 'main', value: profile(...firmware) }], world)
    const seen = change(target('2.0'))
    expect(seen).toMatchObject({
      affected: 4,
      firmware: [
        { pack: 'acme/desk', model: 'VP-400', count: 4, before: null, after: { version: '2.0', next: '2.0', route: ['2.0'], block: null } },
      ],
    })
    expect([...seen.macs].sort()).toEqual([phones.plain.mac, phones.dispatch.mac, phones.own.mac, phones.foreign.mac].sort())
    expect(seen.alike[0]).toMatchObject({ files: [], firmware: { before: null } })
    world.profile.set('main', profile(target('2.0')))
    expect(change(target('2.0'))).toMatchObject({ affected: 0, firmware: [] })
    expect(change(target('2.1')).firmware).toMatchObject([{ count: 4, before: { version: '2.0' }, after: { version: '2.1' } }])
    const moved = previewChanges([{ entity: 'group', id: 'north', value: { id: 'north', name: 'Nordwind', profile: 'lab' } }], world)
    expect(moved.firmware).toMatchObject([{ count: 3, before: { version: '2.0' }, after: null }])
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

describe('raw lines in a preview', () => {
  const raw = (value: string): SettingEdit => ({ do: 'set', layer: NORTH, key: 'raw.lines', value })

  it('are read whole by who edits them, by keys alone by others', () => {
    const { world } = start()
    const texts = (sees?: 'raw') => {
      const seen = previewEdit(raw('mood = loud'), world, NOW, sees)
      return seen.ok ? JSON.stringify(seen.value) : ''
    }
    expect(texts('raw')).toContain('mood = loud')
    expect(texts()).not.toContain('loud')
    expect(texts()).toContain('mood = ')
  })

  it('that a new lock keeps out of a file make its phone one of those that change', () => {
    const { phones, world } = start()
    setLayer(world, 'device', phones.plain.mac, { 'raw.lines': 'line.1.server = other.example:5060' })
    setLayer(world, 'device', phones.dispatch.mac, { 'raw.lines': 'mood = loud' })
    const seen = preview(world, { do: 'lock', layer: { kind: 'profile', id: 'main' }, key: 'sip.registrar.host' })
    // The second one: its own value goes with the lock.
    expect([...seen.macs].sort()).toEqual([phones.plain.mac, phones.own.mac].sort())
    expect(seen.alike.find(({ representative }) => representative === phones.plain.mac)?.files).toMatchObject([
      { lines: [{ kind: 'removed', text: expect.stringMatching(/^line\.1\.server = /) }] },
    ])
  })
})

it('does not say of one phone what another does: what nobody set decides too, and is not the same for every firmware', () => {
  const world = smallWorld()
  const mood = "{% if settings['acme.mood'] %}\nhost = {{ settings['sip.registrar.host'] }}\n{% endif %}\n"
  const settings = ACME.settings.map((one) =>
    one.key === 'acme.mood' ? { ...one, since: '2.0', default: one.choices?.[0] ?? 'calm' } : one,
  )
  const templates = Object.fromEntries(Object.keys(ACME.templates).map((name) => [name, mood]))
  world.packs = [{ ...ACME, settings, templates }]
  const [old, newer] = ['1.0', '2.0'].map((firmware) => put(world, { lines: ['10'], firmware }))
  const seen = preview(world, HOST)
  expect([seen.macs, seen.unaffected.sameFiles]).toEqual([[newer?.mac], 1])
  expect(old?.mac).not.toBe(newer?.mac)
})
