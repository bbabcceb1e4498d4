import { type Layer, type LayerKind, layerId } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { Pack } from '../model/pack.ts'
import type { World } from '../model/world.ts'
import { packOf } from '../pack/pack-of.ts'
import { placeOf, profileOf } from '../pack/profile-of.ts'

export { packOf } from '../pack/pack-of.ts'
export { profileOf } from '../pack/profile-of.ts'

/** Layers from the widest to the narrowest; the pack's defaults stand above all of them. */
export const LAYER_ORDER: readonly LayerKind[] = ['profile', 'group', 'department', 'device']

/** The layers that hold for a device and hold anything, widest first. */
export function layersOf(device: Device, world: World): Layer[] {
  const { group, department } = placeOf(device, world)
  const layers: Layer[] = []
  const take = (kind: LayerKind, id: string | null | undefined) => {
    const layer = id == null ? undefined : world.layer.get(layerId(kind, id))
    if (layer !== undefined) layers.push(layer)
  }
  take('profile', profileOf(device, world)?.id)
  take('group', group)
  take('department', department)
  take('device', device.mac)
  return layers
}

/** The layers above a place that hold anything, widest first: of a device those that hold for it, its own left out. */
export function layersAbove({ id, kind }: { kind: LayerKind; id: string }, world: World): Layer[] {
  if (kind === 'device') {
    const device = world.device.get(id)
    return device === undefined ? [] : layersOf(device, world).filter((layer) => layer.kind !== 'device')
  }
  if (kind === 'profile') return []
  const group = kind === 'department' ? world.department.get(id)?.group : id
  const profile = group === undefined ? undefined : world.group.get(group)?.profile
  const ids = [
    profile === undefined ? null : layerId('profile', profile),
    kind === 'department' && group !== undefined ? layerId('group', group) : null,
  ]
  return ids.flatMap((layer) => (layer === null ? [] : (world.layer.get(layer) ?? [])))
}

/** What a person calls the place: its name, or the id of a phone. */
export function layerName({ id, kind }: { kind: LayerKind; id: string }, world: World): string {
  switch (kind) {
    case 'profile':
      return world.profile.get(id)?.name ?? id
    case 'group':
      return world.group.get(id)?.name ?? id
    case 'department':
      return world.department.get(id)?.name ?? id
    case 'device':
      return id
  }
}

/**
 * The packs an edit at a place speaks to: of a device its own, of the rest those that the persistent profile supports. A place without a profile, and a
 * profile that lists none, speak to all.
 */
export function packsAt({ id, kind }: { kind: LayerKind; id: string }, world: World): readonly Pack[] {
  const device = kind === 'device' ? world.device.get(id) : undefined
  const own = device === undefined ? undefined : packOf(device, world)
  if (own !== undefined) return [own]
  const group = kind === 'department' ? world.department.get(id)?.group : kind === 'group' ? id : undefined
  const profile =
    device !== undefined
      ? profileOf(device, world)
      : world.profile.get(kind === 'profile' ? id : (world.group.get(group ?? '')?.profile ?? ''))
  const listed = profile?.packs ?? []
  const supported = listed.length === 0 ? world.packs : world.packs.filter((pack) => listed.includes(pack.id))
  return supported.length === 0 ? world.packs : supported
}
