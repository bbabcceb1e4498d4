import type { LayerKind } from '../../model/catalogue.ts'
import type { Menu, SettingDefinition } from '../../model/pack.ts'

/**
 * One setting that means the same on phones of every family. `key` may hold `{n}` and `{m}`: numbers that count up to what the model has. `choices` of a list
 * are its possible items. A family may narrow choices, range and layers, never widen them.
 */
export type NormalSetting = Omit<SettingDefinition, 'since' | 'models' | 'normal'> & {
  /** What `{n}` counts: accounts, keys of the phone, or keys of an expansion module (`{m}` is the module). null = one setting only. */
  count: 'lines' | 'keys' | 'moduleKeys' | null
  /** The least `{n}`. Line 1 of the phone is the directory number that owns it, so further lines begin at 2. */
  from: number
}

export const EVERYWHERE: readonly LayerKind[] = ['profile', 'group', 'department', 'device']
/** What only makes sense for many phones at once. */
export const COMPANY: readonly LayerKind[] = ['profile', 'group']
/** What speaks of the numbers of one business group. */
export const INSIDE_GROUP: readonly LayerKind[] = ['group', 'department', 'device']

type Given = Pick<NormalSetting, 'key' | 'type' | 'label'> & Partial<NormalSetting>

/** A table of one menu: what is not said is none, everywhere, no secret. */
export function inMenu(menu: Menu, rows: readonly Given[]): NormalSetting[] {
  return rows.map((row) => ({
    menu,
    help: '',
    default: null,
    choices: null,
    min: null,
    max: null,
    unit: null,
    secret: row.type === 'password',
    layers: EVERYWHERE,
    count: null,
    from: 1,
    ...row,
  }))
}
