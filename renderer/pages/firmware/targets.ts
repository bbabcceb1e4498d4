import type { Client } from '../../../preload/contract/index.ts'

export type Image = Awaited<ReturnType<Client['firmware']['list']>>['images'][number]
export type Profile = Awaited<ReturnType<Client['profiles']['list']>>['profiles'][number]
export type Target = Profile['firmware'][number]

/** One target of one profile, and whether the library has an image for it. */
export type TargetRow = { profile: Profile; index: number; target: Target; hasImage: boolean }

/** An image fits a target when pack and version are the same and one of the models is. */
export function fits(image: Image, { models, pack, version }: Target): boolean {
  if (image.pack !== pack || image.version.toLowerCase() !== version.toLowerCase()) return false
  return models.length === 0 || image.models.length === 0 || models.some((model) => image.models.includes(model))
}

export function targetRows(profiles: readonly Profile[], images: readonly Image[]): TargetRow[] {
  return profiles.flatMap((profile) =>
    profile.firmware.map((target, index) => ({ profile, index, target, hasImage: images.some((image) => fits(image, target)) })),
  )
}

/** The profile's targets with this one: one for the same pack and models is replaced. */
export function withTarget(targets: readonly Target[], target: Target): Target[] {
  const key = ({ models, pack }: Target) => `${pack}\n${[...(models ?? [])].sort().join('\n')}`
  const isSame = (one: Target) => key(one) === key(target)
  return targets.some(isSame) ? targets.map((one) => (isSame(one) ? { ...one, ...target } : one)) : [...targets, target]
}

/** `20 MB`, `812 kB`. */
export function formatSize(bytes: number): string {
  return bytes >= 1_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${Math.ceil(bytes / 1000)} kB`
}
