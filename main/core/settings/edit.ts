import { type Layer, layerId, type SettingScalar, type SettingValue } from '../model/catalogue.ts'
import type { Mac } from '../model/mac.ts'
import type { Pack, SettingDefinition } from '../model/pack.ts'
import { type Refusal, refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import type { Change, World } from '../model/world.ts'
import { findModel, modelNamed, nearModels } from '../pack/models.ts'
import { rawProblem } from '../pack/raw-lines.ts'
import { valueProblem } from '../pack/setting-value.ts'
import { layerName, layersAbove, layersOf, packOf, packsAt } from './layers.ts'
import { isLineKey } from './lines.ts'
import { patched } from './patched.ts'
import { placedIn } from './placed.ts'
import { RAW_KEY, rawStop } from './raw-locks.ts'
import { definitionOf, resolveSetting } from './resolve.ts'
import { MASK } from './secret.ts'
import { ENGINEER, forbidden, groupOf, mayLock, type Person, type Place, roleProblem } from './roles.ts'

/**
 * One edit at one layer. `pack` and `model` narrow a value; a lock is for all packs. `person` is who wants it, left out = the engineer: what is refused in the
 * editor is refused here too.
 */
export type SettingEdit = {
  do: 'set' | 'clear' | 'lock' | 'unlock'
  layer: Place
  key: string
  value?: SettingScalar | undefined
  pack?: string | undefined
  model?: string | undefined
  person?: Person | undefined
}

/**
 * Checks and carries out one edit: place known, role sufficient, setting known, layer allowed, value fitting, nobody above locked it. `affected` are the
 * listed devices whose resolved value or lock changes. An edit that changes nothing has no changes.
 */
export function editSetting(command: SettingEdit, world: World, _now: number): Result<{ changes: Change[]; affected: Mac[] }> {
  const changed = editChanges(command, world)
  if (!changed.ok) return changed
  return ok({ changes: changed.value, affected: affectedBy(changed.value, command, world) })
}

/** The changes of an edit alone, without a look at the phones. */
export function editChanges(command: SettingEdit, world: World): Result<Change[]> {
  const problem = editProblem(command, world)
  if (problem !== null) return refuse(problem)
  const id = layerId(command.layer.kind, command.layer.id)
  const before: Layer = world.layer.get(id) ?? { ...command.layer, values: [], locks: [] }
  const after = applyEdit(before, normalised(command, world))
  if (after === before) return ok([])
  const isEmpty = after.values.length === 0 && after.locks.length === 0
  return ok([{ entity: 'layer', id, value: isEmpty ? null : after }])
}

/** Why an edit is refused; null when it may be carried out. */
export function editProblem(command: SettingEdit, world: World): Refusal | null {
  return placeProblem(command.layer, world) ?? settingProblem(command, world) ?? lockProblem(command, world)
}

/** The place an edit speaks of must exist. */
export function placeProblem({ kind, id }: Place, world: World): Refusal | null {
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

/**
 * Known setting, sufficient role, allowed layer, fitting value. An edit may speak to several families: what one of them can take may be set, the others go
 * without it; what none can take is refused.
 */
export function settingProblem(command: SettingEdit, world: World): Refusal | null {
  const { key, layer, value } = command
  const scope = packsInScope(command, world)
  if ('code' in scope) return scope
  const owners = scope.flatMap((pack) => {
    const definition = definitionOf(pack.settings, key)
    return definition === null || isOfOtherModels(definition, command, world) ? [] : [{ pack, definition }]
  })
  const first = owners[0]
  if (first === undefined) return isLeftover(command, world) ? null : refusal('SETTING_UNKNOWN', { key })
  const problem = personProblem(command, first.definition, world)
  if (problem !== null) return problem
  // Taking back is always allowed: a layer may hold a value from before its pack narrowed the layers.
  if (command.do === 'clear' || command.do === 'unlock') return null
  if (!owners.some(({ definition }) => definition.layers.includes(layer.kind)))
    return refusal('SETTING_LAYER_FORBIDDEN', { key, layer: layer.kind, allowed: first.definition.layers.join(', ') })
  if (command.do === 'lock') return null
  if (value === undefined) return refusal('SETTING_INVALID', { key, why: 'a value is wanted' })
  const able = owners.filter(({ definition }) => definition.layers.includes(layer.kind))
  return firstProblem(able, key, value) ?? numberProblem(command, world)
}

/** What a family no longer has can still be taken away where it stands. */
function isLeftover({ do: act, key, layer, person = ENGINEER }: SettingEdit, world: World): boolean {
  if ((act !== 'clear' && act !== 'unlock') || person.role !== 'engineer') return false
  const there = world.layer.get(layerId(layer.kind, layer.id))
  return there !== undefined && (there.locks.includes(key) || there.values.some((value) => value.key === key))
}

/** A value for one device, or for one model, is for a phone that has the setting. */
function isOfOtherModels({ models }: SettingDefinition, { layer, model }: SettingEdit, world: World): boolean {
  const device = layer.kind === 'device' ? world.device.get(layer.id) : undefined
  const name = device?.model ?? device?.expectedModel ?? model
  if (models === null || name === undefined || name === null) return false
  return !models.some((one) => one.toLowerCase() === name.toLowerCase()) && world.packs.some((pack) => Object.hasOwn(pack.models, name))
}

function personProblem(command: SettingEdit, definition: SettingDefinition, world: World): Refusal | null {
  const person = command.person ?? ENGINEER
  const isLock = command.do === 'lock' || command.do === 'unlock'
  return roleProblem(person, command.layer, definition, world) ?? (isLock && !mayLock(person) ? forbidden(person.role, command.key) : null)
}

/** Why none of the families takes the value: the first one's words. */
function firstProblem(owners: readonly { pack: Pack; definition: SettingDefinition }[], key: string, value: SettingScalar): Refusal | null {
  let first: string | null = null
  for (const { definition, pack } of owners) {
    // What screens show in place of a secret, sent back by mistake, would be the new secret.
    if (definition.secret && value === MASK)
      return refusal('SETTING_INVALID', { key, why: 'these dots stand for the secret, they are not the secret' })
    const why = valueProblem(definition, value) ?? rawLinesProblem(definition, pack, value)
    if (why === null) return null
    first ??= why
  }
  return first === null ? null : refusal('SETTING_INVALID', { key, why: first })
}

/** Raw lines must be lines of the file they go into. */
function rawLinesProblem({ type }: SettingDefinition, pack: Pack, value: SettingScalar): string | null {
  const file = type === 'raw' ? pack.files.find((one) => one.id === pack.raw) : undefined
  if (file === undefined) return null
  const dots = String(value)
    .split(/\r\n|\r|\n/)
    .findIndex((line) => line.includes(MASK))
  return dots === -1
    ? rawProblem(file.format, String(value))
    : `line ${dots + 1}: these dots stand for what is not shown, they are not the value`
}

/** Raw lines may write anything but what a wider layer locked, in any of the families that would take them. */
function rawLockProblem(command: SettingEdit, world: World): Refusal | null {
  const { key, layer, value } = command
  const packs = command.do === 'set' && key === RAW_KEY && typeof value === 'string' ? packsInScope(command, world) : []
  if ('code' in packs) return packs
  const device = layer.kind === 'device' ? world.device.get(layer.id) : undefined
  for (const pack of packs) {
    const definition = definitionOf(pack.settings, key)
    if (definition === null || typeof value !== 'string' || rawLinesProblem(definition, pack, value) !== null) continue
    const model = device?.model ?? device?.expectedModel ?? command.model
    const known = model === undefined || model === null ? null : (modelNamed(pack, model)?.name ?? null)
    const stop = rawStop(value, layer, { pack, model: known }, world)
    if (stop === null) continue
    const by = `${LAYER_WORDS[stop.by.kind]} ${stop.by.name}`
    const { line, name, setting } = stop
    return refusal('SETTING_RAW_LOCKED', { key, field: key, line: String(line), name, setting, layer: by, pack: pack.id })
  }
  return null
}

const LAYER_WORDS = {
  pack: 'endpoint pack',
  profile: 'persistent profile',
  group: 'business group',
  department: 'department',
  device: 'phone',
} as const

/** A further line is a number of the business group that the layer lies in. */
function numberProblem({ key, layer, value }: SettingEdit, world: World): Refusal | null {
  if (!isLineKey(key) || value === '') return null
  const group = groupOf(layer, world)
  if (world.line.get(String(value))?.group === group && group !== null) return null
  const why =
    group === null
      ? 'this phone belongs to no business group'
      : `the business group ${world.group.get(group)?.name ?? group} has no number ${String(value)}`
  return refusal('SETTING_INVALID', { key, why })
}

function packsInScope({ layer, model, pack }: SettingEdit, world: World): readonly Pack[] | Refusal {
  const packs = pack === undefined ? packsAt(layer, world) : world.packs.filter((one) => one.id === pack)
  if (pack !== undefined && packs.length === 0) return refusal('PACK_INVALID', { pack, why: 'it is not loaded' })
  if (model === undefined) return packs
  const owners = (layer.kind === 'device' || pack !== undefined ? packs : world.packs).filter((one) => modelNamed(one, model) !== null)
  if (owners.length > 0) return owners
  const elsewhere = findModel(world.packs, model)
  return elsewhere === null || pack === undefined
    ? refusal('DEVICE_MODEL_UNKNOWN', { model, known: nearModels(packs, model) })
    : refusal('SETTING_MODEL_ELSEWHERE', { model, pack, other: elsewhere.pack })
}

/**
 * A wider layer's lock stands against values below it: they could not take effect. Values that were there stay, untouched, until it is unlocked. Raw lines that
 * would write what is locked go round it, and are refused likewise.
 */
export function lockProblem(command: SettingEdit, world: World): Refusal | null {
  const { do: act, key, layer } = command
  if (act === 'lock' || act === 'unlock') return null
  const above = layersAbove(layer, world).find((one) => one.locks.includes(key))
  if (above === undefined) return rawLockProblem(command, world)
  return refusal('SETTING_LOCKED', { key, layer: `${above.kind} ${layerName(above, world)}` })
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

/** Listed devices whose resolved value or lock of the key differs after the changes. Only those below the layer are asked. */
function affectedBy(changes: readonly Change[], { key, layer }: SettingEdit, world: World): Mac[] {
  if (changes.length === 0) return []
  const after = patched(world, changes)
  const affected: Mac[] = []
  for (const mac of placedIn(world).under(layer)) {
    const device = world.device.get(mac)
    const pack = device?.listed ? packOf(device, world) : undefined
    const definition = pack === undefined ? null : definitionOf(pack.settings, key)
    if (device === undefined || pack === undefined || definition === null) continue
    const target = { pack: pack.id, model: device.model ?? device.expectedModel, firmware: device.firmware }
    const old = resolveSetting(definition, layersOf(device, world), target)
    const fresh = resolveSetting(definition, layersOf(device, after), target)
    if (old.value !== fresh.value || old.lockedBy !== fresh.lockedBy) affected.push(mac)
  }
  return affected
}
