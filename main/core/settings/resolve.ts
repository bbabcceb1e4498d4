import type { Layer, LayerKind, SettingScalar, SettingValue } from '../model/catalogue.ts'
import type { SettingDefinition } from '../model/pack.ts'

/** Where a value came from: a layer, or the default of the pack. */
export type Origin = 'pack' | LayerKind

/** A setting with its provenance. `hidden`: the values that did not win, widest layer first. `lockedBy`: the widest layer that locked it. */
export type Resolved = {
  key: string
  value: SettingScalar | null
  /** null = set nowhere, and the pack has no default. */
  layer: Origin | null
  hidden: readonly { layer: Origin; value: SettingScalar }[]
  lockedBy: LayerKind | null
  definition: SettingDefinition
}

export type Target = { pack: string; model: string | null }

/**
 * One value for every defined setting. Layers come widest first: each value hides those of wider layers; once a layer locked the setting, values of
 * narrower layers are hidden instead. Inside a layer the narrower selector wins: model, then pack, then none. A layer that the definition does not
 * allow gives nothing. Settings nobody defined are left out.
 */
export function resolveSettings(
  definitions: readonly SettingDefinition[],
  layers: readonly Layer[],
  target: Target,
): ReadonlyMap<string, Resolved> {
  const byLayer = layers.map((layer) => ({ kind: layer.kind, locks: new Set(layer.locks), values: fittingValues(layer.values, target) }))
  return new Map(definitions.map((definition) => [definition.key, resolveOne(definition, byLayer)]))
}

type Prepared = { kind: LayerKind; locks: ReadonlySet<string>; values: ReadonlyMap<string, readonly SettingScalar[]> }

function resolveOne(definition: SettingDefinition, layers: readonly Prepared[]): Resolved {
  const { key } = definition
  let winner: { layer: Origin; value: SettingScalar } | null =
    definition.default === null ? null : { layer: 'pack', value: definition.default }
  let lockedBy: LayerKind | null = null
  const hidden: { layer: Origin; value: SettingScalar }[] = []
  for (const { kind, locks, values } of layers) {
    const given = definition.layers.includes(kind) ? (values.get(key) ?? []) : []
    given.forEach((value, i) => {
      const wins = lockedBy === null && i === given.length - 1
      if (!wins) hidden.push({ layer: kind, value })
      else {
        if (winner !== null) hidden.push(winner)
        winner = { layer: kind, value }
      }
    })
    if (lockedBy === null && locks.has(key)) lockedBy = kind
  }
  const won = winner as { layer: Origin; value: SettingScalar } | null // set inside the callback above
  return { key, value: won?.value ?? null, layer: won?.layer ?? null, hidden: inOrder(hidden), lockedBy, definition }
}

const ORDER: readonly Origin[] = ['pack', 'profile', 'group', 'department', 'device']

function inOrder<T extends { layer: Origin }>(list: readonly T[]): T[] {
  return [...list].sort((a, b) => ORDER.indexOf(a.layer) - ORDER.indexOf(b.layer))
}

/** Values of one layer that fit pack and model, by key, the narrowest last. */
function fittingValues(values: readonly SettingValue[], target: Target): Map<string, SettingScalar[]> {
  const byKey = new Map<string, SettingValue[]>()
  for (const value of values) {
    if (value.pack !== undefined && value.pack !== target.pack) continue
    if (value.model !== undefined && value.model !== target.model) continue
    byKey.set(value.key, [...(byKey.get(value.key) ?? []), value])
  }
  return new Map([...byKey].map(([key, list]) => [key, [...list].sort((a, b) => narrowness(a) - narrowness(b)).map(({ value }) => value)]))
}

function narrowness(value: SettingValue): number {
  return (value.model === undefined ? 0 : 2) + (value.pack === undefined ? 0 : 1)
}
