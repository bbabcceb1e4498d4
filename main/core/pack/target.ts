import type { FirmwareImage, FirmwareTarget } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { Pack } from '../model/pack.ts'
import type { World } from '../model/world.ts'
import { modelNamed } from './models.ts'
import { profileOf } from './profile-of.ts'

/**
 * The firmware a device should run, from its persistent profile: a target that names the model beats one for the whole pack. `image` is the
 * library's file for it, null while nobody imported one. null = the profile names no target, or pack and model are not known yet.
 */
export function firmwareTarget(device: Device, world: World): { version: string; image: FirmwareImage | null } | null {
  const kind = kindOf(device, world)
  const target = kind === null ? null : chooseTarget(profileOf(device, world)?.firmware ?? [], kind)
  if (kind === null || target === null) return null
  return { version: target.version, image: findImage(world, kind, target.version) }
}

type Kind = { pack: string; model: string | null }

/** What the device is; before it was seen, what was ordered. */
function kindOf(device: Device, world: World): Kind | null {
  const model = device.model ?? device.expectedModel
  if (device.pack !== null) return { pack: device.pack, model }
  if (model === null) return null
  const pack: Pack | undefined = world.packs.find((one) => modelNamed(one, model) !== null)
  return pack === undefined ? null : { pack: pack.id, model: modelNamed(pack, model)?.name ?? model }
}

function chooseTarget(targets: readonly FirmwareTarget[], { pack, model }: Kind): FirmwareTarget | null {
  const fitting = targets.filter((target) => target.pack === pack)
  const own = fitting.find((target) => model !== null && target.models.includes(model))
  return own ?? fitting.find((target) => target.models.length === 0) ?? null
}

/** An image for the model alone beats one for several; one without models is taken for the whole pack. Newest first among equals. */
function findImage(world: World, { pack, model }: Kind, version: string): FirmwareImage | null {
  let best: FirmwareImage | null = null
  for (const image of world.image.values()) {
    if (image.pack !== pack || image.version !== version) continue
    if (image.models.length > 0 && (model === null || !image.models.includes(model))) continue
    if (best === null || rank(image) < rank(best) || (rank(image) === rank(best) && image.addedAt > best.addedAt)) best = image
  }
  return best
}

function rank(image: FirmwareImage): number {
  return image.models.length === 0 ? Number.MAX_SAFE_INTEGER : image.models.length
}
