import { type Ipv4, isLoopback } from '../model/ipv4.ts'
import { type DhcpPacket, NAK, NO_ADDRESS } from './packet.ts'

/** Where a reply goes. `relay` is sent to the server's port, `phone` to the client's, `back` to the very place the packet came from. */
export type Destination = { to: 'relay'; address: Ipv4 } | { to: 'phone'; address: Ipv4 } | { to: 'back' }

const EVERYBODY: Ipv4 = '255.255.255.255'

/**
 * RFC 2131 section 4.1. A phone without an address gets the limited broadcast whether it asked for that or not: unicast to an address that nobody
 * holds yet would need a raw socket, and the RFC allows the broadcast. On loopback there is no broadcast: back to where it came from.
 */
export function destinationOf(request: DhcpPacket, replyType: number, server: Ipv4): Destination {
  if (isLoopback(server)) return { to: 'back' }
  if (request.giaddr !== NO_ADDRESS) return { to: 'relay', address: request.giaddr }
  if (replyType !== NAK && request.ciaddr !== NO_ADDRESS) return { to: 'phone', address: request.ciaddr }
  return { to: 'phone', address: EVERYBODY }
}
