import type { SettingScalar } from '../model/catalogue.ts'
import { MENUS, type Pack, type SettingDefinition } from '../model/pack.ts'
import { NORMAL, normalOf } from './normal.ts'

/** A setting as several families together have it: what one of them can take may be set. `packs` = the families that have it. */
export type JoinedDefinition = SettingDefinition & { packs: readonly string[] }

const joined = new WeakMap<readonly Pack[], Map<string, readonly JoinedDefinition[]>>()

/** All settings of some packs, each once, in the order of the editor's menus. Worked out once for the packs that are loaded (`all`). */
export function joinDefinitions(packs: readonly Pack[], all: readonly Pack[]): readonly JoinedDefinition[] {
  const known = joined.get(all) ?? new Map<string, readonly JoinedDefinition[]>()
  joined.set(all, known)
  const name = packs.map((pack) => pack.id).join(' ')
  const before = known.get(name)
  if (before !== undefined) return before
  const made = join(packs)
  known.set(name, made)
  return made
}

function join(packs: readonly Pack[]): readonly JoinedDefinition[] {
  const owners = new Map<string, { definition: SettingDefinition; pack: string }[]>()
  for (const pack of packs) {
    for (const definition of pack.settings) {
      const list = owners.get(definition.key)
      if (list === undefined) owners.set(definition.key, [{ definition, pack: pack.id }])
      else list.push({ definition, pack: pack.id })
    }
  }
  const definitions = [...owners.values()].map((list) => withNormWords(joinOne(list), packs.length))
  const place = new Map(definitions.map((definition, i) => [definition, placeIn(definition, i)]))
  return definitions.sort((a, b) => compare(place.get(a) ?? [], place.get(b) ?? []))
}

function joinOne(owners: readonly { definition: SettingDefinition; pack: string }[]): JoinedDefinition {
  const [first, ...others] = owners.map((one) => one.definition)
  const packs = owners.map((one) => one.pack)
  if (first === undefined) throw new Error('a setting of no pack')
  if (others.length === 0) return { ...first, packs }
  const all = [first, ...others]
  return {
    ...first,
    packs,
    default: sameIn(all.map((one) => one.default)),
    choices: choicesOf(all),
    min: widest(
      all.map((one) => one.min),
      Math.min,
    ),
    max: widest(
      all.map((one) => one.max),
      Math.max,
    ),
    layers: first.layers.concat(all.flatMap((one) => one.layers.filter((layer) => !first.layers.includes(layer)))).filter(isFirst),
    secret: all.some((one) => one.secret),
    since: null,
    models: null,
  }
}

/** One family's own words are for that family alone: where several are in scope, the norm speaks. */
function withNormWords(definition: JoinedDefinition, packsInScope: number): JoinedDefinition {
  const norm = normalOf(definition.key)
  if (packsInScope < 2 || norm === null) return definition
  const names = [...norm.key.matchAll(/\{(\w)\}/g)].map(([whole]) => whole)
  const numbers = definition.key.match(/(?<=\.)\d+(?=\.)/g) ?? []
  const filled = (text: string) => names.reduce((made, name, i) => made.replaceAll(name, numbers[i] ?? ''), text)
  return { ...definition, label: filled(norm.label), help: filled(norm.help) }
}

function isFirst<T>(one: T, i: number, list: readonly T[]): boolean {
  return list.indexOf(one) === i
}

function sameIn(values: readonly (SettingScalar | null)[]): SettingScalar | null {
  return values.every((value) => value === values[0]) ? (values[0] ?? null) : null
}

/** Every choice some family has, in the order of the norm. */
function choicesOf(all: readonly SettingDefinition[]): readonly string[] | null {
  const some = new Set(all.flatMap((one) => one.choices ?? []))
  if (some.size === 0) return null
  const norm = normalOf(all[0]?.key ?? '')?.choices ?? []
  return [...norm.filter((choice) => some.has(choice)), ...[...some].filter((choice) => !norm.includes(choice))]
}

function widest(bounds: readonly (number | null)[], pick: (...numbers: number[]) => number): number | null {
  const known = bounds.filter((bound) => bound !== null)
  return known.length === bounds.length && known.length > 0 ? pick(...known) : null
}

const NORMAL_PLACE: ReadonlyMap<string, number> = new Map(NORMAL.map((setting, i) => [setting.key, i]))

/** By menu; normal settings before vendors' own; what is numbered by its numbers, then by field. */
function placeIn(definition: SettingDefinition, i: number): number[] {
  const norm = normalOf(definition.key)
  const numbers = definition.key.split('.').flatMap((part) => (/^\d+$/.test(part) ? [Number(part)] : []))
  const [m, n] = definition.key.startsWith('modules.') ? [numbers[0] ?? 0, numbers[1] ?? 0] : [0, numbers[0] ?? 0]
  return [MENUS.indexOf(definition.menu), norm === null ? 1 : 0, m, n, norm === null ? i : (NORMAL_PLACE.get(norm.key) ?? 0)]
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, one] of a.entries()) {
    const order = one - (b[i] ?? 0)
    if (order !== 0) return order
  }
  return 0
}
