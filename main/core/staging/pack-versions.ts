import { type Decision, type Effect, note, silence } from '../model/decision.ts'
import type { Device } from '../model/device.ts'
import { type Mac, parseMac } from '../model/mac.ts'
import { packVersionId } from '../model/pack.ts'
import { refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import type { Change, World } from '../model/world.ts'
import { placeOf } from '../pack/profile-of.ts'
import { audit } from './audit.ts'

/** Versions of one pack that are here, the one that is active now, and the one that came with the program; null = none. */
export type KnownVersions = { pack: string; versions: readonly number[]; active: number | null; given: number | null }
export type Who = { actor: string; world: World; now: number }

/**
 * New phones get this version from now on. Phones that have the one that was active keep it: each is given it by name. Phones that kept the new one by
 * name follow the active one again, so that going back leaves no trace.
 */
export function activatePack(known: KnownVersions, version: number, { actor, now, world }: Who): Decision<Result<{ kept: number }>> {
  if (!known.versions.includes(version)) return silence(refuse(unknownVersion(known, version)))
  if (known.active === version) return silence(ok({ kept: 0 }))
  const changes: Change[] = [chooseVersion(known, version, now)]
  let kept = 0
  for (const device of known.active === null ? [] : world.device.values()) {
    if (device.pack !== known.pack) continue
    const has = versionOf(device, known)
    if (has !== version) kept += 1
    const packVersion = has === version || has === null ? null : packVersionId(known.pack, has)
    if (packVersion !== (device.packVersion ?? null)) changes.push(put({ ...device, packVersion }))
  }
  const detail = `version ${version} instead of ${known.active ?? 'none'}; ${kept} phones keep theirs`
  changes.push(audit(world, { at: now, actor, action: 'packs.activate', target: known.pack, detail }))
  return { reply: ok({ kept }), changes, effects: [] }
}

/** The record that says which version is active. */
export function chooseVersion({ given, pack }: KnownVersions, version: number, now: number): Change {
  return { entity: 'packChoice', id: pack, value: { pack, version, at: now, isGiven: version === given } }
}

/** Which phones a person means: named one by one, or all of a business group, or all of the pack. */
export type Chosen = { macs?: readonly string[] | undefined; group?: string | undefined }

/** The phones of a pack that have another version than the one wanted; refused when one is unknown or of another pack. */
export function phonesToMove(known: KnownVersions, chosen: Chosen, version: number, world: World): Result<Device[]> {
  if (!known.versions.includes(version)) return refuse(unknownVersion(known, version))
  if (chosen.group !== undefined && !world.group.has(chosen.group)) return refuse(refusal('GROUP_UNKNOWN', { group: chosen.group }))
  const devices = chosen.macs === undefined ? [...world.device.values()] : named(chosen.macs, known.pack, world)
  if (!Array.isArray(devices)) return devices
  return ok(
    devices.filter((device) => {
      if (device.pack !== known.pack || !device.listed) return false
      if (chosen.group !== undefined && placeOf(device, world).group !== chosen.group) return false
      return versionOf(device, known) !== version
    }),
  )
}

function named(macs: readonly string[], pack: string, world: World): Device[] | { ok: false; refusal: ReturnType<typeof refusal> } {
  const devices: Device[] = []
  for (const text of macs) {
    const mac: Mac | null = parseMac(text)
    const device = mac === null ? undefined : world.device.get(mac)
    if (device === undefined) return { ok: false, refusal: refusal('DEVICE_UNKNOWN', { mac: text }) }
    if (device.pack !== pack) return { ok: false, refusal: refusal('DEVICE_NO_PACK', { mac: text }) }
    devices.push(device)
  }
  return devices
}

/** The devices as they stand after the move: for the decision, and for the preview before it. */
export function moved(devices: readonly Device[], known: KnownVersions, version: number, now: number): Device[] {
  const packVersion = version === known.active ? null : packVersionId(known.pack, version)
  return devices.map((device) => ({ ...device, packVersion, updatedAt: now }))
}

/** Gives phones another version of their pack; their files change at their next fetch. */
export function movePhones(
  known: KnownVersions,
  command: { chosen: Chosen; version: number },
  { actor, now, world }: Who,
): Decision<Result<{ moved: number }>> {
  const devices = phonesToMove(known, command.chosen, command.version, world)
  if (!devices.ok) return silence(devices)
  if (devices.value.length === 0) return silence(ok({ moved: 0 }))
  const effects: Effect[] = devices.value.map((device) =>
    note(now, device.mac, 'packs.move', `Moved to version ${command.version} of ${known.pack} (${actor})`),
  )
  const detail = `${devices.value.length} phones to version ${command.version}`
  const changes = [
    ...moved(devices.value, known, command.version, now).map(put),
    audit(world, { at: now, actor, action: 'packs.move', target: known.pack, detail }),
  ]
  return { reply: ok({ moved: devices.value.length }), changes, effects }
}

/** Phones by version of a pack. */
export function usersOf(known: KnownVersions, world: World): Map<number, number> {
  const count = new Map<number, number>()
  for (const device of world.device.values()) {
    if (device.pack !== known.pack) continue
    const version = versionOf(device, known)
    if (version !== null) count.set(version, (count.get(version) ?? 0) + 1)
  }
  return count
}

/** The version a device has: the one it keeps, if that is still here, else the active one. */
function versionOf(device: Device, { active, pack, versions }: KnownVersions): number | null {
  const kept = device.packVersion ?? null
  if (kept === null || !kept.startsWith(`${pack}@`)) return active
  const version = Number(kept.slice(pack.length + 1))
  return versions.includes(version) ? version : active
}

function unknownVersion({ pack, versions }: KnownVersions, version: number) {
  return versions.length === 0
    ? refusal('PACK_UNKNOWN', { pack, known: '' })
    : refusal('PACK_VERSION_UNKNOWN', { pack, version: String(version), known: versions.join(', ') })
}

function put(device: Device): Change {
  return { entity: 'device', id: device.mac, value: device }
}
