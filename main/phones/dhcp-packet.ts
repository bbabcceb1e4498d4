import { Buffer } from 'node:buffer'
import { formatIpv4, type Ipv4, parseIpv4 } from '../core/model/ipv4.ts'
import { type Mac, macFromBytes, macToBytes } from '../core/model/mac.ts'

/**
 * The client's half of RFC 2131/2132, written apart from the server's codec so that one mistake cannot hide in both.
 * The npm package's codec is not used: it cannot write a binary option 60.
 */
export const DISCOVER = 1
export const OFFER = 2
export const REQUEST = 3
export const ACK = 5
export const NAK = 6
export const INFORM = 8

const COOKIE = 0x63825363
const BROADCAST_FLAG = 0x8000
/** BOOTP's least length; some servers drop shorter packets (RFC 1542 2.1). */
const LEAST_BYTES = 300

export type ClientMessage = {
  type: number
  xid: number
  mac: Mac
  secs: number
  ciaddr: Ipv4
  options: readonly (readonly [number, Uint8Array])[]
}

export function encodeClientMessage(message: ClientMessage): Buffer {
  const head = Buffer.alloc(240)
  head.writeUInt8(1, 0) // op BOOTREQUEST
  head.writeUInt8(1, 1) // htype Ethernet
  head.writeUInt8(6, 2) // hlen
  head.writeUInt32BE(message.xid, 4)
  head.writeUInt16BE(message.secs, 8)
  // A client that already has its address can take unicast (RFC 2131 4.1).
  head.writeUInt16BE(message.ciaddr === '0.0.0.0' ? BROADCAST_FLAG : 0, 10)
  head.writeUInt32BE(parseIpv4(message.ciaddr) ?? 0, 12)
  head.set(macToBytes(message.mac), 28)
  head.writeUInt32BE(COOKIE, 236)
  const parts: Buffer[] = [head, Buffer.from([53, 1, message.type])]
  for (const [code, value] of message.options) parts.push(...encodeOption(code, value))
  parts.push(Buffer.from([255]))
  const packet = Buffer.concat(parts)
  return packet.length >= LEAST_BYTES ? packet : Buffer.concat([packet], LEAST_BYTES)
}

/** A value over 255 bytes goes into several instances (RFC 3396). */
function encodeOption(code: number, value: Uint8Array): Buffer[] {
  const out: Buffer[] = []
  for (let at = 0; at === 0 || at < value.length; at += 255) {
    const part = value.subarray(at, at + 255)
    out.push(Buffer.from([code, part.length]), Buffer.from(part))
  }
  return out
}

export type ServerMessage = { type: number; xid: number; mac: Mac; yiaddr: Ipv4; options: ReadonlyMap<number, Buffer> }

/** null for anything that is not a server's DHCP message. */
export function decodeServerMessage(packet: Buffer): ServerMessage | null {
  if (packet.length < 240 || packet.readUInt8(0) !== 2 || packet.readUInt32BE(236) !== COOKIE) return null
  const options = new Map<number, Buffer>()
  if (!readOptions(packet.subarray(240), options)) return null
  const overload = options.get(52)?.[0] ?? 0 // RFC 2132 9.3
  if ((overload & 1) !== 0 && !readOptions(packet.subarray(108, 236), options)) return null
  if ((overload & 2) !== 0 && !readOptions(packet.subarray(44, 108), options)) return null
  const type = options.get(53)?.[0]
  if (type === undefined) return null
  return {
    type,
    xid: packet.readUInt32BE(4),
    mac: macFromBytes(packet.subarray(28, 34)),
    yiaddr: formatIpv4(packet.readUInt32BE(16)),
    options,
  }
}

function readOptions(field: Buffer, into: Map<number, Buffer>): boolean {
  let at = 0
  while (at < field.length) {
    const code = field[at++] ?? 255
    if (code === 255) return true
    if (code === 0) continue
    const length = field[at++]
    if (length === undefined || at + length > field.length) return false
    const before = into.get(code)
    const value = field.subarray(at, at + length)
    into.set(code, before === undefined ? value : Buffer.concat([before, value]))
    at += length
  }
  return true
}

/** Option 60 in blocks: enterprise number, one byte of length, then code, length, text for each item (Poly's factory default). */
export function vendorBlocks(enterprise: number, items: readonly (readonly [number, string])[]): Buffer {
  const body = Buffer.concat(
    items.map(([code, value]) => Buffer.concat([Buffer.from([code, Buffer.byteLength(value)]), Buffer.from(value)])),
  )
  const head = Buffer.alloc(5)
  head.writeUInt32BE(enterprise, 0)
  head.writeUInt8(body.length, 4)
  return Buffer.concat([head, body])
}

/** Text of an option; a trailing NUL is no part of it (RFC 2132 section 2). */
export function optionText(value: Buffer | undefined): string | null {
  return value === undefined ? null : value.toString('utf8').replace(/\0+$/, '')
}

export function optionAddress(value: Buffer | undefined): Ipv4 | null {
  return value !== undefined && value.length >= 4 ? formatIpv4(value.readUInt32BE(0)) : null
}

export function addressBytes(address: Ipv4): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(parseIpv4(address) ?? 0, 0)
  return bytes
}
