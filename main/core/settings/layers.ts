import { type Layer, type LayerKind, layerId } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { World } from '../model/world.ts'
import { placeOf, profileOf } from '../pack/profile-of.ts'

export { profileOf } from '../pack/profile-of.ts'

/** Layers from the widest to the narrowest; the pack's defaults stand above all of them. */
export const LAYER_ORDER: readonly LayerKind[] = ['profile', 'group', 'department', 'device']

/** The layers that hold for a device and hold anything, widest first. */
export function layersOf(device: Device, world: World): Layer[] {
  const { group, department } = placeOf(device, world)
  const ids: Record<LayerKind, string | null> = { profile: profileOf(device, world)?.id ?? null, group, department, device: device.mac }
  return LAYER_ORDER.flatMap((kind) => {
    const id = ids[kind]
    const layer = id === null ? undefined : world.layer.get(layerId(kind, id))
    return layer === undefined ? [] : [layer]
  })
}
