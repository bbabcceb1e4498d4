import { type Identification, identify } from '../identify/identify.ts'
import { matchVendorClass } from '../identify/vendor-class.ts'
import { fromHex } from '../model/bytes.ts'
import type { Device } from '../model/device.ts'
import type { DhcpFacts } from '../model/dhcp.ts'
import type { Mac } from '../model/mac.ts'
import type { Pack } from '../model/pack.ts'
import type { World } from '../model/world.ts'
import { packOf } from '../pack/pack-of.ts'

/** The packs that claim this vendor class (60); several where a maker's word names no model (`yealink`). What `answer: claimed` goes by. */
export function claimants(vendorClass: Uint8Array | null, world: World): readonly Pack[] {
  return vendorClass === null ? [] : world.packs.filter((pack) => matchVendorClass(pack, vendorClass) !== null)
}

/**
 * The pack whose options a phone gets. What it says of itself now comes first, then what is known of it, then what a person ordered, then the first pack
 * of its maker: families of one maker look for their server by the same options, and a wrong guess costs nothing but an option nobody asked for.
 */
export function packFor(mac: Mac, facts: DhcpFacts, world: World): Pack | null {
  const vendorClass = facts.vendorClass === null ? null : fromHex(facts.vendorClass)
  const claiming = claimants(vendorClass, world)
  const said = sayingOf(mac, facts, vendorClass, world.packs)
  const known = knownPack(world.device.get(mac), world)
  const isKnownPossible = known !== null && (claiming.length === 0 || claiming.includes(known))
  if (said.pack !== null) return said.pack
  if (isKnownPossible) return known
  return claiming[0] ?? world.packs.find((pack) => pack.vendor === said.vendor) ?? null
}

type Said = Pick<Identification, 'pack' | 'vendor'>

/** A phone says the same in each of its messages: what it means is found out once, as long as the packs are the same. */
const sayings = new WeakMap<readonly Pack[], Map<string, Said>>()
const MOST_SAYINGS = 5000

function sayingOf(
  mac: Mac,
  { hostName, parameterRequestList, vendorClass }: DhcpFacts,
  classBytes: Uint8Array | null,
  packs: readonly Pack[],
): Said {
  const key = JSON.stringify([mac, vendorClass, hostName, parameterRequestList])
  const ofPacks = sayings.get(packs) ?? new Map<string, Said>()
  sayings.set(packs, ofPacks)
  const before = ofPacks.get(key)
  if (before !== undefined) return before
  const { pack, vendor } = identify(packs, { vendorClass: classBytes, hostName, parameterRequestList, leaseMac: mac })
  if (ofPacks.size >= MOST_SAYINGS) ofPacks.clear()
  ofPacks.set(key, { pack, vendor })
  return { pack, vendor }
}

function knownPack(device: Device | undefined, world: World): Pack | null {
  if (device === undefined) return null
  const byId = packOf(device, world)
  if (byId !== undefined) return byId
  const { expectedModel } = device
  if (expectedModel === null) return null
  return world.packs.find((pack) => Object.hasOwn(pack.models, expectedModel)) ?? null
}
