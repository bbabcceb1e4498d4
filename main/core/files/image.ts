import { type Decision, type Effect, note } from '../model/decision.ts'
import type { FileAnswer, FileRequest } from '../model/files.ts'
import type { FirmwareImage } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { PackFile } from '../model/pack.ts'
import { pathForPeople } from '../model/path.ts'
import type { World } from '../model/world.ts'
import { firmwareTarget } from '../pack/target.ts'
import { libraryName } from '../pack/path-file.ts'
import { packOf } from '../pack/pack-of.ts'
import { sameVersion } from '../pack/version.ts'
import type { Asker } from './asker.ts'
import { observe } from './observe.ts'

/**
 * Firmware bytes are no secret: any leased address on the bench may fetch them. A path with `{image}` names the file; a path without (Poly's
 * `sip.ld`, the same for every version) means the target image of the phone that asks.
 */
export function answerImage(request: FileRequest, asker: Asker, file: PackFile, world: World, now: number): Decision<FileAnswer> {
  const seen = observe(asker, world, now)
  const isAllowed = world.site !== 'bench' || asker.lease !== null
  const image = isAllowed
    ? (partAsked(request, asker, file, world) ?? findImage(asker, file, whoAsks(asker, seen.device, world), world))
    : null
  if (image === null) {
    const effects: Effect[] = [
      note(now, asker.lease?.mac ?? null, 'image.missing', `Asked for ${pathForPeople(request.path)}: no such image for this phone`),
    ]
    return { reply: { kind: 'missing' }, changes: seen.changes, effects: [...seen.effects, ...effects] }
  }
  const isOnlyOne = file.path.includes('{image}') && imagesNamed(image.name, asker.pack?.id, world).length === 1
  return {
    reply: { kind: 'image', image: image.id, mac: asker.lease?.mac ?? null, isOnlyOne },
    changes: seen.changes,
    effects: seen.effects,
  }
}

/**
 * A path that no pack has, asked for by a leased phone of a family that fetches parts of its firmware by their bare names: the library's file of exactly that name and
 * family, or null.
 */
export function answerFromLibrary(request: FileRequest, asker: Asker, world: World, now: number): Decision<FileAnswer> | null {
  const image = world.site === 'bench' && asker.lease !== null ? libraryFile(request, asker, world)[0] : undefined
  if (image === undefined) return null
  const seen = observe(asker, world, now)
  return {
    reply: { kind: 'image', image: image.id, mac: asker.lease?.mac ?? null, isOnlyOne: libraryFile(request, asker, world).length === 1 },
    changes: seen.changes,
    effects: seen.effects,
  }
}

/** Newest first. The name must be the same in every character: the phone took it from the load that lists it. */
function libraryFile(request: FileRequest, asker: Asker, world: World): FirmwareImage[] {
  const device = asker.lease === null ? undefined : world.device.get(asker.lease.mac)
  const pack = asker.identification.pack ?? (device === undefined ? undefined : packOf(device, world))
  const name = pack === undefined ? null : libraryName(pack, request.path, request.via === 'tftp' ? 'tftp' : 'http')
  return name === null ? [] : imagesNamed(name, pack?.id, world).filter((image) => image.name === name)
}

/** The phone that stands there, with what this very request said of it: a version stated just now decides what is due. */
function whoAsks({ device, lease }: Asker, seen: Device | null, world: World): Device | null {
  if (lease === null) return seen ?? device
  return seen?.mac === lease.mac ? seen : (world.device.get(lease.mac) ?? null)
}

/** A load that belongs to another and is asked for by its own name (`term42.default.loads`) is not the target. */
function partAsked(request: FileRequest, asker: Asker, file: PackFile, world: World): FirmwareImage | null {
  if (file.path.includes('{image}') || asker.lease === null) return null
  return libraryFile(request, asker, world).find((image) => image.isPart === true) ?? null
}

function findImage(asker: Asker, file: PackFile, device: Device | null, world: World): FirmwareImage | null {
  const goal = device === null ? null : firmwareTarget(device, world)
  if (!file.path.includes('{image}')) return goal?.image ?? null
  const named = imagesNamed(asker.values.image ?? '', asker.pack?.id, world)
  const due = goal?.step == null ? [] : named.filter((image) => sameVersion(image.version, goal.step ?? ''))
  const own = due.find((image) => image.id === goal?.image?.id) ?? due[0]
  // Where the config names the image, the name alone is asked for: an upgrade under way ends with what it began with. Where the family asks a fixed name by
  // itself, only what is due now is given, or a phone that may not go back would.
  if (own !== undefined || asker.pack?.firmware.order !== 'from-config') return own ?? null
  return named[0] ?? null
}

/** Newest first; several where a family calls the image of every version the same. */
function imagesNamed(name: string, pack: string | undefined, world: World): FirmwareImage[] {
  const wanted = name.toLowerCase()
  return [...world.image.values()]
    .filter((image) => image.pack === pack && image.name.toLowerCase() === wanted)
    .sort((a, b) => b.addedAt - a.addedAt)
}
