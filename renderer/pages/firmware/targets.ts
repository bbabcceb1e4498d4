import type { Refused } from '../../client/refused.ts'
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

/** A target that is changed: whose, and which of its targets; index null = a new one. */
export type Editing = { profile: string; index: number | null; target: Target }

/** The profile's targets with this one in the place of the one that is changed; a new one replaces one for the same pack, models and hardware. */
export function withTarget(targets: readonly Target[], target: Target, index: number | null = null): Target[] {
  if (index !== null) return targets.map((one, i) => (i === index ? target : one))
  const key = ({ hardware, models, pack }: Target) =>
    [pack, [...(models ?? [])].sort().join('\n'), [...(hardware ?? [])].sort().join('\n')].join('\n\n')
  const isSame = (one: Target) => key(one) === key(target)
  return targets.some(isSame) ? targets.map((one) => (isSame(one) ? { ...one, ...target } : one)) : [...targets, target]
}

/** What the fields of the form hold; lists as people type them, by commas. */
export type TargetText = {
  pack: string | null
  models: readonly string[]
  version: string
  hardware: string
  knownBad: string
  steps: readonly { below: string; through: string }[]
  downgrade: 'allowed' | 'forbidden' | null
  orNewer: boolean
}

export const NO_TEXT: TargetText = {
  pack: null,
  models: [],
  version: '',
  hardware: '',
  knownBad: '',
  steps: [],
  downgrade: null,
  orNewer: false,
}

export function textOf({ downgrade, hardware, knownBad, models, orNewer, pack, steps, version }: Target): TargetText {
  return {
    pack,
    models: models ?? [],
    version,
    hardware: (hardware ?? []).join(', '),
    knownBad: (knownBad ?? []).join(', '),
    steps: steps ?? [],
    downgrade: downgrade ?? null,
    orNewer: orNewer === true,
  }
}

/** The target that the fields say; what is empty is left out. Half a step stays: the bench says what it lacks. */
export function targetOf({ downgrade, hardware, knownBad, models, orNewer, pack, steps, version }: TargetText): Target {
  const [revisions, bad] = [words(hardware), words(knownBad)]
  const some = steps
    .map(({ below, through }) => ({ below: below.trim(), through: through.trim() }))
    .filter(({ below, through }) => below + through !== '')
  return {
    pack: pack ?? '',
    models: [...models],
    version: version.trim(),
    ...(revisions.length === 0 ? {} : { hardware: revisions }),
    ...(bad.length === 0 ? {} : { knownBad: bad }),
    ...(some.length === 0 ? {} : { steps: some }),
    ...(downgrade === null ? {} : { downgrade }),
    ...(orNewer ? { orNewer } : {}),
  }
}

function words(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}

/** A refusal with the form's field it names (`firmware[2].steps[0]` is the first step); said there it need not say where it is. */
export function atField(refused: Refused): Refused {
  const found = /^firmware(?:\[\d+\]|\.\d+)\.([a-zA-Z]+)(?:(?:\[|\.)(\d+))?/.exec(refused.field ?? '')
  if (found === null || refused.field === null) return refused
  const field = found[1] === 'steps' && found[2] !== undefined ? `steps.${found[2]}` : (found[1] ?? refused.field)
  const at = refused.message.indexOf(`${refused.field}: `)
  return { ...refused, field, message: at === -1 ? refused.message : refused.message.slice(at + refused.field.length + 2) }
}

/** `20 MB`, `812 kB`. */
export function formatSize(bytes: number): string {
  return bytes >= 1_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${Math.ceil(bytes / 1000)} kB`
}
