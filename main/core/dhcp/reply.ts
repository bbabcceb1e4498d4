import { utf8 } from '../model/bytes.ts'
import { dhcpConfig } from '../model/world.ts'
import { formatIpv4, type Ipv4, netmask } from '../model/ipv4.ts'
import type { Asking } from './asking.ts'
import { type Destination, destinationOf } from './destination.ts'
import { addressBytes } from './encode.ts'
import { type Given, givenOptions, timerOptions } from './given-options.ts'
import {
  CLIENT_ID,
  LEASE_TIME,
  MESSAGE,
  MESSAGE_TYPE,
  REBINDING_TIME,
  RELAY_AGENT,
  RENEWAL_TIME,
  SERVER_ID,
  SUBNET_MASK,
  SUBNET_SELECTION,
} from './options.ts'
import { ACK, addressOption, BROADCAST_FLAG, type DhcpPacket, NAK, NO_ADDRESS, replyLimit } from './packet.ts'
import { isInScope, type Scope } from './scope.ts'

/** What goes back to a phone, and by which way. */
export type DhcpReply = {
  packet: DhcpPacket
  destination: Destination
  /** Largest UDP payload the phone takes. */
  limitBytes: number
  /** An address never given to this phone: make sure that nobody uses it before the offer leaves. Null = nothing to check. */
  check: Ipv4 | null
}

/** OFFER, or the ACK of a REQUEST: address, times and options (RFC 2131 table 3). */
export function grant(asking: Asking, type: number, address: Ipv4): DhcpReply {
  const times = timerOptions(dhcpConfig(asking.world).leaseSeconds)
  const given = givenOptions(asking, asking.world)
  const options = new Map([
    ...head(asking, type),
    [LEASE_TIME, times.lease] as const,
    ...(times.renewal === null ? [] : [[RENEWAL_TIME, times.renewal] as const]),
    ...(times.rebinding === null ? [] : [[REBINDING_TIME, times.rebinding] as const]),
    ...body(asking, given),
  ])
  const ciaddr = type === ACK ? asking.packet.ciaddr : NO_ADDRESS
  return reply(asking, type, { ciaddr, yiaddr: address, siaddr: given.siaddr, file: given.file, options })
}

/** The ACK of an INFORM: options only, no address and no times (RFC 2131 section 4.3.5). */
export function inform(asking: Asking): DhcpReply {
  const given = givenOptions(asking, asking.world)
  const options = new Map([...head(asking, ACK), ...body(asking, given)])
  return reply(asking, ACK, { ciaddr: asking.packet.ciaddr, yiaddr: NO_ADDRESS, siaddr: given.siaddr, file: given.file, options })
}

/** NAK: nothing but type, server, reason, and what must be echoed (RFC 2131 table 3). A relay must broadcast it (section 4.3.2). */
export function refuseAddress(asking: Asking, why: string): DhcpReply {
  const { packet } = asking
  const options = new Map([...head(asking, NAK), [MESSAGE, utf8(why)] as const, ...echo(packet, CLIENT_ID), ...echo(packet, RELAY_AGENT)])
  const made = reply(asking, NAK, { ciaddr: NO_ADDRESS, yiaddr: NO_ADDRESS, siaddr: NO_ADDRESS, file: new Uint8Array(0), options })
  if (packet.giaddr === NO_ADDRESS) return made
  return { ...made, packet: { ...made.packet, flags: made.packet.flags | BROADCAST_FLAG } }
}

function head({ scope }: Asking, type: number): [number, Uint8Array][] {
  return [
    [MESSAGE_TYPE, Uint8Array.of(type)],
    [SERVER_ID, addressBytes(scope.serverId)],
  ]
}

function body({ packet, scope }: Asking, given: Given): [number, Uint8Array][] {
  const mask = addressBytes(formatIpv4(netmask(scope.prefixLength)))
  // What must come back stands before what may find no room.
  const must = [...echo(packet, CLIENT_ID), ...chosenSubnet(packet, scope)]
  return [[SUBNET_MASK, mask], ...must, ...given.options, ...echo(packet, RELAY_AGENT)]
}

/** 118 comes back when it was gone by: without it the client takes the reply for one of a server that does not know the option (RFC 3011). */
function chosenSubnet(packet: DhcpPacket, scope: Scope): [number, Uint8Array][] {
  const asked = packet.options.get(SUBNET_SELECTION)
  const address = addressOption(packet, SUBNET_SELECTION)
  return asked !== undefined && address !== null && isInScope(address, scope) ? [[SUBNET_SELECTION, asked]] : []
}

/** 61 unchanged, absent when not sent (RFC 6842 section 3); 82 unchanged (RFC 3046 section 2.2), the encoder puts it last. */
function echo(packet: DhcpPacket, code: number): [number, Uint8Array][] {
  const value = packet.options.get(code)
  return value === undefined || value.length === 0 ? [] : [[code, value]]
}

type Fields = Pick<DhcpPacket, 'ciaddr' | 'yiaddr' | 'siaddr' | 'file' | 'options'>

function reply({ packet, scope }: Asking, type: number, fields: Fields): DhcpReply {
  const { xid, flags, giaddr, chaddr } = packet
  return {
    packet: { op: 2, hops: 0, xid, secs: 0, flags, giaddr, chaddr, sname: new Uint8Array(0), ...fields },
    destination: destinationOf(packet, type, scope.server),
    limitBytes: replyLimit(packet),
    check: null,
  }
}
