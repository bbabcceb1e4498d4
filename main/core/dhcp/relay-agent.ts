import { formatIpv4, type Ipv4 } from '../model/ipv4.ts'
import { RELAY_AGENT, SUBNET_SELECTION } from './options.ts'
import { addressOption, type DhcpPacket, NO_ADDRESS, readUint32 } from './packet.ts'

/** Sub-options of 82 that change what the server does; all others are only sent back. */
const LINK_SELECTION = 5
const SERVER_ID_OVERRIDE = 11

/**
 * The subnet that a relayed message asks for: link selection (82.5) beats subnet selection (118), both beat `giaddr` (RFC 3527 section 3, RFC 3011). Only what
 * came through a relay may choose: the bench's own LAN has one subnet.
 */
export function linkAddress(packet: DhcpPacket): Ipv4 {
  return relayAddress(packet, LINK_SELECTION) ?? addressOption(packet, SUBNET_SELECTION) ?? packet.giaddr
}

/** What the relay wants to stand in 54, so that renewals pass through it (RFC 5107 section 4); null without a relay or its word. */
export function serverIdOverride(packet: DhcpPacket): Ipv4 | null {
  const wanted = packet.giaddr === NO_ADDRESS ? null : relayAddress(packet, SERVER_ID_OVERRIDE)
  return wanted === NO_ADDRESS ? null : wanted
}

function relayAddress(packet: DhcpPacket, wanted: number): Ipv4 | null {
  const field = packet.options.get(RELAY_AGENT) ?? new Uint8Array(0)
  for (let at = 0; at + 2 <= field.length; at += 2 + (field[at + 1] ?? 0)) {
    const isWhole = field[at + 1] === 4 && at + 6 <= field.length
    if (field[at] === wanted) return isWhole ? formatIpv4(readUint32(field, at + 2)) : null
  }
  return null
}
