import { type Ipv4, parseIpv4 } from '../model/ipv4.ts'
import { macToBytes } from '../model/mac.ts'
import { COOKIE, concat, FIXED_BYTES } from './decode.ts'
import { END, OVERLOAD, RELAY_AGENT } from './options.ts'
import { type DhcpPacket, uint32 } from './packet.ts'

/** RFC 1542 section 2.1: BOOTP-era stacks drop anything shorter. */
const SMALLEST_BYTES = 300
const FILE_BYTES = 128
const SNAME_BYTES = 64

export type Encoded = {
  bytes: Uint8Array
  /** Options that found no room under the limit, least wanted first to go. */
  dropped: readonly number[]
}

/**
 * Packet → bytes, at least 300 and at most `limitBytes` of UDP payload. Options go out in the order of the map; 82 goes last and never into
 * `file` or `sname` (RFC 3046 section 2.2). What does not fit moves into unused `file` and `sname` (52), in parts where it must (RFC 3396 section 5), and only
 * then is left out.
 */
export function encodePacket(packet: DhcpPacket, limitBytes = 1472): Encoded {
  const relayed = packet.options.get(RELAY_AGENT)
  const last = relayed === undefined ? new Uint8Array(0) : instances(RELAY_AGENT, relayed)
  const rest = [...packet.options].filter(([code]) => code !== RELAY_AGENT && code !== OVERLOAD)
  const room = limitBytes - FIXED_BYTES - 4 - last.length - 1
  const placed = place(rest, room, { file: packet.file.length === 0, sname: packet.sname.length === 0 })
  const options = concat([...placed.main, last, Uint8Array.of(END)])
  const bytes = new Uint8Array(Math.max(SMALLEST_BYTES, FIXED_BYTES + 4 + options.length))
  writeFixed(bytes, packet)
  if (placed.file.length > 0) bytes.set(concat([...placed.file, Uint8Array.of(END)]), 108)
  if (placed.sname.length > 0) bytes.set(concat([...placed.sname, Uint8Array.of(END)]), 44)
  bytes.set(options, FIXED_BYTES + 4)
  return { bytes, dropped: placed.dropped }
}

type Placed = { main: Uint8Array[]; file: Uint8Array[]; sname: Uint8Array[]; dropped: number[] }

function place(options: readonly (readonly [number, Uint8Array])[], room: number, free: { file: boolean; sname: boolean }): Placed {
  const written = options.map(([code, value]) => ({ code, value, bytes: instances(code, value) }))
  const total = written.reduce((sum, { bytes }) => sum + bytes.length, 0)
  if (total <= room) return { main: written.map(({ bytes }) => bytes), file: [], sname: [], dropped: [] }
  const placed: Placed = { main: [], file: [], sname: [], dropped: [] }
  // Three bytes are kept for the overload option itself, one in each field for its END.
  const left = { main: room - 3, file: free.file ? FILE_BYTES - 1 : 0, sname: free.sname ? SNAME_BYTES - 1 : 0 }
  const put = (field: Field, bytes: Uint8Array) => {
    placed[field].push(bytes)
    left[field] -= bytes.length
  }
  const large: typeof written = []
  for (const option of written) {
    const field = FIELDS.find((name) => option.bytes.length <= left[name])
    if (field === undefined) large.push(option)
    else put(field, option.bytes)
  }
  // Only now: in parts, one long option would take the room of many.
  for (const { code, value } of large) {
    const parts = inParts(value, left)
    if (parts === null) placed.dropped.unshift(code)
    for (const part of parts ?? []) put(part.field, instances(code, part.value))
  }
  const overload = (placed.file.length > 0 ? 1 : 0) + (placed.sname.length > 0 ? 2 : 0)
  if (overload > 0) placed.main.push(Uint8Array.of(OVERLOAD, 1, overload))
  return placed
}

/** In this order a receiver puts the parts of an option together again (RFC 3396 section 5). */
const FIELDS = ['main', 'file', 'sname'] as const

type Field = (typeof FIELDS)[number]

/** A value that no field takes whole, cut to what each has left; null when all of them together have too little. */
function inParts(value: Uint8Array, left: Readonly<Record<Field, number>>): { field: Field; value: Uint8Array }[] | null {
  const parts: { field: Field; value: Uint8Array }[] = []
  let rest = value
  for (const field of FIELDS) {
    // Each instance of up to 255 bytes costs two more.
    const room = left[field] - 2 * Math.ceil(left[field] / 257)
    if (room < 1 || rest.length === 0) continue
    parts.push({ field, value: rest.subarray(0, room) })
    rest = rest.subarray(room)
  }
  return rest.length === 0 ? parts : null
}

/** RFC 3396 section 6: a value of more than 255 bytes is split into instances that follow each other. */
function instances(code: number, value: Uint8Array): Uint8Array {
  if (value.length <= 255) {
    const only = new Uint8Array(2 + value.length)
    only.set([code, value.length])
    only.set(value, 2)
    return only
  }
  const parts: Uint8Array[] = []
  let at = 0
  do {
    const part = value.subarray(at, at + 255)
    parts.push(Uint8Array.of(code, part.length), part)
    at += 255
  } while (at < value.length)
  return concat(parts)
}

function writeFixed(bytes: Uint8Array, packet: DhcpPacket): void {
  bytes.set([packet.op, 1, 6, packet.hops])
  bytes.set(uint32(packet.xid), 4)
  bytes.set([packet.secs >>> 8, packet.secs & 255, packet.flags >>> 8, packet.flags & 255], 8)
  bytes.set(addressBytes(packet.ciaddr), 12)
  bytes.set(addressBytes(packet.yiaddr), 16)
  bytes.set(addressBytes(packet.siaddr), 20)
  bytes.set(addressBytes(packet.giaddr), 24)
  bytes.set(macToBytes(packet.chaddr), 28)
  bytes.set(packet.sname.subarray(0, SNAME_BYTES), 44)
  bytes.set(packet.file.subarray(0, FILE_BYTES), 108)
  bytes.set(uint32(COOKIE), FIXED_BYTES)
}

export function addressBytes(address: Ipv4): Uint8Array {
  return uint32(parseIpv4(address) ?? 0)
}
