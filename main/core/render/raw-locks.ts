import type { LayerKind } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { Pack } from '../model/pack.ts'
import type { World } from '../model/world.ts'
import { fileContent } from '../pack/file-entries.ts'
import type { FileEntry, Span } from '../pack/file-key.ts'
import { LAYER_ORDER, layersOf } from '../settings/layers.ts'
import { resolveSettings } from '../settings/resolve.ts'
import { everyKey, holdsKey, isOfFunctionKey, keysOfSetting, type RenderText } from './setting-keys.ts'

/** A raw line that writes what a locked setting decides. `line` counts from 1, `name` is its key as the file spells it, `setting` the key of the setting. */
export type StoppedLine = { line: number; name: string; setting: string; whole: Span; text: string }

/**
 * Which of the raw lines write a key that one of the locked settings decides in this model's files, by the pack's own templates. `model` null: of the model with the
 * most lines. Costs nothing where the files have no such key; else some trial renderings, once for each setting, model and pack.
 */
export function stoppedLines(
  raw: string,
  { locked, model, pack, render }: { pack: Pack; model: string | null; locked: readonly string[]; render: RenderText },
): StoppedLine[] {
  const format = pack.files.find((file) => file.id === pack.raw)?.format
  const name = model ?? largestModel(pack)
  if (format === undefined || name === null || locked.length === 0) return []
  const entries = fileContent(format, raw).entries.filter((entry) => mayStand(pack, entry))
  if (entries.length === 0) return []
  const known = everyKey(pack, name, render)
  return entries.flatMap((entry): StoppedLine[] => {
    const isKnown = holdsKey(known, entry.key)
    const setting = locked.find((key) => (isKnown || isOfFunctionKey(key)) && holdsKey(keysOfSetting(pack, name, key, render), entry.key))
    if (setting === undefined) return []
    return [{ line: entry.line, name: entry.name, setting, whole: entry.whole, text: raw.slice(entry.whole.from, entry.whole.end).trim() }]
  })
}

/** Of the raw lines that hold for a phone, those that a lock of a wider layer than theirs stops. `by`: the layer that locked. */
export function stoppedRawLines(
  pack: Pack,
  device: Device,
  world: World,
  raw: string,
  render: RenderText,
): (StoppedLine & { by: LayerKind })[] {
  const model = device.model ?? device.expectedModel
  const resolved = resolveSettings(pack.settings, layersOf(device, world), { pack: pack.id, model, firmware: device.firmware })
  const own = resolved.get('raw.lines')?.layer
  if (own == null || own === 'pack') return []
  const locks = new Map<string, LayerKind>()
  for (const { key, lockedBy } of resolved.values())
    if (lockedBy !== null && LAYER_ORDER.indexOf(lockedBy) < LAYER_ORDER.indexOf(own)) locks.set(key, lockedBy)
  return stoppedLines(raw, { pack, model, locked: [...locks.keys()], render }).map((one) => ({ ...one, by: locks.get(one.setting) ?? own }))
}

function largestModel(pack: Pack): string | null {
  let largest: { name: string; lines: number } | null = null
  for (const model of Object.values(pack.models)) if (largest === null || model.lines > largest.lines) largest = model
  return largest?.name ?? null
}

/** Without them: whichever of two equal keys a phone takes, the first or the last (it differs by vendor, and of most nothing is known), it is not theirs. */
export function withoutStopped(raw: string, stopped: readonly StoppedLine[]): string {
  let [kept, at] = ['', 0]
  for (const { whole } of [...stopped].sort((a, b) => a.whole.from - b.whole.from)) {
    if (whole.from < at) continue
    kept += raw.slice(at, whole.from)
    at = whole.end
  }
  return kept + raw.slice(at)
}

/** A key whose words stand nowhere in the pack's templates is none that they write: most raw lines are. */
function mayStand(pack: Pack, { key }: FileEntry): boolean {
  const name =
    key.attribute !== null && key.steps.length === 0
      ? key.attribute
      : `${key.steps.at(-1)?.name ?? ''} ${[...(key.steps.at(-1)?.marks.values() ?? [])].join(' ')}`
  const words = name.match(/[a-z]{4,}/g) ?? []
  const text = textOf(pack)
  return words.every((word) => text.includes(word))
}

const texts = new WeakMap<Pack, string>()

function textOf(pack: Pack): string {
  const known = texts.get(pack)
  if (known !== undefined) return known
  const made = [...Object.values(pack.templates), JSON.stringify(pack.maps)].join('\n').toLowerCase()
  texts.set(pack, made)
  return made
}
