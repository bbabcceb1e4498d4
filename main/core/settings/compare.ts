import { layerId, type Profile, type SettingScalar } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { Mac } from '../model/mac.ts'
import type { Menu } from '../model/pack.ts'
import { refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import type { World } from '../model/world.ts'
import { packProblem } from '../pack/profile-of.ts'
import { changedFiles, type FileChange } from './changed-files.ts'
import { joinDefinitions } from './joined.ts'
import { layersOf, packOf } from './layers.ts'
import { named, type Named, pathOf } from './named.ts'
import { patched } from './patched.ts'
import { type Resolved, resolveSettings } from './resolve.ts'
import { MASK } from './secret.ts'

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

/** What differs between two persistent profiles: values, locks, packs, firmware. Secrets are masked; two different ones are a difference all the same. */
export function compareProfiles(
  request: { a: string; b: string; pack?: string | undefined; model?: string | undefined },
  world: World,
): Result<ProfileComparison> {
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
  for (const { key, label, menu, secret } of joinDefinitions(world.packs, world.packs)) {
    for (const selector of wanted) {
      const [one, other] = [left, right].map(({ id, locks, values }): Side & { real: SettingScalar | null } => {
        const found = values.find((value) => value.key === key && value.pack === selector.pack && value.model === selector.model)
        const value = found?.value ?? null
        const origin = found === undefined ? null : named({ kind: 'profile', id }, world)
        return {
          value: secret && value !== null ? MASK : value,
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

/** `unsupported`: why the other profile would not let this phone be configured at all. */
export type DeviceComparison = { mac: Mac; rows: readonly Row[]; files: readonly FileChange[]; unsupported: string | null }

/** One phone as it is (`a`) and as it would be under another profile, or with another firmware (`b`): settings and file lines that differ. */
export function compareDevice(
  request: { mac: Mac; profile?: string | null | undefined; firmware?: string | undefined },
  world: World,
): Result<DeviceComparison> {
  const device = world.device.get(request.mac)
  if (device === undefined) return refuse(refusal('DEVICE_UNKNOWN', { mac: request.mac }))
  if (typeof request.profile === 'string' && !world.profile.has(request.profile))
    return refuse(refusal('PROFILE_UNKNOWN', { profile: request.profile }))
  const other: Device = {
    ...device,
    profile: request.profile === undefined ? device.profile : request.profile,
    firmware: request.firmware ?? device.firmware,
  }
  const then = patched(world, [{ entity: 'device', id: device.mac, value: other }])
  const files = changedFiles({ device, world }, { device: other, world: then })
  const problem = other.pack === null ? null : packProblem(other, other.pack, then)
  return ok({ mac: device.mac, rows: deviceRows(device, other, world, then), files, unsupported: problem?.message ?? null })
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
  return { value: definition.secret && value !== null ? MASK : value, origin, locked: lockedBy !== null }
}
