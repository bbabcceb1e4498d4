import { fromHex, latin1 } from '../model/bytes.ts'
import type { Device } from '../model/device.ts'
import type { DhcpFacts } from '../model/dhcp.ts'
import type { Mac } from '../model/mac.ts'
import type { Pack } from '../model/pack.ts'
import type { World } from '../model/world.ts'

/** The pack that claims this vendor class (60), or null: the one test that `answer: claimed` knows for phones nobody listed. */
export function packByVendorClass(vendorClass: Uint8Array | null, world: World): Pack | null {
  if (vendorClass === null) return null
  const text = latin1(vendorClass).toLowerCase()
  return world.packs.find((pack) => pack.match.vendorClass.some((pattern) => startsLike(pattern.toLowerCase(), text))) ?? null
}

/** Stand-in until core/identify is there: the literals of a pattern in their order, the first at the start. */
function startsLike(pattern: string, text: string): boolean {
  const [first, ...rest] = pattern.split(/\{[^}]*\}/)
  let at = first?.length ?? 0
  if (!text.startsWith(first ?? '')) return false
  for (const literal of rest) {
    const found = text.indexOf(literal, at)
    if (found < 0) return false
    at = found + literal.length
  }
  return true
}

/** The pack whose options a phone gets: what it says of itself now, then what is known of it, then what a person ordered. */
export function packFor(mac: Mac, facts: DhcpFacts, world: World): Pack | null {
  const vendorClass = facts.vendorClass === null ? null : fromHex(facts.vendorClass)
  return packByVendorClass(vendorClass, world) ?? knownPack(world.device.get(mac), world)
}

function knownPack(device: Device | undefined, world: World): Pack | null {
  if (device === undefined) return null
  const byId = world.packs.find((pack) => pack.id === device.pack)
  if (byId !== undefined) return byId
  const { expectedModel } = device
  if (expectedModel === null) return null
  return world.packs.find((pack) => Object.hasOwn(pack.models, expectedModel)) ?? null
}
