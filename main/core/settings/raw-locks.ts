import type { Device } from '../model/device.ts'
import type { Pack } from '../model/pack.ts'
import type { World } from '../model/world.ts'
import { packOf } from '../pack/pack-of.ts'
import { type StoppedLine, stoppedLines, stoppedRawLines } from '../render/raw-locks.ts'
import { renderFile } from '../render/render.ts'
import { layersAbove, layersOf } from './layers.ts'
import { named, type Named, pathOf } from './named.ts'
import { resolveSettings } from './resolve.ts'
import type { Place } from './roles.ts'

export const RAW_KEY = 'raw.lines'

/** A raw line that goes round a lock, with the layer that holds the lock. */
export type RawStop = Pick<StoppedLine, 'line' | 'name' | 'setting' | 'text'> & { by: Named }

/** The first of some raw lines, wanted at a layer, that writes what a wider layer locked; null when none does. `model` null: of the pack's largest. */
export function rawStop(raw: string, place: Place, { model, pack }: { pack: Pack; model: string | null }, world: World): RawStop | null {
  const locks = new Map<string, Named>()
  for (const layer of layersAbove(place, world)) for (const key of layer.locks) if (!locks.has(key)) locks.set(key, named(layer, world))
  const [first] = stoppedLines(raw, { pack, model, locked: [...locks.keys()], render: renderFile })
  const by = first === undefined ? undefined : locks.get(first.setting)
  return first === undefined || by === undefined ? null : { ...first, by }
}

/** Raw lines of a phone that stay out of its files, for a lock came after them. */
export function rawStopsOf(device: Device, world: World): RawStop[] {
  const pack = packOf(device, world)
  if (pack === undefined) return []
  const target = { pack: pack.id, model: device.model ?? device.expectedModel, firmware: device.firmware }
  const raw = resolveSettings(pack.settings, layersOf(device, world), target).get(RAW_KEY)?.value
  if (typeof raw !== 'string') return []
  const path = pathOf(device, world)
  return stoppedRawLines(pack, device, world, raw, renderFile).flatMap(({ by, ...stop }) => {
    const layer = path.find((one) => one.kind === by)
    return layer === undefined ? [] : [{ ...stop, by: layer }]
  })
}
