import { type Layer, type LayerKind, layerId, type SettingScalar, type SettingValue } from '../model/catalogue.ts'
import type { Mac } from '../model/mac.ts'
import type { Pack, SettingDefinition } from '../model/pack.ts'
import { type Refusal, refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import { applyChanges, type Change, type MutableWorld, type World } from '../model/world.ts'
import { modelNamed } from '../pack/models.ts'
import { valueProblem } from '../pack/setting-value.ts'
import { layersOf } from './layers.ts'
import { resolveSettings } from './resolve.ts'

/** One edit at one layer. `pack` and `model` narrow a value; a lock is for all packs. */
export type SettingEdit = {
  do: 'set' | 'clear' | 'lock' | 'unlock'
  layer: { kind: LayerKind; id: string }
  key: string
  value?: SettingScalar | undefined
  pack?: string | undefined
  model?: string | undefined
}

/**
 * Checks and carries out one edit: place known, setting known, layer allowed, value fitting, nobody above locked it. `affected` are the listed
 * devices whose resolved value or lock changes. An edit that changes nothing has no changes.
 */
export function editSetting(command: SettingEdit, world: World, _now: number): Result<{ changes: Change[]; affected: Mac[] }> {
  const problem = editProblem(command, world)
  if (problem !== null) return refuse(problem)
  const id = layerId(command.layer.kind, command.layer.id)
  const before: Layer = world.layer.get(id) ?? { ...command.layer, values: [], locks: [] }
  const after = applyEdit(before, normalised(command, world))
  if (after === before) return ok({ changes: [], affected: [] })
  const isEmpty = after.values.length === 0 && after.locks.length === 0
  const changes: Change[] = [{ entity: 'layer', id, value: isEmpty ? null : after }]
  return ok({ changes, affected: affectedBy(changes, command.key, world) })
}

function editProblem(command: SettingEdit, world: World): Refusal | null {
  return placeProblem(command.layer, world) ?? settingProblem(command, world) ?? lockProblem(command, world)
}

/** The place an edit speaks of must exist. */
export function placeProblem({ kind, id }: SettingEdit['layer'], world: World): Refusal | null {
  switch (kind) {
    case 'profile':
      return world.profile.has(id) ? null : refusal('PROFILE_UNKNOWN', { profile: id })
    case 'group':
      return world.group.has(id) ? null : refusal('GROUP_UNKNOWN', { group: id })
    case 'department':
      return world.department.has(id) ? null : refusal('DEPARTMENT_UNKNOWN', { department: id })
    case 'device':
      return world.device.has(id) ? null : refusal('DEVICE_UNKNOWN', { mac: id })
  }
}

/** Known setting, allowed layer, fitting value: for every pack the edit speaks to. Values are compared with each pack's own definition. */
export function settingProblem(command: SettingEdit, world: World): Refusal | null {
  const { key, layer, value } = command
  const scope = packsInScope(command, world)
  if ('code' in scope) return scope
  const definitions = scope.flatMap((pack) => pack.settings.find((setting) => setting.key === key) ?? [])
  if (definitions.length === 0) return refusal('SETTING_UNKNOWN', { key })
  const forbidden = definitions.find((definition) => !definition.layers.includes(layer.kind))
  if (forbidden !== undefined) return refusal('SETTING_LAYER_FORBIDDEN', { key, layer: layer.kind, allowed: forbidden.layers.join(', ') })
  if (command.do !== 'set') return null
  if (value === undefined) return refusal('SETTING_INVALID', { key, why: 'a value is wanted' })
  return firstProblem(definitions, key, value)
}

function firstProblem(definitions: readonly SettingDefinition[], key: string, value: SettingScalar): Refusal | null {
  for (const definition of definitions) {
    const why = valueProblem(definition, value)
    if (why !== null) return refusal('SETTING_INVALID', { key, why })
  }
  return null
}

function packsInScope({ model, pack }: SettingEdit, world: World): readonly Pack[] | Refusal {
  const packs = pack === undefined ? world.packs : world.packs.filter((one) => one.id === pack)
  if (pack !== undefined && packs.length === 0) return refusal('PACK_INVALID', { pack, why: 'it is not loaded' })
  if (model === undefined) return packs
  const owners = packs.filter((one) => modelNamed(one, model) !== null)
  const known = world.packs
    .flatMap((one) => Object.keys(one.models))
    .slice(0, 12)
    .join(', ')
  return owners.length === 0 ? refusal('DEVICE_MODEL_UNKNOWN', { model, known }) : owners
}

/** A wider layer's lock stands against any edit below it: the value could not take effect. */
function lockProblem({ key, layer }: SettingEdit, world: World): Refusal | null {
  const above = layersAbove(layer, world).find((one) => one.locks.includes(key))
  if (above === undefined) return null
  return refusal('SETTING_LOCKED', { key, layer: `${above.kind} ${nameOf(above, world)}` })
}

function nameOf({ kind, id }: Layer, world: World): string {
  const name =
    kind === 'profile'
      ? world.profile.get(id)?.name
      : kind === 'group'
        ? world.group.get(id)?.name
        : kind === 'department'
          ? world.department.get(id)?.name
          : undefined
  return name ?? id
}

function layersAbove({ kind, id }: SettingEdit['layer'], world: World): Layer[] {
  if (kind === 'device') {
    const device = world.device.get(id)
    return device === undefined ? [] : layersOf(device, world).filter((layer) => layer.kind !== 'device')
  }
  const group = kind === 'department' ? (world.department.get(id)?.group ?? null) : kind === 'group' ? id : null
  const profile = group === null ? null : (world.group.get(group)?.profile ?? null)
  const ids = [
    profile === null ? null : layerId('profile', profile),
    kind === 'department' && group !== null ? layerId('group', group) : null,
  ]
  return ids.flatMap((layer) => (layer === null ? [] : (world.layer.get(layer) ?? [])))
}

/** A model is kept as its pack spells it. */
function normalised(command: SettingEdit, world: World): SettingEdit {
  const { model } = command
  const pack = model === undefined ? undefined : world.packs.find((one) => modelNamed(one, model) !== null)
  return pack === undefined || model === undefined ? command : { ...command, model: modelNamed(pack, model)?.name }
}

/** The layer after an edit; the same object when nothing differs. */
export function applyEdit(layer: Layer, command: SettingEdit): Layer {
  switch (command.do) {
    case 'set':
      return setValue(layer, command)
    case 'clear': {
      const values = layer.values.filter((value) => !isSamePlace(value, command))
      return values.length === layer.values.length ? layer : { ...layer, values }
    }
    case 'lock':
      return layer.locks.includes(command.key) ? layer : { ...layer, locks: [...layer.locks, command.key] }
    case 'unlock':
      return layer.locks.includes(command.key) ? { ...layer, locks: layer.locks.filter((key) => key !== command.key) } : layer
  }
}

function setValue(layer: Layer, { key, model, pack, value }: SettingEdit): Layer {
  if (value === undefined) return layer
  const at = layer.values.findIndex((one) => isSamePlace(one, { key, model, pack }))
  if (layer.values[at]?.value === value) return layer
  const next: SettingValue = { key, value, ...(pack === undefined ? {} : { pack }), ...(model === undefined ? {} : { model }) }
  const values = at === -1 ? [...layer.values, next] : layer.values.map((one, i) => (i === at ? next : one))
  return { ...layer, values }
}

function isSamePlace(value: SettingValue, place: { key: string; pack?: string | undefined; model?: string | undefined }): boolean {
  return value.key === place.key && value.pack === place.pack && value.model === place.model
}

/** Listed devices whose resolved value or lock of a key differs after the changes. */
function affectedBy(changes: readonly Change[], key: string, world: World): Mac[] {
  const after: MutableWorld = { ...world, packs: world.packs, layer: new Map(world.layer) } as MutableWorld // only `layer` is written, and that is a copy
  applyChanges(after, changes)
  return [...world.device.values()]
    .filter((device) => {
      const pack = world.packs.find((one) => one.id === device.pack)
      const definition = pack?.settings.find((setting) => setting.key === key)
      if (!device.listed || pack === undefined || definition === undefined) return false
      const target = { pack: pack.id, model: device.model ?? device.expectedModel }
      const [old, fresh] = [world, after].map((one) => resolveSettings([definition], layersOf(device, one), target).get(key))
      return old?.value !== fresh?.value || old?.lockedBy !== fresh?.lockedBy
    })
    .map((device) => device.mac)
}
