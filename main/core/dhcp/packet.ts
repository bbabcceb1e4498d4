import { latin1 } from '../model/bytes.ts'
import { formatIpv4, type Ipv4 } from '../model/ipv4.ts'
import type { Mac } from '../model/mac.ts'
import { MAX_MESSAGE_SIZE, MESSAGE_TYPE, PARAMETER_LIST, VENDOR_CLASS } from './options.ts'

/** One DHCP message under the field names of RFC 2131 section 2. Option values are raw bytes, joined after RFC 3396, in order of arrival. */
export type DhcpPacket = {
  op: 1 | 2
  hops: number
  xid: number
  secs: number
  flags: number
  ciaddr: Ipv4
  yiaddr: Ipv4
  siaddr: Ipv4
  giaddr: Ipv4
  /** Client hardware address: only Ethernet (htype 1, hlen 6) is spoken here. */
  chaddr: Mac
  /** Without trailing zero bytes; empty when the field carries options (52). */
  sname: Uint8Array
  file: Uint8Array
  options: ReadonlyMap<number, Uint8Array>
}

export const NO_ADDRESS: Ipv4 = '0.0.0.0'
export const BROADCAST_FLAG = 0x8000

/** Message types, RFC 2132 section 9.6. */
export const DISCOVER = 1
export const OFFER = 2
export const REQUEST = 3
export const DECLINE = 4
export const ACK = 5
export const NAK = 6
export const RELEASE = 7
export const INFORM = 8

/** A message type of exactly one byte; anything else is none (BOOTP, or broken). */
export function messageType(packet: DhcpPacket): number | null {
  const value = packet.options.get(MESSAGE_TYPE)
  return value?.length === 1 ? (value[0] ?? null) : null
}

/** An option that holds one address; null when absent or of a wrong length. */
export function addressOption(packet: DhcpPacket, code: number): Ipv4 | null {
  const value = packet.options.get(code)
  return value?.length === 4 ? formatIpv4(readUint32(value)) : null
}

/** What the phone asked for (55), in its order; null when it sent no list. */
export function parameterList(packet: DhcpPacket): readonly number[] | null {
  const value = packet.options.get(PARAMETER_LIST)
  return value === undefined || value.length === 0 ? null : [...value]
}

/** Vendor class (60) as it came; null when absent or empty. Some families send binary blocks here. */
export function vendorClass(packet: DhcpPacket): Uint8Array | null {
  const value = packet.options.get(VENDOR_CLASS)
  return value === undefined || value.length === 0 ? null : value
}

/** Text of an option, one character a byte, cut at the first NUL (RFC 2132 section 2: clients must not rely on it, some send it). */
export function textOption(packet: DhcpPacket, code: number): string | null {
  const value = packet.options.get(code)
  if (value === undefined) return null
  const end = value.indexOf(0)
  const text = latin1(end < 0 ? value : value.subarray(0, end))
  return text === '' ? null : text
}

const SMALLEST_LIMIT = 548
const LARGEST_LIMIT = 1472

/**
 * Largest message, in bytes of UDP payload, that the phone takes. Option 57 counts the IP datagram, so 28 bytes of headers go off;
 * without it 576 holds (RFC 2131 section 2), and nothing passes one Ethernet frame.
 */
export function replyLimit(packet: DhcpPacket): number {
  const value = packet.options.get(MAX_MESSAGE_SIZE)
  if (value?.length !== 2) return SMALLEST_LIMIT
  const asked = (value[0] ?? 0) * 256 + (value[1] ?? 0)
  return Math.min(LARGEST_LIMIT, Math.max(SMALLEST_LIMIT, asked - 28))
}

export function readUint32(bytes: Uint8Array, at = 0): number {
  return (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0
}

export function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)
}
