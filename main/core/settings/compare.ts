import { layerId, type Profile, type SettingScalar } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { Mac } from '../model/mac.ts'
import type { Menu, Pack } from '../model/pack.ts'
import { type Refusal, refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import type { World } from '../model/world.ts'
import { matchPattern } from '../pack/pattern.ts'
import { packProblem } from '../pack/profile-of.ts'
import { notFor } from './applies.ts'
import { changedFiles, type FileChange } from './changed-files.ts'
import { joinDefinitions } from './joined.ts'
import { layersOf, packOf, profileOf } from './layers.ts'
import { named, type Named, pathOf } from './named.ts'
import { patched } from './patched.ts'
import { type Resolved, resolveSettings } from './resolve.ts'
import { ENGINEER, type Person, placeRoleProblem } from './roles.ts'
import { seesOf, shownValue } from './secret.ts'

/** One side of a comparison: the value, where it comes from, and whether it is locked there. */
export type Side = { value: SettingScalar | null; origin: Named | null; locked: boolean }

/** A setting that differs. `pack`, `model`: the value is for these phones alone. */
export type Row = { key: string; label: string; menu: Menu; pack: string | null; model: string | null; a: Side; b: Side }

export type ProfileComparison = {
  a: Named
  b: Named
  rows: readonly Row[]
  /** Packs that only one of them supports; an empty list supports all. */
  packs: { a: readonly string[]; b: readonly string[] } | null
  /** Firmware targets that differ, as text by pack and models. */
  firmware: readonly { pack: string; models: readonly string[]; a: string | null; b: string | null }[]
}

/** What differs between two persistent profiles: values, locks, packs, firmware. Secrets are masked; two different ones are a difference all the same. For who may open persistent profiles. */
export function compareProfiles(
  request: { a: string; b: string; pack?: string | undefined; model?: string | undefined; person?: Person | undefined },
  world: World,
): Result<ProfileComparison> {
  const { person = ENGINEER } = request
  const foreign =
    placeRoleProblem(person, { kind: 'profile', id: request.a }, world) ??
    placeRoleProblem(person, { kind: 'profile', id: request.b }, world)
  if (foreign !== null) return refuse(foreign)
  const [a, b] = [world.profile.get(request.a), world.profile.get(request.b)]
  if (a === undefined || b === undefined) return refuse(refusal('PROFILE_UNKNOWN', { profile: a === undefined ? request.a : request.b }))
  return ok({
    a: named({ kind: 'profile', id: a.id }, world),
    b: named({ kind: 'profile', id: b.id }, world),
    rows: profileRows(a, b, request, world),
    packs: a.packs.join(' ') === b.packs.join(' ') ? null : { a: a.packs, b: b.packs },
    firmware: firmwareRows(a, b),
  })
}

type Selector = { pack?: string | undefined; model?: string | undefined }

function profileRows(a: Profile, b: Profile, { model, pack }: Selector, world: World): Row[] {
  const [left, right] = [a, b].map(
    ({ id }) => world.layer.get(layerId('profile', id)) ?? { kind: 'profile' as const, id, values: [], locks: [] },
  )
  if (left === undefined || right === undefined) return []
  const selectors = new Map<string, Selector>()
  for (const value of [...left.values, ...right.values]) selectors.set(`${value.pack ?? ''}\n${value.model ?? ''}`, value)
  selectors.set('\n', {})
  const wanted = [...selectors.values()].filter(
    (one) =>
      (pack === undefined || one.pack === undefined || one.pack === pack) &&
      (model === undefined || one.model === undefined || one.model === model),
  )
  const rows: Row[] = []
  for (const { key, label, menu, secret, type } of joinDefinitions(world.packs, world.packs)) {
    for (const selector of wanted) {
      const [one, other] = [left, right].map(({ id, locks, values }): Side & { real: SettingScalar | null } => {
        const found = values.find((value) => value.key === key && value.pack === selector.pack && value.model === selector.model)
        const value = found?.value ?? null
        const origin = found === undefined ? null : named({ kind: 'profile', id }, world)
        return {
          value: shownValue({ secret, type }, value),
          real: value,
          origin,
          locked: selector.pack === undefined && selector.model === undefined && locks.includes(key),
        }
      })
      if (one === undefined || other === undefined || (one.real === other.real && one.locked === other.locked)) continue
      rows.push({ key, label, menu, pack: selector.pack ?? null, model: selector.model ?? null, a: sideOf(one), b: sideOf(other) })
    }
  }
  return rows
}

function sideOf({ locked, origin, value }: Side): Side {
  return { value, origin, locked }
}

function firmwareRows(a: Profile, b: Profile): ProfileComparison['firmware'] {
  const names = new Map<string, { pack: string; models: readonly string[] }>()
  for (const { models, pack } of [...a.firmware, ...b.firmware]) names.set(`${pack}\n${[...models].sort().join('\n')}`, { pack, models })
  const versionIn = (profile: Profile, name: string) =>
    profile.firmware.find((one) => `${one.pack}\n${[...one.models].sort().join('\n')}` === name)?.version ?? null
  return [...names].flatMap(([name, { models, pack }]) => {
    const [left, right] = [versionIn(a, name), versionIn(b, name)]
    return left === right ? [] : [{ pack, models, a: left, b: right }]
  })
}

/**
 * `unsupported`: why the other profile would not let this phone be configured at all. `same`: where neither a setting nor a line of a file differs, why that is, in
 * words; null where something does.
 */
export type DeviceComparison = {
  mac: Mac
  rows: readonly Row[]
  files: readonly FileChange[]
  unsupported: string | null
  same: string | null
}

/**
 * One phone as it is (`a`) and as it would be under another profile, or with another firmware (`b`): settings and file lines that differ. Refused: a phone or a
 * profile that is not there, a firmware that no phone could state.
 */
export function compareDevice(
  request: { mac: Mac; profile?: string | null | undefined; firmware?: string | undefined; person?: Person | undefined },
  world: World,
): Result<DeviceComparison> {
  const { person = ENGINEER } = request
  const device = world.device.get(request.mac)
  if (device === undefined) return refuse(refusal('DEVICE_UNKNOWN', { mac: request.mac }))
  if (typeof request.profile === 'string' && !world.profile.has(request.profile))
    return refuse(refusal('PROFILE_UNKNOWN', { profile: request.profile, field: 'profile' }))
  const foreign = placeRoleProblem(person, { kind: 'device', id: device.mac }, world) ?? profileProblem(person, request.profile, world)
  if (foreign !== null) return refuse(foreign)
  const unread = request.firmware === undefined ? null : firmwareProblem(request.firmware, device, world)
  if (unread !== null) return refuse(unread)
  const other: Device = {
    ...device,
    profile: request.profile === undefined ? device.profile : request.profile,
    firmware: request.firmware ?? device.firmware,
  }
  const then = patched(world, [{ entity: 'device', id: device.mac, value: other }])
  const sees = seesOf(person)
  const files = changedFiles({ device, world, sees }, { device: other, world: then, sees })
  const problem = other.pack === null ? null : packProblem(other, other.pack, then)
  const rows = deviceRows(device, other, world, then)
  const same = rows.length + files.length > 0 ? null : whySame(device, other, world, then)
  return ok({ mac: device.mac, rows, files, unsupported: problem?.message ?? null, same })
}

/** Another profile is another customer's, or the provider's: only who may open it may look at a phone under it. */
function profileProblem(person: Person, profile: string | null | undefined, world: World): Refusal | null {
  return typeof profile === 'string' ? placeRoleProblem(person, { kind: 'profile', id: profile }, world) : null
}

/** A version as a phone of this family could state it: what `{version}` of the packs' patterns takes. */
function firmwareProblem(text: string, device: Device, world: World): Refusal | null {
  if (matchPattern('{version}', text) !== null) return null
  const pack = packOf(device, world)
  const images = [...world.image.values()].filter((image) => image.pack === pack?.id).map((image) => image.version)
  const targets = profileOf(device, world)?.firmware.filter((target) => target.pack === pack?.id) ?? []
  const sample = device.firmware ?? targets[0]?.version ?? images[0] ?? '66.86.0.20'
  return refusal('FIRMWARE_VERSION_UNREAD', { version: text, sample, field: 'firmware' })
}

/** Why both sides are the same, for people: an empty answer alone could be a mistake of the question. */
function whySame(before: Device, after: Device, world: World, then: World): string {
  const pack = packOf(before, world)
  if (pack === undefined) return 'Nobody knows yet which family this phone is of, so it has no settings and no files to compare'
  const [old, fresh] = [profileOf(before, world), profileOf(after, then)]
  if (before.firmware !== after.firmware) return whySameFirmware(before, after, pack)
  if (old?.id === fresh?.id) return `The phone is under ${old?.name ?? 'no profile'} already`
  return `${old?.name ?? 'No profile'} and ${fresh?.name ?? 'no profile'} say the same for this phone: every setting it has gets the same value`
}

function whySameFirmware(before: Device, { firmware }: Device, pack: Pack): string {
  const from = before.firmware ?? 'an unknown version'
  const dated = pack.settings.filter(({ models, since }) => since !== null && (models === null || models.includes(modelOf(before) ?? '')))
  if (dated.length === 0) return `No setting of ${pack.name} is known to depend on the firmware`
  const holds = (version: string | null) =>
    dated.filter((setting) => notFor(setting, { pack: pack.id, model: modelOf(before), firmware: version }) === null)
  const crossed = holds(before.firmware).length !== holds(firmware).length
  return crossed
    ? `What ${firmware ?? ''} has and ${from} has not (or the other way round) is set nowhere for this phone`
    : `All ${dated.length} settings of ${pack.name} that depend on the firmware are the same in ${from} and ${firmware ?? ''}`
}

function modelOf({ expectedModel, model }: Device): string | null {
  return model ?? expectedModel
}

function deviceRows(before: Device, after: Device, world: World, then: World): Row[] {
  const pack = packOf(before, world)
  if (pack === undefined) return []
  const resolved = (device: Device, of: World) =>
    resolveSettings(pack.settings, layersOf(device, of), {
      pack: pack.id,
      model: device.model ?? device.expectedModel,
      firmware: device.firmware,
    })
  const [left, right] = [resolved(before, world), resolved(after, then)]
  return [...left].flatMap(([key, one]): Row[] => {
    const other = right.get(key)
    if (other === undefined || (one.value === other.value && (one.lockedBy === null) === (other.lockedBy === null))) return []
    const { label, menu } = one.definition
    return [{ key, label, menu, pack: null, model: null, a: deviceSide(one, before, world), b: deviceSide(other, after, then) }]
  })
}

function deviceSide({ definition, layer, lockedBy, value }: Resolved, device: Device, world: World): Side {
  const origin: Named | null =
    layer === null
      ? null
      : layer === 'pack'
        ? { kind: 'pack', id: device.pack, name: packOf(device, world)?.name ?? '' }
        : (pathOf(device, world).find((one) => one.kind === layer) ?? null)
  return { value: shownValue(definition, value), origin, locked: lockedBy !== null }
}
