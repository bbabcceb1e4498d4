import { layerId, type LayerKind } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { World } from '../model/world.ts'
import { placeOf } from '../pack/profile-of.ts'
import { filesOf, maskedDiff, type Rendered } from './changed-files.ts'
import { LAYER_ORDER } from './layers.ts'
import { diffLines, type LineChange } from './line-diff.ts'
import { pathOf } from './named.ts'
import { patched } from './patched.ts'
import type { Sees } from './secret.ts'

/** What a line of a file is owed to: the layer whose value it states, or the directory number; null = the pack alone. */
export type LineOrigin = LayerKind | 'line' | null

/** Every file of one phone, line by line: as it is, and where it differs as it would be. Lines that go have no origin. */
export type PhoneFiles = { files: { name: string; lines: (LineChange & { from: LineOrigin })[] }[] }

/** The files of a phone before and after (the same world twice: as they are), each line with its origin; `sees` as of a sight. Costs a rendering per layer that holds anything. */
export function phoneFiles(device: Device, before: World, after: World, sees?: Sees): PhoneFiles {
  const old = filesOf({ device, world: before, sees })
  const moved = after.device.get(device.mac) ?? device
  const fresh = filesOf({ device: moved, world: after, sees })
  const origins = originsOf(moved, after, fresh)
  const names = [...new Set([...fresh.keys(), ...old.keys()])]
  return {
    files: names.map((name) => {
      const from = origins.get(name) ?? []
      let at = 0
      const lines = maskedDiff(old.get(name), fresh.get(name)).map((line) => ({
        ...line,
        from: line.kind === 'removed' ? null : (from[at++] ?? null),
      }))
      return { name, lines }
    }),
  }
}

/** Of each line of each file: what takes it away when it is taken away, the narrowest layer first, the directory number last. */
function originsOf(device: Device, world: World, files: ReadonlyMap<string, Rendered>): Map<string, LineOrigin[]> {
  const origins = new Map<string, LineOrigin[]>([...files].map(([name]) => [name, []]))
  const mark = (origin: Exclude<LineOrigin, null>, without: ReadonlyMap<string, Rendered>) => {
    for (const [name, { text }] of files) {
      const marks = origins.get(name) ?? []
      let at = 0
      for (const { kind } of diffLines(without.get(name)?.text ?? '', text)) {
        if (kind === 'added') marks[at] ??= origin
        if (kind !== 'removed') at += 1
      }
    }
  }
  for (const kind of [...LAYER_ORDER].reverse()) {
    const id = pathOf(device, world).find((one) => one.kind === kind)?.id
    const layer = id == null ? undefined : world.layer.get(layerId(kind, id))
    if (layer === undefined || layer.values.length === 0) continue
    // Its locks stay: without them values of narrower layers would come out and be taken for its own.
    const without = patched(world, [{ entity: 'layer', id: layerId(kind, layer.id), value: { ...layer, values: [] } }])
    mark(kind, filesOf({ device, world: without }))
  }
  const { department, group } = placeOf(device, world)
  if (device.lines.length > 0) mark('line', filesOf({ device: { ...device, lines: [], group, department }, world }))
  return origins
}
