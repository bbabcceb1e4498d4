import type { Layer, LayerKind, SettingScalar, SettingValue } from '../model/catalogue.ts'
import type { SettingDefinition } from '../model/pack.ts'
import { valueProblem } from '../pack/setting-value.ts'
import { type NotFor, notFor, type Target } from './applies.ts'

export type { Target } from './applies.ts'

/** Where a value came from: a layer, or the default of the pack. */
export type Origin = 'pack' | LayerKind

/** A value that did not win. `unfit`: this family cannot take it (a language it does not speak), whoever else can. */
export type Hidden = { layer: Origin; value: SettingScalar; unfit?: true }

/** A setting with its provenance. `hidden`: the values that did not win, widest layer first. `lockedBy`: the widest layer that locked it. */
export type Resolved = {
  key: string
  value: SettingScalar | null
  /** null = set nowhere, and the pack has no default. */
  layer: Origin | null
  hidden: readonly Hidden[]
  lockedBy: LayerKind | null
  /** Set where the phone has no such setting at all; then there is no value. */
  notFor: NotFor | null
  definition: SettingDefinition
}

/**
 * One value for every defined setting. Layers come widest first: each value hides those of wider layers; once a layer locked the setting, values of
 * narrower layers are hidden instead. Inside a layer the narrower selector wins: model, then pack, then none. A layer that the definition does not
 * allow gives nothing, a value that does not fit the definition is hidden. Settings nobody defined are left out.
 */
export function resolveSettings(
  definitions: readonly SettingDefinition[],
  layers: readonly Layer[],
  target: Target,
): ReadonlyMap<string, Resolved> {
  const prepared = preparedOnce(definitions)
  const { last } = prepared
  if (last !== null && isSame(last, layers, target)) return last.resolved
  const resolved = resolveAll(prepared, definitions, layers, target)
  // Files of one phone are rendered one after the other, and masked: the same question again.
  prepared.last = { layers: [...layers], target: { ...target }, resolved }
  return resolved
}

function isSame({ layers, target }: Last, others: readonly Layer[], other: Target): boolean {
  return (
    layers.length === others.length &&
    target.model === other.model &&
    target.pack === other.pack &&
    (target.firmware ?? null) === (other.firmware ?? null) &&
    layers.every((layer, i) => layer === others[i])
  )
}

function resolveAll(
  prepared: Prepared,
  definitions: readonly SettingDefinition[],
  layers: readonly Layer[],
  target: Target,
): ReadonlyMap<string, Resolved> {
  const { byKey } = prepared
  const bare = bareOf(prepared, definitions, target)
  const touched = new Set<string>()
  for (const layer of layers) for (const key of contentOf(layer).keys) if (byKey.has(key)) touched.add(key)
  if (touched.size === 0) return bare
  const resolved = new Map(bare)
  for (const key of touched) {
    const definition = byKey.get(key)
    if (definition !== undefined) resolved.set(key, resolveSetting(definition, layers, target))
  }
  return resolved
}

/** One setting alone: what `resolveSettings` says of it, without the others. */
export function resolveSetting(definition: SettingDefinition, layers: readonly Layer[], target: Target): Resolved {
  const { key } = definition
  const absent = notFor(definition, target)
  const standard = definition.default
  let winner: Hidden | null = standard === null || absent !== null ? null : { layer: 'pack', value: standard }
  let lockedBy: LayerKind | null = null
  const hidden: Hidden[] = []
  for (const layer of layers) {
    const { kind } = layer
    if (definition.layers.includes(kind)) {
      const given = fittingValues(layer, key, target)
      const wins = lockedBy === null && absent === null ? given.findLastIndex((one) => isFit(definition, one.value)) : -1
      given.forEach(({ value }, i) => {
        if (i !== wins) hidden.push(isFit(definition, value) ? { layer: kind, value } : { layer: kind, value, unfit: true })
        else {
          if (winner !== null) hidden.push(winner)
          winner = { layer: kind, value }
        }
      })
    }
    if (lockedBy === null && contentOf(layer).locks.has(key)) lockedBy = kind
  }
  const won = winner as Hidden | null // set inside the callback above
  return {
    key,
    value: won?.value ?? null,
    layer: won?.layer ?? null,
    hidden: hidden.length > 1 ? inOrder(hidden) : hidden,
    lockedBy,
    notFor: absent,
    definition,
  }
}

/** The definition of a key, found without a walk. */
export function definitionOf(definitions: readonly SettingDefinition[], key: string): SettingDefinition | null {
  return preparedOnce(definitions).byKey.get(key) ?? null
}

/** Would this family take the value. Asked for every phone of it, answered once a value. */
export function isFit(definition: SettingDefinition, value: SettingScalar): boolean {
  const known = fits.get(definition) ?? new Map<SettingScalar, boolean>()
  fits.set(definition, known)
  const before = known.get(value)
  if (before !== undefined) return before
  const fit = valueProblem(definition, value) === null
  if (known.size >= MANY) known.clear()
  known.set(value, fit)
  return fit
}

const MANY = 500
const fits = new WeakMap<SettingDefinition, Map<SettingScalar, boolean>>()

const ORDER: readonly Origin[] = ['pack', 'profile', 'group', 'department', 'device']

function inOrder(list: readonly Hidden[]): Hidden[] {
  return [...list].sort((a, b) => ORDER.indexOf(a.layer) - ORDER.indexOf(b.layer))
}

type Prepared = {
  byKey: ReadonlyMap<string, SettingDefinition>
  hasSince: boolean
  /** With nothing set anywhere, by model and firmware. */
  bare: Map<string, ReadonlyMap<string, Resolved>>
  /** What was asked last. */
  last: Last | null
}

type Last = { layers: readonly Layer[]; target: Target; resolved: ReadonlyMap<string, Resolved> }

const prepared = new WeakMap<readonly SettingDefinition[], Prepared>()

/** Worked out once a pack; packs are frozen. */
function preparedOnce(definitions: readonly SettingDefinition[]): Prepared {
  const known = prepared.get(definitions)
  if (known !== undefined) return known
  const made: Prepared = {
    byKey: new Map(definitions.map((definition) => [definition.key, definition])),
    hasSince: definitions.some((definition) => definition.since !== null),
    bare: new Map(),
    last: null,
  }
  prepared.set(definitions, made)
  return made
}

function bareOf({ bare, hasSince }: Prepared, definitions: readonly SettingDefinition[], target: Target): ReadonlyMap<string, Resolved> {
  const name = `${target.model ?? ''}\n${hasSince ? (target.firmware ?? '') : ''}`
  const known = bare.get(name)
  if (known !== undefined) return known
  const made = new Map(definitions.map((definition) => [definition.key, resolveSetting(definition, [], target)]))
  // Versions are what phones say of themselves: what anybody may say must not fill the memory.
  if (bare.size >= MANY) bare.clear()
  bare.set(name, made)
  return made
}

type Content = { byKey: ReadonlyMap<string, readonly SettingValue[]>; locks: ReadonlySet<string>; keys: ReadonlySet<string> }

const contents = new WeakMap<Layer, Content>()

/** A layer by key, the narrowest selector last. Records are replaced, never changed, so this holds as long as the record. */
function contentOf(layer: Layer): Content {
  const known = contents.get(layer)
  if (known !== undefined) return known
  const byKey = new Map<string, SettingValue[]>()
  for (const value of layer.values) {
    const list = byKey.get(value.key)
    if (list === undefined) byKey.set(value.key, [value])
    else list.push(value)
  }
  for (const list of byKey.values()) if (list.length > 1) list.sort((a, b) => narrowness(a) - narrowness(b))
  const made = { byKey, locks: new Set(layer.locks), keys: new Set([...byKey.keys(), ...layer.locks]) }
  contents.set(layer, made)
  return made
}

/** Keys a layer has values for, whoever they are for. */
export function keysIn(layer: Layer): ReadonlyMap<string, unknown> {
  return contentOf(layer).byKey
}

const NO_VALUES: readonly SettingValue[] = []

function fittingValues(layer: Layer, key: string, target: Target): readonly SettingValue[] {
  const list = contentOf(layer).byKey.get(key) ?? NO_VALUES
  return list.every((value) => isFor(value, target)) ? list : list.filter((value) => isFor(value, target))
}

function isFor({ model, pack }: SettingValue, target: Target): boolean {
  return (pack === undefined || pack === target.pack) && (model === undefined || model === target.model)
}

function narrowness(value: SettingValue): number {
  return (value.model === undefined ? 0 : 2) + (value.pack === undefined ? 0 : 1)
}
