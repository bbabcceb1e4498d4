import { fromHex } from '../model/bytes.ts'
import type { Device } from '../model/device.ts'
import type { Lease } from '../model/dhcp.ts'
import type { FileRequest } from '../model/files.ts'
import { leaseAt } from '../model/lease-at.ts'
import { type Mac, parseMac } from '../model/mac.ts'
import type { Pack, PackFile } from '../model/pack.ts'
import type { World } from '../model/world.ts'
import { type Identification, identify } from '../identify/identify.ts'
import { matchPathEnd } from '../pack/pattern.ts'

/** Who asks for what: everything later steps need, worked out once. */
export type Asker = {
  lease: Lease | null
  identification: Identification
  pack: Pack | null
  file: PackFile | null
  values: Readonly<Record<string, string>>
  /** The device whose file is asked for: MAC in the path, else the lease's, else the user of the credentials. */
  mac: Mac | null
  device: Device | null
  /** The path is a device's own file in several families and nothing says which: refused as any own file, so that a listed MAC can't be told from another. */
  isAmbiguous: boolean
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
  })
  const found = findFile(request.path, identification.pack, lease, world)
  const user = request.credentials === null ? null : parseMac(request.credentials.user)
  const mac = macIn(found?.values) ?? lease?.mac ?? user
  const device = mac === null ? null : (world.device.get(mac) ?? null)
  return {
    lease,
    identification,
    pack: found?.pack ?? identification.pack,
    file: found?.file ?? null,
    values: found?.values ?? {},
    mac,
    device,
    isAmbiguous: found === null && isOwnFileOfSeveral(request.path, world),
  }
}

type Found = { pack: Pack; file: PackFile; values: Readonly<Record<string, string>> }

/** The pack entry a path means: the identified pack's first, then the known device's, then any pack that has it alone. */
function findFile(path: string, identified: Pack | null, lease: Lease | null, world: World): Found | null {
  if (identified !== null) {
    const found = fileOf(identified, path)
    if (found !== null) return found
  }
  const byPack = world.packs.flatMap((pack) => fileOf(pack, path) ?? [])
  const macs = [lease?.mac, ...byPack.map((found) => macIn(found.values))]
  for (const mac of macs) {
    const known = mac == null ? null : world.device.get(mac)?.pack
    const found = byPack.find((f) => f.pack.id === known)
    if (found !== undefined) return found
  }
  return byPack.length === 1 ? (byPack[0] ?? null) : null
}

function isOwnFileOfSeveral(path: string, world: World): boolean {
  return world.packs.filter((pack) => fileOf(pack, path)?.file.scope === 'device').length > 1
}

function fileOf(pack: Pack, path: string): Found | null {
  for (const file of pack.files) {
    const values = matchPathEnd(file.path, path)
    if (values !== null) return { pack, file, values }
  }
  return null
}

function macIn(values: Readonly<Record<string, string>> | undefined): Mac | null {
  const text = values?.mac ?? values?.MAC ?? values?.['mac:']
  return text === undefined ? null : parseMac(text)
}
