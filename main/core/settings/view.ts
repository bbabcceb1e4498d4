import { type Layer, layerId, type SettingScalar, type SettingValue } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import { MENUS, type Menu, type Pack, type SettingDefinition } from '../model/pack.ts'
import { refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import type { World } from '../model/world.ts'
import { findModel, modelNamed, nearModels } from '../pack/models.ts'
import type { Target } from './applies.ts'
import { below, type Below } from './below.ts'
import { placeProblem } from './edit.ts'
import { LAYER_ORDER, layersAbove, layersOf, packOf, packsAt } from './layers.ts'
import { phoneLines } from './lines.ts'
import { type JoinedDefinition, joinDefinitions } from './joined.ts'
import { named, type Named, pathTo } from './named.ts'
import { placedIn } from './placed.ts'
import { type RawStop, rawStop, rawStopsOf } from './raw-locks.ts'
import { type Resolved, resolveSetting, resolveSettings } from './resolve.ts'
import { ENGINEER, mayLock, type Person, type Place, placeRoleProblem, roleProblem } from './roles.ts'
import { seesOf, shownValue } from './secret.ts'

/** Whose layer is to be seen, by whom; `pack` and `model` narrow it to what these phones get. `menu` leaves the others out. */
export type ViewRequest = {
  layer: Place
  role?: Person | undefined
  pack?: string | undefined
  model?: string | undefined
  menu?: Menu | undefined
  /** Expansion modules whose keys are wanted; without a word those of which something is said anywhere. */
  modules?: readonly number[] | undefined
}

/** A layer as the editor draws it: `path` from the widest layer to this one, `phones` listed below it. Secret values are masked. */
export type LayerView = {
  layer: Named
  path: readonly Named[]
  phones: number
  /** Of a phone: the lines it carries. Facts of their directory numbers, not settings; line 1 is the number that owns it. */
  lines?: readonly LineFacts[]
  menus: readonly { id: Menu; fields: readonly Field[] }[]
  /** Expansion modules: how many a phone takes at most, and those whose keys are among the fields. A module nobody uses has many keys and nothing to say. */
  modules: { most: number; shown: readonly number[] }
}

export type LineFacts = { n: number; number: string; displayName: string; sipUser: string; label: string | null; isOwn: boolean }

export type Field = {
  key: string
  definition: JoinedDefinition
  /** What a phone below gets that says nothing of its own; null = set nowhere. */
  value: SettingScalar | null
  origin: Named | null
  /** Values that did not win, widest layer first. `unfit`: no phone that is looked at can take it. `stopped`: a raw line that a lock of above keeps out of files. */
  hidden: readonly { from: Named; value: SettingScalar; unfit?: true; stopped?: string }[]
  /** What stands at this very layer, one for each selector; under a lock of above it is kept and does not count. */
  setHere: readonly { value: SettingScalar; pack?: string; model?: string }[]
  /** The wider layer whose lock holds here. */
  lockedBy: Named | null
  lockedHere: boolean
  mayEdit: boolean
  mayLock: boolean
  /** Why it may not be edited, for people. */
  why: string | null
  /** Narrower layers that say something of their own. */
  below: Below
}

/** What the editor shows of one layer. Refused: a place that is not there, or that is not this person's. */
export function viewLayer(request: ViewRequest, world: World): Result<LayerView> {
  const { layer, role: person = ENGINEER } = request
  const problem = placeProblem(layer, world) ?? placeRoleProblem(person, layer, world)
  if (problem !== null) return refuse(problem)
  const scope = scopeOf(request, world)
  if ('code' in scope) return refuse(refusal(scope.code, scope.data))
  const path = pathTo(layer, world)
  const device = layer.kind === 'device' ? world.device.get(layer.id) : undefined
  const own = world.layer.get(layerId(layer.kind, layer.id)) ?? { ...layer, values: [], locks: [] }
  const above = layersAbove(layer, world)
  const others = below(layer, world)
  const of: Of = { ...scope, person, layer, own, above, path, world, below: others.byKey }
  const shown = modulesShown(request, of)
  const fields = joinDefinitions(scope.packs, world.packs)
    .filter(({ key, menu }) => (request.menu === undefined || menu === request.menu) && isShown(key, shown))
    .flatMap((definition) => fieldOf(definition, of) ?? [])
  return ok({
    layer: named(layer, world),
    path,
    phones: listedBelow(layer, world),
    ...(device === undefined ? {} : { lines: lineFacts(device, world) }),
    menus: MENUS.map((id) => ({ id, fields: fields.filter((field) => field.definition.menu === id) })).filter(
      (menu) => menu.fields.length > 0,
    ),
    modules: { most: mostModules(scope), shown },
  })
}

const MODULE = /^modules\.(\d+)\./

/** Those that were asked for, and those of which this layer, one above or one below says something. */
function modulesShown({ modules = [] }: ViewRequest, { above, below: others, own, ...scope }: Of): number[] {
  const said = new Set(modules)
  const keys = [...above, own].flatMap(({ locks, values }) => [...locks, ...values.map((value) => value.key)])
  for (const key of [...keys, ...others.keys()]) {
    const found = MODULE.exec(key)
    if (found !== null) said.add(Number(found[1]))
  }
  return [...said].filter((m) => m >= 1 && m <= mostModules(scope)).sort((a, b) => a - b)
}

function isShown(key: string, modules: readonly number[]): boolean {
  const found = MODULE.exec(key)
  return found === null || modules.includes(Number(found[1]))
}

function mostModules({ packs, target: { model } }: Scope): number {
  const models = packs.flatMap((pack) => (model === null ? Object.values(pack.models) : (pack.models[model] ?? [])))
  return Math.max(0, ...models.map((one) => one.modules))
}

type Scope = { packs: readonly Pack[]; target: Target }
type Of = Scope & {
  person: Person
  layer: Place
  own: Layer
  above: readonly Layer[]
  path: readonly Named[]
  world: World
  below: ReadonlyMap<string, Below>
}

/** Which packs' settings are shown, and for what they are resolved. */
function scopeOf(
  { layer, model, pack }: ViewRequest,
  world: World,
): Scope | { code: 'PACK_INVALID' | 'DEVICE_MODEL_UNKNOWN'; data: Record<string, string> } {
  const device = layer.kind === 'device' ? world.device.get(layer.id) : undefined
  const own = device === undefined ? undefined : packOf(device, world)
  if (device !== undefined && own !== undefined) return { packs: [own], target: targetOf(device, own) }
  const packs = pack === undefined ? packsAt(layer, world) : world.packs.filter((one) => one.id === pack)
  const [first] = packs
  if (first === undefined) return { code: 'PACK_INVALID', data: { pack: pack ?? '', why: 'it is not loaded' } }
  if (model === undefined) return { packs, target: { pack: pack ?? '', model: null } }
  const found = pack === undefined ? findModel(packs, model) : { pack, model: modelNamed(first, model)?.name }
  const owner = packs.find((one) => one.id === found?.pack)
  if (found?.model === undefined || owner === undefined)
    return { code: 'DEVICE_MODEL_UNKNOWN', data: { model, known: nearModels(packs, model) } }
  return { packs: [owner], target: { pack: owner.id, model: found.model } }
}

function targetOf(device: Device, pack: Pack): Target {
  return { pack: pack.id, model: device.model ?? device.expectedModel, firmware: device.firmware }
}

function lineFacts(device: Device, world: World): LineFacts[] {
  const pack = packOf(device, world)
  if (pack === undefined) return []
  const settings = resolveSettings(pack.settings, layersOf(device, world), targetOf(device, pack))
  const accounts = pack.models[device.model ?? device.expectedModel ?? '']?.lines ?? 1
  return phoneLines(device, (key) => settings.get(key)?.value, accounts, world).map(({ isOwn, label, line, n }) => ({
    n,
    number: line.number,
    displayName: line.displayName,
    sipUser: line.sipUser,
    label,
    isOwn,
  }))
}

function listedBelow(layer: Place, world: World): number {
  let count = 0
  for (const mac of placedIn(world).under(layer)) if (world.device.get(mac)?.listed) count += 1
  return count
}

/** null where there is nothing to show: the model lacks it, or this person has nothing to do with it. */
function fieldOf(definition: JoinedDefinition, of: Of): Field | null {
  const { above, below: others, layer, own, path, person, target, world } = of
  const resolved = resolveSetting(definition, [...above, own], target)
  if (resolved.notFor === 'model') return null
  const mayNever = roleProblem(person, layer, definition, world)
  const isAllowedHere = definition.layers.includes(layer.kind)
  const seesAll = person.role === 'engineer' || person.role === 'reader'
  if (!seesAll && (mayNever !== null || !isAllowedHere)) return null
  if (!isAllowedHere && isWiderThanAll(layer, definition)) return null
  const lock = above.find((one) => one.locks.includes(definition.key))
  const lockedBy = lock === undefined ? null : nameOf(lock.kind, of)
  const why = whyNot(definition, of, lockedBy, isAllowedHere)
  const lockedHere = own.locks.includes(definition.key)
  const show = <T extends SettingScalar | null>(value: T) => shownValue(definition, value, seesOf(person))
  return {
    key: definition.key,
    definition,
    value: show(resolved.value),
    origin: resolved.layer === null ? null : nameOf(resolved.layer, of),
    hidden: [
      ...resolved.hidden.map(({ layer: from, unfit, value }) => ({
        from: nameOf(from, of),
        value: show(value),
        ...(unfit ? { unfit } : {}),
      })),
      ...stoppedRaw(definition, resolved, of).map(({ by, line, name, setting, text }) => ({
        from: nameOf(resolved.layer ?? 'pack', of),
        value: show(text),
        stopped: `Line ${line} writes ${name}, which ${setting} decides: locked by the ${LAYER_WORDS[by.kind as Place['kind']]} ${by.name}`,
      })),
    ],
    setHere: own.values.filter((value) => value.key === definition.key).map((value) => shown(value, show)),
    lockedBy,
    lockedHere,
    mayEdit: why === null,
    mayLock: layer.kind !== 'device' && isAllowedHere && mayLock(person) && (lockedBy === null || lockedHere),
    why,
    below: others.get(definition.key) ?? { count: 0, sample: [] },
  }
  function nameOf(kind: Resolved['layer'] & string, { packs }: Scope): Named {
    if (kind === 'pack')
      return {
        kind,
        id: packs.length === 1 ? (packs[0]?.id ?? null) : null,
        name: packs.length === 1 ? (packs[0]?.name ?? '') : 'Endpoint pack',
      }
    return path.find((one) => one.kind === kind) ?? { kind, id: null, name: kind }
  }
}

/** Raw lines that hold here and that a lock keeps out of the files: of a phone its own, else of the first family that is looked at and has some. */
function stoppedRaw({ type }: JoinedDefinition, { layer: from, value }: Resolved, { layer, packs, target, world }: Of): RawStop[] {
  if (type !== 'raw' || typeof value !== 'string' || from === null || from === 'pack') return []
  const device = layer.kind === 'device' ? world.device.get(layer.id) : undefined
  if (device !== undefined) return rawStopsOf(device, world)
  for (const pack of from === layer.kind ? packs : []) {
    const stop = rawStop(value, layer, { pack, model: target.model }, world)
    if (stop !== null) return [stop]
  }
  return []
}

function shown({ model, pack, value }: SettingValue, show: (value: SettingScalar) => SettingScalar): Field['setHere'][number] {
  return { value: show(value), ...(pack === undefined ? {} : { pack }), ...(model === undefined ? {} : { model }) }
}

/** A profile above the layers where directory numbers may be given has nothing to show of them. */
function isWiderThanAll({ kind }: Place, { layers }: SettingDefinition): boolean {
  return layers.every((one) => LAYER_ORDER.indexOf(one) > LAYER_ORDER.indexOf(kind))
}

const LAYER_WORDS: Readonly<Record<Place['kind'], string>> = {
  profile: 'persistent profile',
  group: 'business group',
  department: 'department',
  device: 'phone',
}

function whyNot(definition: JoinedDefinition, { layer, person, world }: Of, lockedBy: Named | null, isAllowedHere: boolean): string | null {
  if (!isAllowedHere) return `May be set at: ${definition.layers.map((kind) => LAYER_WORDS[kind]).join(', ')}`
  const role = roleProblem(person, layer, definition, world)
  if (role !== null) return `${role.message}. ${role.hint}`
  return lockedBy === null ? null : `Locked by the ${LAYER_WORDS[lockedBy.kind as Place['kind']]} ${lockedBy.name}`
}
