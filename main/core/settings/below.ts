import { type Layer, layerId } from '../model/catalogue.ts'
import type { World } from '../model/world.ts'
import { named, type Named } from './named.ts'
import { placedIn } from './placed.ts'
import type { Place } from './roles.ts'

/** Narrower layers that set or lock something of their own: how many, and the first few. */
export type Below = { count: number; sample: readonly Named[] }

const SAMPLE = 5

/** Of each setting, which layers below a place say something of their own. */
export function below(place: Place, world: World): { byKey: ReadonlyMap<string, Below> } {
  const byKey = new Map<string, { count: number; sample: Named[] }>()
  for (const layer of layersBelow(place, world)) {
    for (const key of new Set([...layer.values.map((value) => value.key), ...layer.locks])) {
      const found = byKey.get(key) ?? { count: 0, sample: [] }
      found.count += 1
      if (found.sample.length < SAMPLE) found.sample.push(named(layer, world))
      byKey.set(key, found)
    }
  }
  return { byKey }
}

/** The layers below a place that hold anything, wider ones first. */
export function* layersBelow(place: Place, world: World): Iterable<Layer> {
  const ids: string[] = []
  if (place.kind === 'profile')
    for (const group of world.group.values()) if (group.profile === place.id) ids.push(layerId('group', group.id))
  for (const department of world.department.values()) {
    const lies = place.kind === 'group' ? department.group : place.kind === 'profile' ? world.group.get(department.group)?.profile : null
    if (lies === place.id) ids.push(layerId('department', department.id))
  }
  for (const id of ids) {
    const layer = world.layer.get(id)
    if (layer !== undefined) yield layer
  }
  if (place.kind === 'device') return
  for (const mac of placedIn(world).under(place)) {
    const layer = world.layer.get(layerId('device', mac))
    if (layer !== undefined) yield layer
  }
}
