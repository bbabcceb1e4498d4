import { fromHex } from '../model/bytes.ts'
import { dhcpConfig, type World } from '../model/world.ts'
import { claimants } from './claim.ts'
import { type DhcpPacket, vendorClass } from './packet.ts'

/**
 * Whether this phone is answered at all; silence is the default, so that a bench never becomes the office's DHCP server.
 * Returns why not, for the timeline, or null when it is answered.
 */
export function whyIgnored(packet: DhcpPacket, world: World): string | null {
  const { answer } = dhcpConfig(world)
  if (answer === 'everybody' || world.device.get(packet.chaddr)?.listed === true) return null
  if (answer === 'listed') return 'nobody ordered it'
  if (claimants(vendorClass(packet), world).length > 0) return null
  // Boot loader and firmware of one phone may differ in option 60: what it said when it got its lease still counts.
  const said = world.lease.get(packet.chaddr)?.facts.vendorClass ?? null
  if (said !== null && claimants(fromHex(said), world).length > 0) return null
  return 'nobody ordered it, and no endpoint pack claims its vendor class'
}
