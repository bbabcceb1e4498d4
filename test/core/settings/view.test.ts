import { describe, expect, it } from 'vitest'
import { type Field, viewLayer, type ViewRequest } from '../../../main/core/settings/view.ts'
import type { PackModel as Model, SettingDefinition as Setting } from '../../../main/core/model/pack.ts'
import { ACME, BETA, put, setLayer, smallWorld } from './small-world.ts'

const MASK = '••••••••'

function start() {
  const world = smallWorld()
  const phone = put(world, { lines: ['11'] })
  put(world, { lines: ['12'], pack: 'beta/phone', model: 'B1' })
  put(world, { lines: ['20'] })
  return { world, phone }
}

function view(world: ReturnType<typeof smallWorld>, request: ViewRequest) {
  const seen = viewLayer(request, world)
  if (!seen.ok) throw new Error(seen.refusal.message)
  const fields = new Map(seen.value.menus.flatMap((menu) => menu.fields.map((field) => [field.key, field] as const)))
  return { ...seen.value, field: (key: string): Field => fields.get(key) as Field, has: (key: string) => fields.has(key) }
}

describe('what the editor draws', () => {
  it('of a group: value, where it comes from, what it hides, what is set here, who below says otherwise', () => {
    const { phone, world } = start()
    setLayer(world, 'profile', 'main', { 'sip.registrar.host': 'profile.example' })
    setLayer(world, 'group', 'north', { 'sip.registrar.host': 'north.example' })
    setLayer(world, 'device', phone.mac, { 'sip.registrar.host': 'own.example' })
    const seen = view(world, { layer: { kind: 'group', id: 'north' } })
    expect(seen).toMatchObject({
      layer: { kind: 'group', id: 'north', name: 'Nordwind' },
      path: [{ kind: 'profile', name: 'Deployment' }, { kind: 'group' }],
      phones: 2,
    })
    expect(seen.field('sip.registrar.host')).toMatchObject({
      value: 'north.example',
      origin: { kind: 'group', name: 'Nordwind' },
      hidden: [{ from: { kind: 'profile', name: 'Deployment' }, value: 'profile.example' }],
      setHere: [{ value: 'north.example' }],
      lockedBy: null,
      lockedHere: false,
      mayEdit: true,
      mayLock: true,
      why: null,
      below: { count: 1, sample: [{ kind: 'device', id: phone.mac }] },
    })
    expect(seen.menus.map((menu) => menu.id)).toEqual(['provisioning', 'sip', 'lines', 'keys', 'phone', 'security', 'raw'])
  })

  it('a lock above: no editor, with the reason; what stood here is kept and shown as such', () => {
    const { phone, world } = start()
    setLayer(world, 'profile', 'main', { 'sip.registrar.host': 'profile.example' }, ['sip.registrar.host'])
    setLayer(world, 'device', phone.mac, { 'sip.registrar.host': 'own.example' })
    expect(view(world, { layer: { kind: 'device', id: phone.mac } }).field('sip.registrar.host')).toMatchObject({
      value: 'profile.example',
      lockedBy: { kind: 'profile', name: 'Deployment' },
      hidden: [{ from: { kind: 'device' }, value: 'own.example' }],
      setHere: [{ value: 'own.example' }],
      mayEdit: false,
      mayLock: false,
      why: 'Locked by the persistent profile Deployment',
    })
    expect(view(world, { layer: { kind: 'profile', id: 'main' } }).field('sip.registrar.host')).toMatchObject({
      lockedBy: null,
      lockedHere: true,
      mayEdit: true,
      below: { count: 1 },
    })
  })

  it('secrets are masked wherever they stand', () => {
    const { phone, world } = start()
    setLayer(world, 'group', 'north', { 'admin.password': 'group-secret' })
    setLayer(world, 'device', phone.mac, { 'admin.password': 'own-secret' })
    const seen = view(world, { layer: { kind: 'device', id: phone.mac } })
    expect(seen.field('admin.password')).toMatchObject({ value: MASK, hidden: [{ value: MASK }], setHere: [{ value: MASK }] })
    expect(JSON.stringify(seen)).not.toMatch(/-secret/)
  })

  it('of several families: what one of them can take; narrowed to a pack or model: what these have', () => {
    const { world } = start()
    const group = { kind: 'group', id: 'north' } as const
    expect(view(world, { layer: group }).field('ui.language').definition).toMatchObject({
      choices: ['de', 'en', 'sv'],
      packs: [ACME.id, BETA.id],
    })
    expect(view(world, { layer: group }).field('sip.expires').definition).toMatchObject({ min: 30, max: 86_400 })
    expect(view(world, { layer: group, pack: BETA.id }).field('ui.language').definition.choices).toEqual(['de', 'en'])
    expect(view(world, { layer: group, pack: BETA.id }).has('ui.screen.idleText')).toBe(false)
    expect(view(world, { layer: group, model: 'vp-200' }).has('keys.3.action')).toBe(false)
    expect(view(world, { layer: group, model: 'VP-400' }).has('keys.3.action')).toBe(true)
  })

  it('values with a selector stand beside the general one', () => {
    const { world } = start()
    const values = [
      { key: 'sip.expires', value: 600 },
      { key: 'sip.expires', value: 900, model: 'VP-400' },
    ]
    world.layer.set('group:north', { kind: 'group', id: 'north', values, locks: [] })
    const group = { kind: 'group', id: 'north' } as const
    expect(view(world, { layer: group }).field('sip.expires')).toMatchObject({
      value: 600,
      setHere: [{ value: 600 }, { value: 900, model: 'VP-400' }],
    })
    expect(view(world, { layer: group, model: 'VP-400' }).field('sip.expires')).toMatchObject({
      value: 900,
      hidden: [{ value: 3600 }, { value: 600 }],
    })
  })

  it('of a phone also the facts of its lines, which are no settings', () => {
    const { phone, world } = start()
    setLayer(world, 'group', 'north', { 'lines.2.number': '10', 'lines.2.label': 'Front desk' })
    expect(view(world, { layer: { kind: 'device', id: phone.mac } }).lines).toEqual([
      { n: 1, number: '11', displayName: 'Name 11', sipUser: 'u11', label: null, isOwn: true },
      { n: 2, number: '10', displayName: 'Name 10', sipUser: 'u10', label: 'Front desk', isOwn: false },
    ])
    expect(view(world, { layer: { kind: 'group', id: 'north' } }).lines).toBeUndefined()
  })

  it('a setting of another layer is shown without an editor, and not at all where none below may set it', () => {
    const { phone, world } = start()
    expect(view(world, { layer: { kind: 'device', id: phone.mac } }).field('provisioning.url')).toMatchObject({
      mayEdit: false,
      why: 'May be set at: persistent profile, business group',
    })
    expect(view(world, { layer: { kind: 'profile', id: 'main' } }).has('lines.2.number')).toBe(false)
  })

  it.each<[string, ViewRequest, string]>([
    ['a place that is not there', { layer: { kind: 'group', id: 'x' } }, 'GROUP_UNKNOWN'],
    ['a pack that is not loaded', { layer: { kind: 'group', id: 'north' }, pack: 'x/y' }, 'PACK_INVALID'],
    ['a model nobody has', { layer: { kind: 'group', id: 'north' }, model: 'T99' }, 'DEVICE_MODEL_UNKNOWN'],
  ])('refuses %s', (_, request, code) => {
    const seen = viewLayer(request, start().world)
    expect(seen.ok ? null : seen.refusal.code).toBe(code)
  })
})

describe('expansion modules', () => {
  const pack = { ...ACME, id: 'acme/mod', models: { 'VP-400': { ...(ACME.models['VP-400'] as Model), modules: 3, moduleKeys: 2 } } }
  function withModules() {
    const world = smallWorld()
    const settings = [1, 2, 3].flatMap((m) =>
      [1, 2].map((n) => ({ ...(ACME.settings.find((one) => one.key === 'keys.1.label') as Setting), key: `modules.${m}.keys.${n}.label` })),
    )
    world.packs = [{ ...pack, settings: [...ACME.settings, ...settings] }]
    return { world, phone: put(world, { pack: 'acme/mod' }) }
  }
  const modulesIn = (seen: ReturnType<typeof view>) => [
    ...new Set(seen.menus.flatMap(({ fields }) => fields.flatMap(({ key }) => /^modules\.(\d+)/.exec(key)?.[1] ?? []))),
  ]

  it('are sent when something is said of them, or when they are asked for', () => {
    const { phone, world } = withModules()
    const layer = { kind: 'device', id: phone.mac } as const
    const bare = view(world, { layer })
    expect([modulesIn(bare), bare.modules]).toEqual([[], { most: 3, shown: [] }])
    expect(modulesIn(view(world, { layer, modules: [3, 9] }))).toEqual(['3'])
    setLayer(world, 'group', 'north', { 'modules.2.keys.1.label': 'Front' })
    expect(view(world, { layer }).modules).toEqual({ most: 3, shown: [2] })
    setLayer(world, 'device', phone.mac, { 'modules.1.keys.1.label': 'Own' })
    expect(modulesIn(view(world, { layer: { kind: 'profile', id: 'main' } }))).toEqual(['1', '2'])
  })

  it('a phone that takes none has none, whatever is said above', () => {
    const { phone, world } = start()
    setLayer(world, 'group', 'north', { 'modules.2.keys.1.label': 'Front' })
    expect(view(world, { layer: { kind: 'device', id: phone.mac }, modules: [1] }).modules).toEqual({ most: 0, shown: [] })
  })
})
