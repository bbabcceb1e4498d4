import type { PackModel, SettingDefinition } from '../model/pack.ts'
import { joinNormal, normalOf } from '../settings/normal.ts'
import type { SettingsText, SettingText } from './schema.ts'

const ALL_LAYERS = ['profile', 'group', 'department', 'device'] as const

/** Definitions, or which entry is wrong and why. */
export type Definitions = { ok: true; definitions: SettingDefinition[] } | { ok: false; key: string; why: string }

/**
 * Definitions as the core uses them: normalised ones as narrowed by `use:`, then the vendor's own, then the escape for raw lines; numbered keys are
 * written out up to the largest model.
 */
export function toDefinitions(read: SettingsText, models: Readonly<Record<string, PackModel>>): Definitions {
  const definitions: SettingDefinition[] = []
  const uses = read.raw === null ? read.use : { ...read.use, 'raw.lines': {} }
  for (const [key, use] of Object.entries(uses)) {
    const joined = joinNormal(key, use, models)
    if (typeof joined === 'string') return { ok: false, key, why: joined }
    if (joined.length === 0) return { ok: false, key, why: 'no model has any: say how many it has under models' }
    definitions.push(...joined)
  }
  return { ok: true, definitions: [...definitions, ...read.settings.flatMap(fromOwn)] }
}

function fromOwn({ count, key, ...setting }: SettingText): SettingDefinition[] {
  const numbers = key.includes('{n}') ? Array.from({ length: count ?? 1 }, (_, i) => String(i + 1)) : ['']
  return numbers.map((n) => ({
    key: key.replaceAll('{n}', n),
    type: setting.type,
    label: setting.label.replaceAll('{n}', n),
    help: setting.help ?? '',
    default: setting.default ?? null,
    choices: setting.choices ?? null,
    min: setting.min ?? null,
    max: setting.max ?? null,
    unit: setting.unit ?? null,
    secret: setting.secret ?? setting.type === 'password',
    layers: setting.layers ?? ALL_LAYERS,
    menu: setting.menu ?? normalOf(key.replaceAll('{n}', n))?.menu ?? 'phone',
    since: setting.since ?? null,
    models: setting.models ?? null,
    normal: normalOf(key.replaceAll('{n}', n)) !== null,
  }))
}
