import type { Lease } from './dhcp.ts'
import { heldIn } from './held.ts'
import type { Ipv4 } from './ipv4.ts'
import type { World } from './world.ts'

/** The live lease of an address; null when nobody holds it now. Asked with every request of a phone. */
export function leaseAt(world: World, address: Ipv4, now: number): Lease | null {
  for (const lease of heldIn(world).leasesAt(address)) if (lease.releasedAt === null && lease.expiresAt > now) return lease
  return null
}
