import type { Device } from '../core/model/device.ts'
import type { ResolvedSettingView } from '../core/model/view.ts'
import type { World } from '../core/model/world.ts'
import { layersOf } from '../core/settings/layers.ts'
import { resolveSettings } from '../core/settings/resolve.ts'
import { packOf } from '../core/pack/pack-of.ts'

const MASK = '••••••••'

/** Resolved settings of a device with their provenance; secrets masked, whoever asks. */
export function settingViews(device: Device, world: World): ResolvedSettingView[] {
  const pack = packOf(device, world)
  if (pack === undefined) return []
  const resolved = resolveSettings(pack.settings, layersOf(device, world), { pack: pack.id, model: device.model ?? device.expectedModel })
  return [...resolved.values()].map(({ definition, hidden, key, layer, lockedBy, value }) => {
    const mask = <T>(one: T) => (definition.secret && one !== null ? MASK : one)
    return {
      key,
      label: definition.label,
      value: mask(value),
      layer,
      hidden: hidden.map((one) => ({ layer: one.layer, value: mask(one.value) })),
      lockedBy,
      secret: definition.secret,
    }
  })
}
