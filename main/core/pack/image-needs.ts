import type { FirmwareImage, FirmwareTarget } from '../model/catalogue.ts'
import type { World } from '../model/world.ts'
import { sameVersion } from './version.ts'

/** Who needs an image: the persistent profile, the version it has to load, and whether that is its target or a step on the way there. */
export type ImageNeed = { profile: string; version: string; isStep: boolean }

/**
 * The first target or step of a route that would lose its image with this one; null when none would, or another image of the library does as well for every model.
 * A part of a load is needed as long as its family has a target.
 */
export function imageNeed(image: FirmwareImage, world: Pick<World, 'image' | 'packs' | 'profile'>): ImageNeed | null {
  for (const { firmware, name } of world.profile.values()) {
    for (const target of firmware) {
      if (target.pack !== image.pack || !touches(target.models, image.models)) continue
      if (image.isPart === true) return { profile: name, version: target.version, isStep: false }
      const needed = versionsOf(target, world).find(({ version }) => sameVersion(version, image.version))
      if (needed !== undefined && !isReplaced(image, target, world)) return { profile: name, ...needed }
    }
  }
  return null
}

/** The version wanted, and those on the way: of the profile and of the pack. */
function versionsOf(target: FirmwareTarget, { packs }: Pick<World, 'packs'>): { version: string; isStep: boolean }[] {
  const known = packs.find((pack) => pack.id === target.pack)?.firmware.steps ?? []
  const steps = [...(target.steps ?? []), ...known.filter((step) => touches(step.models, target.models))]
  return [{ version: target.version, isStep: false }, ...steps.map((step) => ({ version: step.through, isStep: true }))]
}

function isReplaced(image: FirmwareImage, { models }: FirmwareTarget, { image: images, packs }: Pick<World, 'image' | 'packs'>): boolean {
  const all = Object.keys(packs.find((pack) => pack.id === image.pack)?.models ?? {})
  const own = image.models.length === 0 ? all : image.models
  const wanted = models.length === 0 ? own : own.filter((model) => models.includes(model))
  const others = [...images.values()].filter(
    (one) => one.id !== image.id && one.isPart !== true && one.pack === image.pack && sameVersion(one.version, image.version),
  )
  return wanted.every((model) => others.some((one) => one.models.length === 0 || one.models.includes(model)))
}

function touches(some: readonly string[], others: readonly string[]): boolean {
  return some.length === 0 || others.length === 0 || some.some((one) => others.includes(one))
}
