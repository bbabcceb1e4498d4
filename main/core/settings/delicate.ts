import type { Layer } from '../model/catalogue.ts'
import type { Pack, PackFile } from '../model/pack.ts'
import type { TemplateLine } from '../render/context.ts'
import { exactProblem } from '../render/exact.ts'
import { LINE_FIELDS } from './pair-sight.ts'
import { definitionOf } from './resolve.ts'

/** Has the phone's parser an end. */
export function hasLimits({ maxBytes, maxLineBytes }: PackFile): boolean {
  return maxBytes !== null || maxLineBytes !== null
}

/** Twelve values as long as this stand in a line before the phone would cut it off. */
function isLong(value: unknown, { maxBytes, maxLineBytes }: PackFile): boolean {
  return typeof value === 'string' && value.length * 12 > Math.min(maxLineBytes ?? 10_000, maxBytes ?? 10_000)
}

const delicate = new WeakMap<PackFile, WeakMap<Layer, boolean>>()

/** Does a layer hold a value that this file cannot say as it is, or a long one where length counts. */
export function isDelicateLayer(layer: Layer, pack: Pack, file: PackFile): boolean {
  const known = delicate.get(file) ?? new WeakMap<Layer, boolean>()
  delicate.set(file, known)
  const before = known.get(layer)
  if (before !== undefined) return before
  const made = layer.values.some(({ key, value }) => {
    if (definitionOf(pack.settings, key) === null) return false
    return (hasLimits(file) && isLong(value, file)) || exactProblem(pack, file, { lines: [], settings: { [key]: value } }) !== null
  })
  known.set(layer, made)
  return made
}

/** The same of the facts of lines. */
export function areDelicate(lines: readonly TemplateLine[], pack: Pack, file: PackFile): boolean {
  if (hasLimits(file) && lines.some((line) => LINE_FIELDS.some((field) => isLong(line[field], file)))) return true
  return exactProblem(pack, file, { lines, settings: {} }) !== null
}
