import type { FirmwareImage, FirmwareStep, FirmwareTarget, Profile } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { Pack } from '../model/pack.ts'
import type { RefusalCode } from '../model/refusals.ts'
import type { World } from '../model/world.ts'
import { modelNamed } from './models.ts'
import { profileOf } from './profile-of.ts'
import { firmwareRoute } from './route.ts'
import { compareVersions, sameVersion } from './version.ts'
import { packOf } from './pack-of.ts'

/** What a device is to run, and what has to be loaded now to get there. */
export type FirmwareGoal = {
  /** What it should run in the end. */
  version: string
  final: string
  /** What is loaded now: the end of the way or a step on it. null = nothing: `block` or `why` says the reason. */
  step: string | null
  /** The library's file for `step`; null while nobody imported one. */
  image: FirmwareImage | null
  /** All versions of the way in their order, steps already taken included; the last one is `final`. */
  route: readonly string[]
  /** Place of `step` in the route, from 1; 0 = nothing is loaded. */
  index: number
  /** The version it last stated is the one wanted. false while it stated none. */
  isRight: boolean
  /** What forbids the load until a person acts. */
  block: { code: RefusalCode; data: Record<string, string> } | null
  /** In words, for the timeline. */
  why: string
}

/**
 * The firmware a device should run, from its persistent profile, and the step to take now. null = the profile names no target, or pack and model are not
 * known yet.
 */
export function firmwareTarget(device: Device, world: World): FirmwareGoal | null {
  const kind = kindOf(device, world)
  const profile = profileOf(device, world)
  const target = kind === null ? null : chooseTarget(profile?.firmware ?? [], kind)
  if (kind === null || profile === null || target === null) return null
  return goalFor(device, { kind, profile, target }, world)
}

type Kind = { pack: Pack | null; packId: string; model: string | null; hardware: string | null }
type Chosen = { kind: Kind; profile: Profile; target: FirmwareTarget }

function goalFor(device: Device, chosen: Chosen, world: World): FirmwareGoal {
  const { kind, target } = chosen
  const final = target.version
  const steps = stepsFor(target, kind)
  const runs = device.firmware
  const bad = knownBadFor(chosen.profile, kind)
  const isBad = (version: string) => bad.some((one) => sameVersion(one, version))
  const isRight =
    runs !== null && !isBad(runs) && (sameVersion(runs, final) || (target.orNewer === true && compareVersions(runs, final) > 0))
  const ahead = runs === null ? [final] : firmwareRoute(runs, final, steps)
  const whole = runs === null ? [final] : wholeRoute(device.staging.routeFrom ?? runs, ahead, final, steps)
  const idle = { version: final, final, step: null, image: null, route: whole, index: 0, isRight }
  const step = ahead[0] ?? final
  if (isBad(step))
    return {
      ...idle,
      block: { code: 'FIRMWARE_TARGET_BAD', data: { version: step, ...named(kind, chosen) } },
      why: `${step} is known to be bad`,
    }
  if (runs !== null && !isRight && compareVersions(runs, final) > 0) {
    const ban = bannedBy(target, kind)
    if (ban !== null) {
      const data = { version: runs, target: final, by: ban, ...named(kind, chosen) }
      return { ...idle, block: { code: 'FIRMWARE_DOWNGRADE_BANNED', data }, why: `${ban} forbids going back from ${runs} to ${final}` }
    }
  }
  if (runs === null && steps.some((one) => compareVersions(one.through, final) < 0)) {
    return { ...idle, block: null, why: 'which step comes first is known once the phone states its version' }
  }
  if (wasJustRefused(device)) return { ...idle, block: null, why: 'the phone did not take it; it is offered again after its next start' }
  const index = Math.max(1, whole.findIndex((one) => sameVersion(one, step)) + 1)
  return {
    ...idle,
    step,
    image: findImage(world, kind, step),
    index,
    block: null,
    why: isRight ? 'it runs what is wanted' : whyStep(step, index, whole),
  }
}

function named({ model }: Kind, { profile }: Chosen): { model: string; profile: string } {
  return { model: model ?? '', profile: profile.name }
}

function whyStep(step: string, index: number, route: readonly string[]): string {
  return route.length === 1 ? `${step} is wanted` : `${step} is step ${index} of ${route.length} to ${route.at(-1)}`
}

/** The way from where it began, while what is ahead is its tail; a phone that went another way begins anew. */
function wholeRoute(began: string, ahead: readonly string[], final: string, steps: readonly FirmwareStep[]): string[] {
  const whole = firmwareRoute(began, final, steps)
  const tail = whole.slice(-ahead.length)
  return tail.length === ahead.length && tail.every((one, i) => one === ahead[i]) ? whole : [...ahead]
}

/**
 * The phone had the whole image and came back without it, and has not started since: offered at once again it would load for ever. After a start it is
 * tried once more.
 */
function wasJustRefused({ staging }: Device): boolean {
  return staging.failure?.code === 'FIRMWARE_NOT_TAKEN' && staging.failure.at >= (staging.startedAt ?? 0)
}

/** What the device is; before it was seen, what was ordered. */
function kindOf(device: Device, world: World): Kind | null {
  const model = device.model ?? device.expectedModel
  const hardware = device.hardware ?? null
  if (device.pack !== null) {
    const pack = packOf(device, world) ?? null
    return { pack, packId: device.pack, model, hardware }
  }
  if (model === null) return null
  const pack = world.packs.find((one) => modelNamed(one, model) !== null)
  return pack === undefined ? null : { pack, packId: pack.id, model: modelNamed(pack, model)?.name ?? model, hardware }
}

function chooseTarget(targets: readonly FirmwareTarget[], kind: Kind): FirmwareTarget | null {
  let best: FirmwareTarget | null = null
  for (const target of targets) {
    if (appliesTo(target, kind) && (best === null || narrowness(target) > narrowness(best))) best = target
  }
  return best
}

function appliesTo(target: FirmwareTarget, { hardware, model, packId }: Kind): boolean {
  if (target.pack !== packId) return false
  if (target.models.length > 0 && (model === null || !target.models.includes(model))) return false
  const revisions = target.hardware ?? []
  return revisions.length === 0 || (hardware !== null && revisions.some((one) => sameHardware(one, hardware)))
}

function narrowness(target: FirmwareTarget): number {
  return (target.models.length > 0 ? 2 : 0) + ((target.hardware?.length ?? 0) > 0 ? 1 : 0)
}

/** `V1.1A` on a label, `1.1A` where a header has the letter before it. */
function sameHardware(a: string, b: string): boolean {
  const plain = (text: string) =>
    text
      .trim()
      .toLowerCase()
      .replace(/^(?:hw)?v(?=\d)/, '')
  return plain(a) === plain(b)
}

/** Steps a person added and steps the pack knows of. */
function stepsFor(target: FirmwareTarget, { model, pack }: Kind): readonly FirmwareStep[] {
  const known = (pack?.firmware.steps ?? []).filter((step) => step.models.length === 0 || (model !== null && step.models.includes(model)))
  return [...(target.steps ?? []), ...known]
}

/** Bad is bad for every target of the profile that means this phone, whichever of them names it. */
function knownBadFor(profile: Profile, kind: Kind): readonly string[] {
  return profile.firmware.flatMap((target) => (appliesTo(target, kind) ? (target.knownBad ?? []) : []))
}

/** Who forbids an older version; the profile's word beats the pack's. Where the pack does not know, it is tried. */
function bannedBy({ downgrade }: FirmwareTarget, { pack }: Kind): string | null {
  if (downgrade !== undefined) return downgrade === 'forbidden' ? 'the persistent profile' : null
  return pack?.firmware.downgrade === 'refused' ? 'the phone family' : null
}

/** An image for the model alone beats one for several; one without models is taken for the whole pack. Newest first among equals. */
function findImage(world: World, { model, packId }: Kind, version: string): FirmwareImage | null {
  let best: FirmwareImage | null = null
  for (const image of world.image.values()) {
    if (image.isPart === true || image.pack !== packId || !sameVersion(image.version, version)) continue
    if (image.models.length > 0 && (model === null || !image.models.includes(model))) continue
    if (best === null || rank(image) < rank(best) || (rank(image) === rank(best) && image.addedAt > best.addedAt)) best = image
  }
  return best
}

function rank(image: FirmwareImage): number {
  return image.models.length === 0 ? Number.MAX_SAFE_INTEGER : image.models.length
}

/**
 * Who says that a version is known to be bad for any of these models (none = the whole pack); the profile's name, null = nobody. What the image library and
 * the catalogue ask before they take a version.
 */
export function calledBadBy(version: string, of: { pack: string; models: readonly string[] }, profiles: Iterable<Profile>): string | null {
  for (const profile of profiles) {
    for (const target of profile.firmware) {
      const touches = target.models.length === 0 || of.models.length === 0 || target.models.some((model) => of.models.includes(model))
      if (target.pack === of.pack && touches && (target.knownBad ?? []).some((one) => sameVersion(one, version))) return profile.name
    }
  }
  return null
}
