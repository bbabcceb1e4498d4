import { describe, expect, it } from 'vitest'
import { applyChanges, type MutableWorld } from '../../../main/core/model/world.ts'
import { editSetting, type SettingEdit } from '../../../main/core/settings/edit.ts'
import { layersOf } from '../../../main/core/settings/layers.ts'
import { NOW } from '../../support/builders.ts'
import { packWorld, setAt } from '../../support/pack-world.ts'
import { put, setLayer, smallWorld } from './small-world.ts'
import { twoFamilies } from './two-families.ts'

const packs = await twoFamilies()
const GROUP = { kind: 'group', id: 'g' } as const

function start() {
  return packWorld([...packs], { pack: 'yealink/t4x-t5x', model: 'T46S' })
}

function edit(world: MutableWorld, command: SettingEdit) {
  const result = editSetting(command, world, NOW)
  if (result.ok) applyChanges(world, result.value.changes)
  return result.ok
    ? { code: null, ...result.value }
    : { code: result.refusal.code, message: result.refusal.message, changes: [], affected: [] }
}

describe('edit', () => {
  it('sets, sets again without a change, clears back to nothing', () => {
    const { device, world } = start()
    const command: SettingEdit = { do: 'set', layer: GROUP, key: 'sip.registrar.host', value: 'sip.example' }
    expect(edit(world, command)).toMatchObject({ affected: [device.mac] })
    expect(edit(world, command)).toEqual({ code: null, changes: [], affected: [] })
    expect(edit(world, { ...command, do: 'clear' })).toMatchObject({ affected: [device.mac] })
    expect(world.layer.size).toBe(0)
  })

  it('an edit that is overridden below affects nobody', () => {
    const { world } = start()
    setAt(world, 'device', '805ec0123456', { 'sip.registrar.host': 'own.example' })
    expect(edit(world, { do: 'set', layer: GROUP, key: 'sip.registrar.host', value: 'sip.example' })).toMatchObject({
      code: null,
      affected: [],
    })
    expect(edit(world, { do: 'lock', layer: GROUP, key: 'sip.registrar.host' })).toMatchObject({ affected: ['805ec0123456'] })
  })

  it('a selector narrows and is kept as the pack spells it', () => {
    const { world } = start()
    expect(edit(world, { do: 'set', layer: GROUP, key: 'sip.expires', value: 600, model: 'vvx_411' })).toMatchObject({
      code: null,
      affected: [],
    })
    expect(world.layer.get('group:g')?.values).toEqual([{ key: 'sip.expires', value: 600, model: 'VVX 411' }])
    expect(edit(world, { do: 'clear', layer: GROUP, key: 'sip.expires', model: 'VVX411' }).changes).toHaveLength(1)
  })

  it.each<[string, Partial<SettingEdit>, string]>([
    ['unknown setting', { key: 'sip.nothing', value: 1 }, 'SETTING_UNKNOWN'],
    ['unknown group', { layer: { kind: 'group', id: 'x' }, value: 'a.example' }, 'GROUP_UNKNOWN'],
    ['unknown phone', { layer: { kind: 'device', id: '001565000000' }, value: 'a.example' }, 'DEVICE_UNKNOWN'],
    ['unknown model', { model: 'T99', value: 'a.example' }, 'DEVICE_MODEL_UNKNOWN'],
    [
      'layer not allowed',
      { layer: { kind: 'device', id: '805ec0123456' }, key: 'provisioning.url', value: 'http://a/' },
      'SETTING_LAYER_FORBIDDEN',
    ],
    ['no value', {}, 'SETTING_INVALID'],
    ['wrong type', { key: 'sip.registrar.port', value: '5060' }, 'SETTING_INVALID'],
    ['out of range', { key: 'sip.registrar.port', value: 70_000 }, 'SETTING_INVALID'],
    ['not a number', { key: 'sip.registrar.port', value: Number.NaN }, 'SETTING_INVALID'],
    ['not a choice', { key: 'sip.transport', value: 'carrier pigeon' }, 'SETTING_INVALID'],
    ['no host', { value: 'http://a/' }, 'SETTING_INVALID'],
    ['no address', { value: '10.66.0.999' }, 'SETTING_INVALID'],
    ['no URL', { key: 'provisioning.url', value: 'ftp://a/' }, 'SETTING_INVALID'],
    ['a line break', { key: 'admin.password', value: 'a\nstatic.zero_touch.enable = 1' }, 'SETTING_INVALID'],
  ])('refuses: %s', (_, over, code) => {
    const { world } = start()
    expect(edit(world, { do: 'set', layer: GROUP, key: 'sip.registrar.host', ...over }).code).toBe(code)
    expect(world.layer.size).toBe(0)
  })

  it('a lock above stands against edits below, and only below', () => {
    const { world } = start()
    edit(world, { do: 'lock', layer: { kind: 'profile', id: 'p' }, key: 'sip.registrar.host' })
    const set: SettingEdit = { do: 'set', layer: GROUP, key: 'sip.registrar.host', value: 'sip.example' }
    expect(edit(world, set)).toMatchObject({ code: 'SETTING_LOCKED', message: 'sip.registrar.host is locked by profile Deployment' })
    expect(edit(world, { ...set, layer: { kind: 'department', id: 'd' } }).code).toBe('SETTING_LOCKED')
    expect(edit(world, { ...set, layer: { kind: 'device', id: '805ec0123456' } }).code).toBe('SETTING_LOCKED')
    expect(edit(world, { ...set, layer: { kind: 'profile', id: 'p' } }).code).toBeNull()
    expect(edit(world, { do: 'unlock', layer: { kind: 'profile', id: 'p' }, key: 'sip.registrar.host' }).code).toBeNull()
    expect(edit(world, set).code).toBeNull()
  })
})

describe('an edit that speaks to several families', () => {
  const NORTH = { kind: 'group', id: 'north' } as const

  it.each<[string, Partial<SettingEdit>, string | null]>([
    ['a value one of them can take', { key: 'ui.language', value: 'sv' }, null],
    ['a value none of them can take', { key: 'ui.language', value: 'fi' }, 'SETTING_INVALID'],
    ['that value for the family that cannot', { key: 'ui.language', value: 'sv', pack: 'beta/phone' }, 'SETTING_INVALID'],
    ['a setting only one of them has', { key: 'acme.mood', value: 'loud', layer: { kind: 'profile', id: 'main' } }, null],
    ['that setting for the family that lacks it', { key: 'acme.mood', value: 'loud', pack: 'beta/phone' }, 'SETTING_UNKNOWN'],
    ['a key that the model lacks', { key: 'keys.3.label', value: 'x', model: 'VP-200' }, 'SETTING_UNKNOWN'],
    ['a key that the model has', { key: 'keys.3.label', value: 'x', model: 'VP-400' }, null],
    ['a pack that is not loaded', { key: 'ui.language', value: 'de', pack: 'x/y' }, 'PACK_INVALID'],
    ['raw lines of the right shape', { key: 'raw.lines', value: 'a.b = 1\n# remark' }, null],
    ['raw lines of no shape', { key: 'raw.lines', value: 'not a line of it' }, 'SETTING_INVALID'],
    ['the dots that stand for a secret', { key: 'admin.password', value: '••••••••' }, 'SETTING_INVALID'],
  ])('%s', (_, over, code) => {
    const world = smallWorld()
    const result = editSetting({ do: 'set', layer: NORTH, key: '', ...over }, world, NOW)
    expect(result.ok ? null : result.refusal.code).toBe(code)
  })

  it('at one phone speaks to its own family and model alone', () => {
    const world = smallWorld()
    const [desk, beta] = [put(world, { model: 'VP-200' }), put(world, { pack: 'beta/phone', model: 'B1' })]
    const code = (mac: string, key: string, value: string) => {
      const result = editSetting({ do: 'set', layer: { kind: 'device', id: mac }, key, value }, world, NOW)
      return result.ok ? null : result.refusal.code
    }
    expect([code(desk.mac, 'ui.language', 'sv'), code(beta.mac, 'ui.language', 'sv')]).toEqual([null, 'SETTING_INVALID'])
    expect([code(desk.mac, 'acme.mood', 'loud'), code(beta.mac, 'acme.mood', 'loud')]).toEqual([null, 'SETTING_UNKNOWN'])
    expect([code(desk.mac, 'keys.2.label', 'x'), code(desk.mac, 'keys.3.label', 'x')]).toEqual([null, 'SETTING_UNKNOWN'])
  })

  it('keeps to the packs that the profile supports', () => {
    const world = smallWorld()
    world.profile.set('main', { id: 'main', name: 'Deployment', packs: ['beta/phone'], firmware: [] })
    const result = editSetting({ do: 'set', layer: NORTH, key: 'ui.language', value: 'sv' }, world, NOW)
    expect(result.ok ? null : result.refusal.code).toBe('SETTING_INVALID')
  })

  it('takes away what no family has any more', () => {
    const world = smallWorld()
    setLayer(world, 'group', 'north', { 'gone.setting': 1 }, ['gone.setting'])
    for (const act of ['clear', 'unlock'] as const) {
      const result = editSetting({ do: act, layer: NORTH, key: 'gone.setting' }, world, NOW)
      if (result.ok) applyChanges(world, result.value.changes)
      expect(result.ok).toBe(true)
    }
    expect(world.layer.size).toBe(0)
  })
})

describe('layers', () => {
  it('a device takes group and department from its first line, and its own profile before that of the group', () => {
    const { world } = start()
    world.line.set('1', { number: '1', group: 'g', department: 'd', displayName: '', sipUser: '1', sipAuthUser: null, sipPassword: 'x' })
    world.profile.set('lab', { id: 'lab', name: 'Lab', packs: [], firmware: [] })
    for (const [kind, id] of [
      ['profile', 'p'],
      ['profile', 'lab'],
      ['group', 'g'],
      ['department', 'd'],
    ] as const)
      setAt(world, kind, id, { 'sip.expires': 60 })
    const plain = { ...(world.device.get('805ec0123456') as never as object), group: null, department: null, lines: ['1'] } as never
    expect(layersOf(plain, world).map((layer) => layer.id)).toEqual(['p', 'g', 'd'])
    expect(layersOf({ ...(plain as object), profile: 'lab' } as never, world).map((layer) => layer.id)).toEqual(['lab', 'g', 'd'])
  })
})
