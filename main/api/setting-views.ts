import type { Device } from '../core/model/device.ts'
import type { ResolvedSettingView } from '../core/model/view.ts'
import type { World } from '../core/model/world.ts'
import type { SettingScalar } from '../core/model/catalogue.ts'
import { layersOf } from '../core/settings/layers.ts'
import { resolveSettings } from '../core/settings/resolve.ts'
import { RAW_KEY, rawStopsOf } from '../core/settings/raw-locks.ts'
import { maskedRaw, shownValue } from '../core/settings/secret.ts'
import { packOf } from '../core/pack/pack-of.ts'

/** Resolved settings of a device with their provenance; secrets and values of raw lines masked, whoever asks. Raw lines that a lock keeps out of its files are among the hidden. */
export function settingViews(device: Device, world: World): ResolvedSettingView[] {
  const pack = packOf(device, world)
  if (pack === undefined) return []
  const resolved = resolveSettings(pack.settings, layersOf(device, world), { pack: pack.id, model: device.model ?? device.expectedModel })
  const stops = rawStopsOf(device, world)
  return [...resolved.values()].map(({ definition, hidden, key, layer, lockedBy, value }) => {
    const mask = <T extends SettingScalar | null>(one: T) => shownValue(definition, one)
    return {
      key,
      label: definition.label,
      value: mask(value),
      layer,
      hidden: [
        ...hidden.map((one) => ({ layer: one.layer, value: mask(one.value) })),
        ...(key === RAW_KEY && layer !== null ? stops.map((one) => ({ layer, value: maskedRaw(one.text) })) : []),
      ],
      lockedBy,
      secret: definition.secret,
    }
  })
}
