import type { Device } from '../model/device.ts'
import type { Pack } from '../model/pack.ts'
import type { World } from '../model/world.ts'

/**
 * The endpoint pack that describes a device, in the version the device has: the active one, unless it keeps another. undefined while no pack claims it.
 * Every rule about a known device asks here; `world.packs` is for phones that nobody knows yet.
 */
export function packOf(device: Pick<Device, 'pack' | 'packVersion'>, world: World): Pack | undefined {
  const active = byIdIn(world.packs).get(device.pack ?? '')
  const kept = device.packVersion ?? null
  if (kept === null || device.pack === null || !kept.startsWith(`${device.pack}@`)) return active
  // A version whose files are gone is said at the start; the active one is the best there is.
  return kept === `${device.pack}@${active?.revision}` ? active : (world.packVersions.get(kept) ?? active)
}

function byIdIn(packs: readonly Pack[]): ReadonlyMap<string, Pack> {
  const known = packsById.get(packs)
  if (known !== undefined) return known
  const made = new Map(packs.map((pack) => [pack.id, pack]))
  packsById.set(packs, made)
  return made
}

const packsById = new WeakMap<readonly Pack[], ReadonlyMap<string, Pack>>()
