import { fromHex } from '../model/bytes.ts'
import type { Device } from '../model/device.ts'
import type { Lease } from '../model/dhcp.ts'
import type { FileRequest } from '../model/files.ts'
import { leaseAt } from '../model/lease-at.ts'
import { type Mac, parseMac } from '../model/mac.ts'
import type { FileProtocol, Pack, PackFile } from '../model/pack.ts'
import type { World } from '../model/world.ts'
import { type Identification, identify } from '../identify/identify.ts'
import { type PathFile, pathFile } from '../pack/path-file.ts'
import { packOf } from '../pack/pack-of.ts'
import { macIn } from '../pack/pattern.ts'

/** Who asks for what: everything later steps need, worked out once. */
export type Asker = {
  request: FileRequest
  lease: Lease | null
  identification: Identification
  pack: Pack | null
  file: PackFile | null
  values: Readonly<Record<string, string>>
  /** The device whose file is asked for: MAC in the path, else the lease's, else the user of the credentials. */
  mac: Mac | null
  device: Device | null
  /** MAC in the path, in whatever family's spelling; where several families have the file, too. */
  asked: Mac | null
  /** The path is a device's own file in several families and nothing says which: refused as any own file, so that a listed MAC can't be told from another. */
  isAmbiguous: boolean
  /** The same, as it looks to one who knows nothing of which MAC is listed. */
  isBlindAmbiguous: boolean
  /** Whether a refusal offers Digest: by the request alone, so that it does not tell a listed MAC from another. */
  digest: boolean
}

export function findAsker(request: FileRequest, world: World, now: number): Asker {
  const lease = world.site === 'bench' ? leaseAt(world, request.peer, now) : null
  const identification = identify(world.packs, {
    vendorClass: lease?.facts.vendorClass == null ? null : fromHex(lease.facts.vendorClass),
    parameterRequestList: lease?.facts.parameterRequestList ?? null,
    hostName: lease?.facts.hostName ?? null,
    leaseMac: lease?.mac ?? null,
    userAgent: request.userAgent,
    path: request.path,
    protocol: protocolOf(request),
    tftpOptions: request.tftpOptions ?? null,
    certificate: request.certificate ?? null,
  })
  const first = findFile(request, identification, lease, world)
  const found = ofKeptVersion(first, request, lease, world)
  const user = request.credentials === null || request.credentials.scheme === 'path' ? null : parseMac(request.credentials.user)
  const mac = (found === null ? null : macIn(found.values)) ?? lease?.mac ?? user
  const device = mac === null ? null : (world.device.get(mac) ?? null)
  const kept = device === null ? undefined : keptVersion(device, world)
  const blind = world.site === 'bench' ? found : findBlindly(request, identification, world)
  return {
    request,
    lease,
    identification,
    pack: found?.pack ?? (kept !== undefined && kept.id === identification.pack?.id ? kept : identification.pack),
    file: found?.file ?? null,
    values: found?.values ?? {},
    mac,
    device,
    asked: macInPath(found, request, world),
    isAmbiguous: first === null && found === null && isOwnFileOfSeveral(request, world),
    isBlindAmbiguous: blind === null && isOwnFileOfSeveral(request, world),
    digest: offersDigest(request, identification, blind, world),
  }
}

/** The version a device keeps beside the active one; undefined for a device that follows the active one. */
function keptVersion(device: Device, world: World): Pack | undefined {
  const pack = packOf(device, world)
  return pack === undefined || world.packs.includes(pack) ? undefined : pack
}

/** A phone that was not moved yet asks for the files of its own version, whatever the active one serves at that path. */
function ofKeptVersion(found: PathFile | null, request: FileRequest, lease: Lease | null, world: World): PathFile | null {
  const mac = (found === null ? null : macIn(found.values)) ?? lease?.mac ?? null
  const device = mac === null ? undefined : world.device.get(mac)
  const kept = device === undefined ? undefined : keptVersion(device, world)
  if (kept === undefined || (found !== null && found.pack.id !== kept.id)) return found
  return pathFile(kept, request.path, protocolOf(request))
}

/** The pack entry a path means: the identified pack's first, then the known device's, then that of the one pack, or the one of this maker, that has it. */
function findFile(request: FileRequest, identification: Identification, lease: Lease | null, world: World): PathFile | null {
  const protocol = protocolOf(request)
  const own = identification.pack === null ? null : pathFile(identification.pack, request.path, protocol)
  if (own !== null) return own
  const byPack = filesAt(request, world)
  const macs = [lease?.mac, ...byPack.map((found) => macIn(found.values))]
  for (const mac of macs) {
    const known = mac == null ? null : world.device.get(mac)?.pack
    const found = byPack.find((f) => f.pack.id === known)
    if (found !== undefined) return found
  }
  return onlyOne(byPack, identification)
}

function macInPath(found: PathFile | null, request: FileRequest, world: World): Mac | null {
  if (found !== null) return macIn(found.values)
  for (const { values } of filesAt(request, world)) if (macIn(values) !== null) return macIn(values)
  return null
}

/** Where several families could be meant, what one of them takes is offered to all: a phone that is asked chooses what it can. */
function offersDigest(request: FileRequest, identification: Identification, blind: PathFile | null, world: World): boolean {
  const pack = identification.pack ?? blind?.pack
  return pack === undefined ? filesAt(request, world).some((found) => found.pack.token.digest) : pack.token.digest
}

/** By what the request says alone: at the central store no answer may hang on which MACs are listed. */
function findBlindly(request: FileRequest, identification: Identification, world: World): PathFile | null {
  const own = identification.pack === null ? null : pathFile(identification.pack, request.path, protocolOf(request))
  return own ?? onlyOne(filesAt(request, world), identification)
}

function onlyOne(byPack: readonly PathFile[], identification: Identification): PathFile | null {
  const [only, second] = byPack
  if (only !== undefined && second === undefined) return only
  const ofMaker = byPack.filter((found) => found.pack.vendor === identification.vendor)
  return ofMaker.length === 1 ? (ofMaker[0] ?? null) : null
}

function filesAt(request: FileRequest, world: World): PathFile[] {
  return world.packs.flatMap((pack) => pathFile(pack, request.path, protocolOf(request)) ?? [])
}

function protocolOf({ via }: FileRequest): FileProtocol {
  return via === 'tftp' ? 'tftp' : 'http'
}

/** What no family serves at this path is simply not there, whoever asks. */
function isOwnFileOfSeveral(request: FileRequest, world: World): boolean {
  const own = filesAt(request, world).filter((found) => found.file.scope === 'device')
  return own.length > 1 && own.some((found) => found.file.kind !== 'absent')
}
