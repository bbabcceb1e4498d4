import { formatIpv4, type Ipv4 } from '../model/ipv4.ts'
import { macFromBytes, parseMac } from '../model/mac.ts'
import { END, OVERLOAD, PAD } from './options.ts'
import { type DhcpPacket, readUint32 } from './packet.ts'

/** Fixed part of RFC 2131 section 2 up to the options: 236 bytes and the magic cookie. */
export const FIXED_BYTES = 236
export const COOKIE = 0x63825363

export type Decoded = { packet: DhcpPacket } | { malformed: string }

/** Bytes → packet. Total: never throws, reads each byte at most a fixed number of times, keeps what came before a broken option. */
export function decodePacket(bytes: Uint8Array): Decoded {
  if (bytes.length < FIXED_BYTES + 4) return { malformed: `${bytes.length} bytes are no DHCP message` }
  const op = bytes[0]
  if (op !== 1 && op !== 2) return { malformed: `op ${op}` }
  if (bytes[1] !== 1 || bytes[2] !== 6) return { malformed: `hardware type ${bytes[1]} with ${bytes[2]} bytes is not Ethernet` }
  if (readUint32(bytes, FIXED_BYTES) !== COOKIE) return { malformed: 'no magic cookie (BOOTP, or no DHCP at all)' }
  const chaddr = parseMac(macFromBytes(bytes.subarray(28, 34)))
  if (chaddr === null) return { malformed: 'the hardware address is zero or a group address' }
  const sname = bytes.subarray(44, 108)
  const file = bytes.subarray(108, 236)
  const found = new Map<number, Uint8Array[]>()
  readOptions(bytes.subarray(FIXED_BYTES + 4), found)
  const overload = found.get(OVERLOAD)?.[0]?.[0] ?? 0
  // RFC 2131 section 4.1: first the options field, then file, then sname.
  if ((overload & 1) !== 0) readOptions(file, found)
  if ((overload & 2) !== 0) readOptions(sname, found)
  return {
    packet: {
      op,
      hops: bytes[3] ?? 0,
      xid: readUint32(bytes, 4),
      secs: readUint16(bytes, 8),
      flags: readUint16(bytes, 10),
      ciaddr: address(bytes, 12),
      yiaddr: address(bytes, 16),
      siaddr: address(bytes, 20),
      giaddr: address(bytes, 24),
      chaddr,
      sname: (overload & 2) === 0 ? withoutZeros(sname) : new Uint8Array(0),
      file: (overload & 1) === 0 ? withoutZeros(file) : new Uint8Array(0),
      options: joined(found),
    },
  }
}

/** Reads code-length-value triples up to END or to the first one that runs past the field (what came before still counts). */
function readOptions(field: Uint8Array, found: Map<number, Uint8Array[]>): void {
  let at = 0
  while (at < field.length) {
    const code = field[at] ?? END
    if (code === END) return
    if (code === PAD) {
      at += 1
      continue
    }
    const length = field[at + 1]
    if (length === undefined || at + 2 + length > field.length) return
    const value = field.slice(at + 2, at + 2 + length)
    const parts = found.get(code)
    if (parts === undefined) found.set(code, [value])
    else parts.push(value)
    at += 2 + length
  }
}

/** RFC 3396 section 7: the instances of one option are one value, in the order in which they stand. */
function joined(found: ReadonlyMap<number, readonly Uint8Array[]>): Map<number, Uint8Array> {
  const options = new Map<number, Uint8Array>()
  for (const [code, parts] of found) {
    if (code === OVERLOAD) continue // a fact of the encoding, not of the message
    options.set(code, parts.length === 1 ? (parts[0] ?? new Uint8Array(0)) : concat(parts))
  }
  return options
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function withoutZeros(field: Uint8Array): Uint8Array {
  let end = field.length
  while (end > 0 && field[end - 1] === 0) end -= 1
  return field.slice(0, end)
}

function address(bytes: Uint8Array, at: number): Ipv4 {
  return formatIpv4(readUint32(bytes, at))
}

function readUint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)
}
