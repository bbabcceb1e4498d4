import type { LayerKind, SettingScalar } from '../model/catalogue.ts'
import type { SettingDefinition } from '../model/pack.ts'
import { KEYS } from './normal/keys.ts'
import { NETWORK, RAW, SECURITY } from './normal/network.ts'
import { AUDIO, PHONE, TIME } from './normal/phone.ts'
import { PROVISIONING } from './normal/provisioning.ts'
import type { NormalSetting } from './normal/shape.ts'
import { LINES, SIP } from './normal/sip.ts'

export type { NormalSetting } from './normal/shape.ts'

/** Every setting that means the same on phones of all families, in the order of the editor's menus. */
export const NORMAL: readonly NormalSetting[] = [
  ...PROVISIONING,
  ...SIP,
  ...LINES,
  ...KEYS,
  ...AUDIO,
  ...TIME,
  ...PHONE,
  ...NETWORK,
  ...SECURITY,
  ...RAW,
]

const BY_KEY: ReadonlyMap<string, NormalSetting> = new Map(NORMAL.map((setting) => [setting.key, setting]))

/** The normal setting of a key as tables write it, `keys.{n}.action`; null for what is not normal. */
export function normalSetting(key: string): NormalSetting | null {
  return BY_KEY.get(key) ?? null
}

/** The normal setting a numbered key (`keys.3.action`, `modules.1.keys.2.label`) belongs to; null for what is not normal. */
export function normalOf(key: string): NormalSetting | null {
  const shape = key.replace(/^modules\.\d+\.keys\.\d+\./, 'modules.{m}.keys.{n}.').replace(/^(lines|keys)\.\d+\./, '$1.{n}.')
  return normalSetting(shape)
}

/** What a pack's `use:` may say of a normal setting: always narrower than the norm. `models` and `since` (firmware) say who has it at all. */
export type UseEntry = {
  default?: SettingScalar | null | undefined
  choices?: readonly string[] | undefined
  /** Choices of the norm that it cannot do, where those it can are many. */
  except?: readonly string[] | undefined
  min?: number | undefined
  max?: number | undefined
  layers?: readonly LayerKind[] | undefined
  since?: string | null | undefined
  models?: readonly string[] | null | undefined
  label?: string | undefined
  help?: string | undefined
}

/** What of a model the numbers count up to. */
export type ModelCounts = { lines: number; keys: number; modules: number; moduleKeys: number }

/**
 * One `use:` entry joined with its norm: a definition for each number that some model of the pack reaches (one alone where nothing is counted). Text = why the
 * entry is refused; it begins with the field. Whether a default fits is checked as for any other definition.
 */
export function joinNormal(key: string, use: UseEntry, models: Readonly<Record<string, ModelCounts>>): SettingDefinition[] | string {
  const norm = normalSetting(key)
  if (norm === null) return 'no normalised setting has this name'
  const problem = wideningProblem(norm, use) ?? modelsProblem(use, models)
  if (problem !== null) return problem
  const { count, from, ...base } = norm
  const joined = {
    ...base,
    default: use.default === undefined ? fittingDefault(norm, use) : use.default,
    choices: choicesOf(norm, use),
    min: use.min ?? norm.min,
    max: use.max ?? norm.max,
    layers: use.layers ?? norm.layers,
    label: use.label ?? norm.label,
    help: use.help ?? norm.help,
    since: use.since ?? null,
    normal: true as const,
  }
  return numbersOf(count, from, use, models).map(({ m, models, n }) => ({
    ...joined,
    key: numbered(key, m, n),
    label: numbered(joined.label, m, n),
    models,
  }))
}

function choicesOf(norm: NormalSetting, { choices, except }: UseEntry): readonly string[] | null {
  if (except === undefined) return choices ?? norm.choices
  return norm.choices?.filter((one) => !except.includes(one)) ?? null
}

function numbered(text: string, m: number, n: number): string {
  return text.replaceAll('{m}', String(m)).replaceAll('{n}', String(n))
}

function wideningProblem(norm: NormalSetting, use: UseEntry): string | null {
  const choice = use.choices?.find((one) => norm.choices !== null && !norm.choices.includes(one))
  if (choice !== undefined) return `choices: ${choice} is not among those of the norm`
  if (use.choices !== undefined && norm.choices === null) return 'choices: the norm has none'
  const left = use.except?.find((one) => !norm.choices?.includes(one))
  if (left !== undefined) return `except: ${left} is not among those of the norm`
  if (use.except !== undefined && use.choices !== undefined) return 'except: choices say already which it can do'
  if ((use.min !== undefined || use.max !== undefined) && norm.type !== 'number') return 'min: only a number has a range'
  if (use.min !== undefined && norm.min !== null && use.min < norm.min) return `min: ${use.min} is less than the norm's ${norm.min}`
  if (use.max !== undefined && norm.max !== null && use.max > norm.max) return `max: ${use.max} is more than the norm's ${norm.max}`
  const layer = use.layers?.find((one) => !norm.layers.includes(one))
  return layer === undefined ? null : `layers: the norm does not allow ${layer}`
}

function modelsProblem(use: UseEntry, models: Readonly<Record<string, ModelCounts>>): string | null {
  const unknown = use.models?.find((name) => !Object.hasOwn(models, name))
  return unknown === undefined ? null : `models: the pack has no model ${unknown}`
}

/** The norm's default where the family can do it: a family without `udp` has none. */
function fittingDefault(norm: NormalSetting, use: UseEntry): SettingScalar | null {
  const { max, min } = use
  const choices = choicesOf(norm, use)
  const value = norm.default
  if (typeof value === 'number' && ((min !== undefined && value < min) || (max !== undefined && value > max))) return null
  return typeof value === 'string' && norm.type === 'choice' && choices !== null && !choices.includes(value) ? null : value
}

type Place = { m: number; n: number; models: readonly string[] | null }

/** Every number up to that of the largest model, with the models that reach it. */
function numbersOf(
  count: NormalSetting['count'],
  from: number,
  use: UseEntry,
  models: Readonly<Record<string, ModelCounts>>,
): readonly Place[] {
  if (count === null) return [{ m: 0, n: 0, models: use.models ?? null }]
  const all = Object.keys(models)
  const named = use.models ?? all
  const most = (of: 'lines' | 'keys' | 'modules' | 'moduleKeys') => Math.max(0, ...named.map((name) => models[name]?.[of] ?? 0))
  const places: Place[] = []
  for (let m = 1; m <= (count === 'moduleKeys' ? most('modules') : 1); m++) {
    for (let n = from; n <= most(count); n++) {
      const having = named.filter((name) => {
        const model = models[name]
        return model !== undefined && model[count] >= n && (count !== 'moduleKeys' || model.modules >= m)
      })
      if (having.length > 0) places.push({ m, n, models: having.length === all.length ? null : having })
    }
  }
  return places
}
