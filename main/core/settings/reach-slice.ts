import type { Pack, PackFile, Stage } from '../model/pack.ts'
import { type Name, type Slice, sliceTemplate } from '../pack/slice.ts'
import { templateFor } from '../render/render.ts'
import { definitionOf } from './resolve.ts'

/** What is not the same: settings by key; `l` other lines, `f` other firmware, `i` all of them fields of keys that do nothing. */
export type Changed = { keys: ReadonlySet<string>; flags: string; hasUrl: boolean }

/** Settings that reach a template by another name than `settings[…]`; a name that is neither here nor constant may stand for any. */
const BEHIND: Readonly<Record<string, RegExp>> = {
  settings: /./,
  keys: /^keys\.\d+\.\w+$/,
  modules: /^modules\.\d+\.keys\.\d+\.\w+$/,
  lines: /^lines\./,
  freeLines: /^lines\./,
  raw: /^raw\.lines$/,
  zone: /^time\.zone$/,
  production: /^provisioning\.url$/,
  bench: /^provisioning\.url$/,
}

/** Settings that a template asks of a line; number and label are among the facts that are compared. */
const OF_LINE = /^lines\.\d+\.(?!(?:number|label)$)/

/** The same in both worlds. */
const CONSTANT: ReadonlySet<string> = new Set(['stage', 'token', 'config', 'device'])
const slices = new WeakMap<Pack, Map<string, Slice | null>>()
/** Of a pack; what people try out one after the other must not fill the memory. */
const MANY_SLICES = 200

/** The lines of a file at a stage that can differ, worked out once for each set of settings. null = none can. */
export function sliceFor(pack: Pack, file: PackFile, stage: Stage, changed: Changed): Slice | null {
  const known = slices.get(pack) ?? new Map<string, Slice | null>()
  slices.set(pack, known)
  const mayHoldSecrets = file.secret && stage !== 'first'
  const mayHoldRaw = mayHoldSecrets && file.id === pack.raw
  const keys = [...changed.keys].sort().join('\n')
  const template = file.stages[stage] ?? file.stages.full
  const name = `${template}\n${file.format}\n${mayHoldSecrets}${mayHoldRaw}${changed.hasUrl}${changed.flags}\n${keys}`
  const before = known.get(name)
  if (before !== undefined) return before
  const made = madeSlice(pack, file, stage, changed)
  if (known.size >= MANY_SLICES) known.clear()
  known.set(name, made)
  return made
}

function madeSlice(pack: Pack, file: PackFile, stage: Stage, { flags, hasUrl, keys }: Changed): Slice | null {
  const whole = templateFor(pack, file, stage)
  if (whole === null) return null
  const mayHoldSecrets = file.secret && stage !== 'first'
  const shown = [...keys].filter((key) => mayHoldSecrets || definitionOf(pack.settings, key)?.secret !== true)
  const isChanged = ({ fields: [field], root }: Name, isLocal: boolean): boolean => {
    if (CONSTANT.has(root) || (root === 'bench' && hasUrl)) return false
    if (root === 'firmware') return flags.includes('f')
    if (root === 'lines' || root === 'freeLines')
      return mayHoldSecrets && (flags.includes('l') || (root === 'lines' && shown.some((key) => OF_LINE.test(key))))
    if (root === 'raw' && !(mayHoldSecrets && file.id === pack.raw)) return false
    if ((root === 'keys' || root === 'modules') && flags.includes('i')) return false
    if (root === 'settings' && field != null) return shown.includes(field)
    const behind = BEHIND[root]
    if (behind === undefined) return !isLocal
    return shown.some((key) => behind.test(key))
  }
  return sliceTemplate(whole.template, isChanged)
}

const FIELD_OF_ROW = /^((?:modules\.\d+\.)?keys\.\d+)\.(\w+)$/

/** Function keys of which something changes: `keys.3`. */
export function changedRows(changed: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...changed].flatMap((key) => FIELD_OF_ROW.exec(key)?.[1] ?? []))
}

/** Keys of all settings that reach these names; of function keys that stay as they are, without the fields that are kept apart. */
export function settingsRead(pack: Pack, { apart, locals, reads }: Slice, changed: ReadonlySet<string>): ReadonlySet<string> {
  const keys = new Set<string>()
  const named = new Set<RegExp>()
  for (const {
    fields: [field],
    root,
  } of reads) {
    if (root === 'settings' && field != null) keys.add(field)
    else if (BEHIND[root] !== undefined) named.add(BEHIND[root])
    else if (!CONSTANT.has(root) && root !== 'firmware' && !locals.has(root)) named.add(/./)
  }
  if (named.size === 0) return keys
  const rows = changedRows(changed)
  const isAsked = (key: string, one: RegExp) => {
    const [, row = '', field = ''] = one === BEHIND.keys || one === BEHIND.modules ? (FIELD_OF_ROW.exec(key) ?? []) : []
    return one.test(key) && (!apart.has(field) || rows.has(row))
  }
  for (const { key } of pack.settings) if ([...named].some((one) => isAsked(key, one))) keys.add(key)
  return keys
}
