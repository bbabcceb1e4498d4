import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { LayerKind, SettingScalar } from '../../../main/core/model/catalogue.ts'
import type { Device } from '../../../main/core/model/device.ts'
import type { Pack, SettingDefinition } from '../../../main/core/model/pack.ts'
import { applyChanges, type Change, emptyWorld, type MutableWorld } from '../../../main/core/model/world.ts'
import { packProblem } from '../../../main/core/pack/profile-of.ts'
import { firmwareTarget } from '../../../main/core/pack/target.ts'
import { contextFor } from '../../../main/core/render/context.ts'
import { renderFile } from '../../../main/core/render/render.ts'
import { editSetting, type SettingEdit } from '../../../main/core/settings/edit.ts'
import { packOf } from '../../../main/core/settings/layers.ts'
import { pathOf } from '../../../main/core/settings/named.ts'
import { previewChanges, previewEdits } from '../../../main/core/settings/preview.ts'
import { bundledPacksFolder, loadPacks } from '../../../main/packs/load.ts'
import { device, NOW } from '../../support/builders.ts'

let packs: readonly Pack[] = []

beforeAll(async () => {
  packs = (await loadPacks([bundledPacksFolder()])).packs
})

const GROUPS = ['north', 'south'] as const
const DEPARTMENTS = { dispatch: 'north', warehouse: 'north', office: 'south' } as const
const NUMBERS = ['10', '11', '12', '13', '20', '21'] as const
const NAMES = ['Name', 'Front desk', '', 'a"b <c> & d # e', 'x'.repeat(150), '%NULL%']

/** How many phones, of how many families, of how many models of each. */
type Mix = { families: number; models: number; phones: number }
/** Three families in a world: the same edit has to meet several phones of one, and one of each. */
const MIX: Mix = { families: 3, models: 1_000, phones: 8 }
/** Many phones that are nearly alike: what one of them does must not be said of another. */
const ALIKE: Mix = { families: 1, models: 2, phones: 24 }

/** Two profiles, two business groups, three departments, six numbers; phones of families as the dice say. */
function worldOf(seeds: readonly number[], { families, models, phones }: Mix): MutableWorld {
  const world = emptyWorld('bench')
  world.packs = packs
  const url = dice(seeds, 0, 4) === 0 ? null : 'http://10.66.0.1/'
  world.network = {
    interface: null,
    address: '10.66.0.1',
    prefixLength: 24,
    pool: { from: '10.66.0.2', to: '10.66.0.9' },
    httpUrl: url as string,
  }
  if (url === null) world.network = null
  for (const id of ['main', 'lab']) world.profile.set(id, { id, name: id, packs: [], firmware: [] })
  for (const id of GROUPS) world.group.set(id, { id, name: id, profile: 'main' })
  for (const [id, group] of Object.entries(DEPARTMENTS)) world.department.set(id, { id, name: id, group })
  NUMBERS.forEach((number, i) => {
    const group = number < '20' ? 'north' : 'south'
    const department = i === 1 ? 'dispatch' : i === 3 ? 'warehouse' : null
    const displayName = pick(NAMES, dice(seeds, i + 1, 60))
    const sipPassword = dice(seeds, i + 9, 12) === 0 ? 'pass "quoted"' : `secret-of-${number}`
    world.line.set(number, { number, group, department, displayName, sipUser: `u${number}`, sipAuthUser: null, sipPassword })
  })
  for (let i = 0; i < phones; i++) {
    const pack = pick(packs, dice(seeds, 100 + (i % families), 10_000))
    const model = pick(Object.keys(pack.models).slice(0, models), dice(seeds, i + 30, 10_000))
    const lines = [
      pick(NUMBERS, dice(seeds, i + 40, 100)),
      ...(dice(seeds, i + 50, 3) === 0 ? [pick(NUMBERS, dice(seeds, i + 60, 100))] : []),
    ]
    const firmware = pick([null, '1.0.0', '66.86.0.15', '5.9.6'], dice(seeds, i + 70, 8))
    const made = device({ mac: macOf(i), pack: pack.id, model, lines, firmware, slot: i + 1 })
    world.device.set(made.mac, { ...made, listed: dice(seeds, i + 80, 9) !== 0, profile: dice(seeds, i + 90, 5) === 0 ? 'lab' : null })
  }
  return world
}

function macOf(i: number): string {
  return `02${i.toString(16).padStart(10, '0')}`
}

function pick<T>(from: readonly T[], at: number): T {
  return from[at % from.length] as T
}

/** A number from the seeds, the same each time it is asked for. */
function dice(seeds: readonly number[], at: number, sides: number): number {
  let mixed = (seeds[at % seeds.length] ?? 1) + at * 2654435761
  mixed = Math.imul(mixed ^ (mixed >>> 15), 2246822519)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 3266489917)
  return (mixed >>> 0) % sides
}

/** Settings that families use together, so that one decides what another does. */
const MIXED = [
  'sip.registrar.host',
  'sip.registrar.port',
  'sip.registrar2.host',
  'sip.registrar2.port',
  'sip.outboundProxy.host',
  'sip.outboundProxy.port',
  'sip.transport',
  'time.zone',
  'time.utcOffset',
  'time.daylightSaving',
  'keys.1.action',
  'keys.1.label',
  'keys.1.value',
  'keys.2.action',
  'keys.2.label',
  'keys.2.line',
  'lines.1.label',
  'lines.2.label',
  'lines.2.number',
  'lines.3.number',
  'network.vlan.id',
  'network.vlan.priority',
  'provisioning.url',
  'provisioning.resyncAt',
  'provisioning.repeatMinutes',
  'provisioning.pnp',
  'audio.codecs',
  'admin.password',
  'user.password',
  'ui.language',
  'raw.lines',
]

/** Rows of keys: what one key says must not be told of another, and what stays apart has to stay apart. */
const KEYS = ['keys.1', 'keys.2', 'keys.3', 'modules.1.keys.1', 'modules.1.keys.2'].flatMap((row) =>
  ['action', 'action', 'value', 'label', 'line'].map((field) => `${row}.${field}`),
)

type Throw = {
  isOfKeys?: boolean
  act: number
  place: number
  isMixed: boolean
  key: number
  value: number
  selector: number
  phone: number
}

/** An edit that means one of the phones, at one of its layers. */
function editFrom({ act, isMixed, isOfKeys = false, key: k, phone, place, selector, value }: Throw, world: MutableWorld): SettingEdit {
  const unit = world.device.get(macOf(phone % world.device.size)) as Device
  const pack = packOf(unit, world) as Pack
  const own = pack.settings.map((setting) => setting.key)
  const mixed = (isOfKeys ? KEYS : MIXED).filter((key) => own.includes(key))
  const key = isMixed && mixed.length > 0 ? pick(mixed, k) : own.length > 0 ? pick(own, k) : 'sip.registrar.host'
  const definition =
    pack.settings.find((setting) => setting.key === key) ?? (packs.find((one) => one.settings.length > 0) as Pack).settings[0]
  const places = pathOf(unit, world).filter(({ kind }) => definition?.layers.includes(kind as LayerKind))
  const at = pick(places.length === 0 ? pathOf(unit, world) : places, place)
  const edit = {
    do: pick(['set', 'set', 'set', 'set', 'clear', 'lock', 'unlock'] as const, act),
    layer: { kind: at?.kind as LayerKind, id: at?.id as string },
    key,
  }
  const narrowed = selector === 0 ? { pack: pack.id } : selector === 1 ? { model: unit.model as string } : {}
  return edit.do === 'set' ? { ...edit, ...narrowed, value: valueFor(definition as SettingDefinition, value) } : edit
}

function valueFor({ choices, max, min, type }: SettingDefinition, v: number): SettingScalar {
  switch (type) {
    case 'boolean':
      return v % 2 === 0
    case 'choice':
      return pick(choices ?? ['x'], v)
    case 'list':
      return choices === null ? 'a, b' : [pick(choices, v), pick(choices, v + 1)].join(', ')
    case 'number':
      return Math.min(max ?? 9_999, (min ?? 0) + (v % 3))
    case 'host':
      return pick(['a.example', 'b.example', '10.0.0.1'], v)
    case 'url':
      return pick(['https://p.example/a/', 'http://p.example', 'https://q.example:8443/p/'], v)
    case 'time':
      return pick(['03:00', '04:30'], v)
    case 'directoryNumber':
      return pick([...NUMBERS, ''], v)
    case 'password':
      return pick(['secret-1', 'secret-2', 'with "quote"', ' blank '], v)
    case 'raw':
      return pick(['a = 1', '<a>1</a>', '"a": 1'], v)
    default:
      return pick(['', 'one', 'two', '4711', 'Name', 'Front desk', ' ', '%NULL%', 'long '.repeat(12)], v)
  }
}

/** Every file of a phone at every stage that holds settings, and what it is to run. */
function sightOf(world: MutableWorld, { mac }: Device): string {
  const unit = world.device.get(mac) as Device
  const pack = packOf(unit, world)
  if (pack === undefined || packProblem(unit, pack.id, world) !== null) return ''
  const texts: string[] = []
  for (const file of pack.files) {
    if (file.kind !== 'config') continue
    for (const stage of ['first', 'full', 'departure'] as const) {
      if (stage !== 'full' && (!file.secret || file.scope !== 'device')) continue
      if (stage === 'first' && file.stages.first === undefined) continue
      const text = renderFile({ pack, file, stage, device: unit, world, secretText: null })
      texts.push(text.ok ? text.value : text.refusal.message)
    }
  }
  const goal = firmwareTarget(unit, world)
  return JSON.stringify([texts, goal === null ? null : [goal.final, goal.isRight ? null : goal.step, goal.route, goal.block?.code]])
}

const thrown: fc.Arbitrary<Throw> = fc.record({
  act: fc.nat(6),
  place: fc.nat(3),
  isMixed: fc.nat(3).map((n) => n > 0),
  key: fc.nat(9_999),
  value: fc.nat(99),
  selector: fc.nat(5),
  phone: fc.nat(99),
})
const seeds = fc.array(fc.nat(), { minLength: 24, maxLength: 24 })

function prepared(seedList: readonly number[], earlier: readonly Throw[], mix = MIX): MutableWorld {
  const world = worldOf(seedList, mix)
  for (const one of earlier) {
    const done = editSetting(editFrom(one, world), world, NOW)
    if (done.ok) applyChanges(world, done.value.changes)
  }
  return world
}

/** Those of the edits that are not refused, and what they change. */
function accepted(wanted: readonly Throw[], world: MutableWorld): { edits: SettingEdit[]; changes: Change[] } {
  const edits: SettingEdit[] = []
  const changes: Change[] = []
  const copy = { ...world, layer: new Map(world.layer) }
  for (const one of wanted) {
    const edit = editFrom(one, world)
    const done = editSetting(edit, copy, NOW)
    if (!done.ok) continue
    applyChanges(copy, done.value.changes)
    changes.push(...done.value.changes)
    edits.push(edit)
  }
  return { edits, changes }
}

/** Phones that differ once the changes are carried out. */
function changedBy(changes: readonly Change[], world: MutableWorld): string[] {
  const listed = [...world.device.values()].filter((unit) => unit.listed)
  const before = new Map(listed.map((unit) => [unit.mac, sightOf(world, unit)]))
  applyChanges(world, changes)
  // Whose family the profile does not support gets nothing: that is said of him apart.
  const served = listed.filter((unit) => packProblem(world.device.get(unit.mac) as Device, unit.pack ?? '', world) === null)
  return served.filter((unit) => sightOf(world, unit) !== before.get(unit.mac)).map((unit) => unit.mac)
}

it('knows every name that a template may read: a new one has to be told here what it hangs on', () => {
  const world = worldOf([1], MIX)
  const [pack] = packs
  const file = pack?.files.find(({ kind }) => kind === 'config')
  if (pack === undefined || file === undefined) throw new Error('no pack')
  const context = contextFor({ pack, file, stage: 'full', device: null, world, secretText: null })
  // Whatever hangs on settings alone may come without a word; what hangs on other records has to be asked for in main/core/settings/reach.ts.
  expect(Object.keys(context).sort()).toEqual(KNOWN_NAMES)
})

const KNOWN_NAMES = [
  'bench',
  'config',
  'device',
  'firmware',
  'freeLines',
  'keys',
  'lines',
  'modules',
  'production',
  'raw',
  'settings',
  'stage',
  'token',
  'zone',
]

describe('the phones that a preview calls affected are those whose files differ', () => {
  it.each([
    ['of several families, by edits at any layer, with selectors, locks and lines by rule', MIX, 30],
    ['of one family, nearly alike, by the same edits', ALIKE, 80],
    ['of one family, nearly alike, by edits of function keys', ALIKE, 80, true],
  ] as const)(
    '%s',
    (_, mix, most, isOfKeys?: boolean) => {
      const one = isOfKeys ? thrown.map((some) => ({ ...some, isMixed: true, isOfKeys: true })) : thrown
      const seen = { affected: 0, sameFiles: 0 }
      fc.assert(
        fc.property(seeds, fc.array(one, { maxLength: most }), fc.array(one, { minLength: 1, maxLength: 3 }), (dices, earlier, last) => {
          const world = prepared(dices, earlier, mix)
          const { changes, edits } = accepted(last, world)
          const preview = previewEdits(edits, world, NOW)
          if (!preview.ok) throw new Error(preview.refusal.message)
          expect([...preview.value.macs].sort()).toEqual(changedBy(changes, world).sort())
          expect(preview.value.affected).toBe(preview.value.macs.length)
          for (const { files } of preview.value.alike) expect(files?.length).not.toBe(0)
          seen.affected += preview.value.affected
          seen.sameFiles += preview.value.unaffected.sameFiles
        }),
        { numRuns: RUNS },
      )
      // Dice that never meet both would prove nothing.
      expect(seen.affected).toBeGreaterThan(10)
      expect(seen.sameFiles).toBeGreaterThan(5)
    },
    120_000,
  )

  const change = fc.oneof(
    fc.record({ what: fc.constant('line' as const), at: fc.nat(5), name: fc.nat(20), of: fc.nat(2) }),
    fc.record({ what: fc.constant('group' as const), at: fc.nat(1), name: fc.nat(1), of: fc.nat(2) }),
    fc.record({ what: fc.constant('device' as const), at: fc.nat(7), name: fc.nat(99), of: fc.nat(4) }),
    fc.record({ what: fc.constant('firmware' as const), at: fc.nat(1), name: fc.nat(2), of: fc.nat(7) }),
  )

  it('by changes of lines, business groups, phones and firmware targets', () => {
    let affected = 0
    fc.assert(
      fc.property(
        seeds,
        fc.array(thrown, { maxLength: 30 }),
        fc.array(change, { minLength: 1, maxLength: 2 }),
        (seedList, earlier, wanted) => {
          const world = prepared(seedList, earlier)
          const changes = wanted.map((one) => changeFrom(one, world))
          const preview = previewChanges(changes, world)
          expect([...preview.macs].sort()).toEqual(changedBy(changes, world).sort())
          affected += preview.affected
        },
      ),
      { numRuns: RUNS },
    )
    expect(affected).toBeGreaterThan(10)
  }, 120_000)
})

/** Each costs a rendering of every file of eight phones, twice. Thousands of them were run when this was written. */
const RUNS = 50

function changeFrom({ at, name, of, what }: { what: string; at: number; name: number; of: number }, world: MutableWorld): Change {
  switch (what) {
    case 'line': {
      const line = world.line.get(pick(NUMBERS, at))
      if (line === undefined) throw new Error('no line')
      const over = of === 0 ? { displayName: pick(NAMES, name) } : of === 1 ? { sipPassword: 'another' } : { department: null }
      return { entity: 'line', id: line.number, value: { ...line, ...over } }
    }
    case 'group': {
      const id = pick(GROUPS, at)
      return { entity: 'group', id, value: { id, name: id, profile: pick(['main', 'lab'], name) } }
    }
    case 'device': {
      const unit = world.device.get(macOf(at))
      if (unit === undefined) throw new Error('no phone')
      const over =
        of === 0
          ? { lines: [pick(NUMBERS, name)] }
          : of === 1
            ? { lines: [...unit.lines, pick(NUMBERS, name)] }
            : of === 2
              ? { profile: pick([null, 'lab', 'main'], name) }
              : { department: pick([null, 'dispatch', 'warehouse'], name) }
      return { entity: 'device', id: unit.mac, value: { ...unit, ...over } }
    }
    default: {
      const id = pick(['main', 'lab'], at)
      const unit = world.device.get(macOf(of))
      const target = { pack: unit?.pack ?? '', models: [], version: pick(['66.86.0.15', '1.0.0', '7.7'], name) }
      return { entity: 'profile', id, value: { id, name: id, packs: [], firmware: [target] } }
    }
  }
}
