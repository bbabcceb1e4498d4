import { utf8 } from '../model/bytes.ts'
import { parseIpv4 } from '../model/ipv4.ts'
import { macToBytes } from '../model/mac.ts'
import type { CapturedPacket, WirePlace } from './packet.ts'

/**
 * Packets as a pcapng file (draft-ietf-opsawg-pcapng): one section, one Ethernet interface, one Enhanced Packet Block for each, with the rule's words as its comment. What was below the
 * payload is made up again: Ethernet, IPv4, UDP; for HTTP a TCP connection with a handshake and running numbers, so that Wireshark reads heads of requests and answers.
 * Bodies that were left out make a packet that was cut when it was caught.
 */
export function writePcapng(packets: readonly CapturedPacket[], about: { program: string; interface: string }): Uint8Array {
  const file = new Writer()
  sectionHeader(file, about.program)
  interfaceDescription(file, about.interface)
  const connections = new Map<string, Numbers>()
  for (const packet of packets) {
    if (packet.protocol === 'http' || packet.protocol === 'https') tcp(file, packet, connections)
    else enhancedPacket(file, packet, udpFrame(packet))
  }
  return file.bytes()
}

/** The bench's side of the frames: locally administered, it is nobody's. */
const BENCH_MAC = '020000000066'
const MAX_DATAGRAM = 65_535
const IN = 1
const OUT = 2

type Frame = { bytes: Uint8Array; sizeBytes: number; at: number; isIn: boolean; comment: string }

class Writer {
  private parts: number[] = []
  bytes(): Uint8Array {
    return Uint8Array.from(this.parts)
  }
  get length(): number {
    return this.parts.length
  }
  u16(value: number): void {
    this.parts.push(value & 255, (value >> 8) & 255)
  }
  u32(value: number): void {
    this.parts.push(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255)
  }
  raw(bytes: Uint8Array): void {
    for (const byte of bytes) this.parts.push(byte)
  }
  /** Filled up to 32 bits. */
  padded(bytes: Uint8Array): void {
    this.raw(bytes)
    while (this.parts.length % 4 !== 0) this.parts.push(0)
  }
  option(code: number, bytes: Uint8Array): void {
    this.u16(code)
    this.u16(bytes.length)
    this.padded(bytes)
  }
}

/** Type, length, body, length again (section 3.1). */
function block(file: Writer, type: number, fill: (body: Writer) => void): void {
  const body = new Writer()
  fill(body)
  const length = body.length + 12
  file.u32(type)
  file.u32(length)
  file.raw(body.bytes())
  file.u32(length)
}

function sectionHeader(file: Writer, program: string): void {
  block(file, 0x0a0d0d0a, (body) => {
    body.u32(0x1a2b3c4d)
    body.u16(1)
    body.u16(0)
    body.u32(0xffffffff)
    body.u32(0xffffffff) // length of the section: not stated
    body.option(
      1,
      utf8(
        'Heads alone, secrets starred out. Frames are made up around what the sockets saw; HTTPS is shown as it was inside TLS, on port 80.',
      ),
    )
    body.option(4, utf8(program))
    body.option(0, new Uint8Array(0))
  })
}

function interfaceDescription(file: Writer, name: string): void {
  block(file, 1, (body) => {
    body.u16(1) // LINKTYPE_ETHERNET
    body.u16(0)
    body.u32(0) // no limit
    body.option(2, utf8(name))
    body.option(9, Uint8Array.of(3)) // if_tsresol: milliseconds
    body.option(0, new Uint8Array(0))
  })
}

function enhancedPacket(file: Writer, packet: CapturedPacket, { bytes, sizeBytes }: { bytes: Uint8Array; sizeBytes: number }): void {
  writeFrame(file, { bytes, sizeBytes, at: packet.at, isIn: packet.direction === 'in', comment: commentOf(packet) })
}

function commentOf({ protocol, why }: CapturedPacket): string {
  return [...(protocol === 'https' ? ['HTTPS'] : []), ...why].join('\n')
}

function writeFrame(file: Writer, { at, bytes, comment, isIn, sizeBytes }: Frame): void {
  block(file, 6, (body) => {
    body.u32(0)
    body.u32(Math.floor(at / 2 ** 32))
    body.u32(at % 2 ** 32)
    body.u32(bytes.length)
    body.u32(sizeBytes)
    body.padded(bytes)
    if (comment !== '') body.option(1, utf8(comment))
    const flags = new Writer()
    flags.u32(isIn ? IN : OUT)
    body.option(2, flags.bytes())
    body.option(0, new Uint8Array(0))
  })
}

function ends(packet: CapturedPacket): { from: WirePlace; to: WirePlace; fromMac: string; toMac: string } {
  const isIn = packet.direction === 'in'
  return {
    from: isIn ? packet.phone : packet.bench,
    to: isIn ? packet.bench : packet.phone,
    fromMac: isIn ? packet.mac : BENCH_MAC,
    toMac: isIn ? BENCH_MAC : packet.mac,
  }
}

function udpFrame(packet: CapturedPacket): { bytes: Uint8Array; sizeBytes: number } {
  const { from, fromMac, to, toMac } = ends(packet)
  const wholeBytes = Math.min(Math.max(packet.sizeBytes, packet.bytes.length), MAX_DATAGRAM - 28)
  const header = new Uint8Array(8)
  put16(header, 0, from.port)
  put16(header, 2, to.port)
  put16(header, 4, 8 + wholeBytes) // checksum 0: none was made (RFC 768)
  return ethernet({
    fromMac,
    toMac,
    from,
    to,
    protocol: 17,
    header,
    payload: packet.bytes.subarray(0, wholeBytes),
    payloadBytes: wholeBytes,
  })
}

type Layers = {
  fromMac: string
  toMac: string
  from: WirePlace
  to: WirePlace
  protocol: number
  header: Uint8Array
  payload: Uint8Array
  payloadBytes: number
}

function ethernet({ from, fromMac, header, payload, payloadBytes, protocol, to, toMac }: Layers): { bytes: Uint8Array; sizeBytes: number } {
  const bytes = new Uint8Array(34 + header.length + payload.length)
  bytes.set(to.address === '255.255.255.255' ? new Uint8Array(6).fill(255) : macToBytes(toMac), 0)
  bytes.set(macToBytes(fromMac), 6)
  put16(bytes, 12, 0x0800)
  bytes[14] = 0x45
  put16(bytes, 16, 20 + header.length + payloadBytes)
  bytes[22] = 64
  bytes[23] = protocol
  put32(bytes, 26, parseIpv4(from.address) ?? 0)
  put32(bytes, 30, parseIpv4(to.address) ?? 0)
  put16(bytes, 24, checksum(bytes.subarray(14, 34)))
  bytes.set(header, 34)
  bytes.set(payload, 34 + header.length)
  return { bytes, sizeBytes: 34 + header.length + payloadBytes }
}

/** RFC 1071. */
function checksum(bytes: Uint8Array): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

/** Next sequence number of each side. */
type Numbers = { connection: number; phone: number; bench: number }

/** Two connections from one port begin with different numbers, or the second counts as a repeat of the first. */
const FAR_APART = 100_003_001

const SYN = 2
const ACK = 16
const PUSH = 8

function tcp(file: Writer, packet: CapturedPacket, connections: Map<string, Numbers>): void {
  const place = `${packet.phone.address}:${packet.phone.port} ${packet.protocol}`
  let numbers = connections.get(place)
  if (numbers === undefined || numbers.connection !== packet.connection) {
    const first = (packet.connection * FAR_APART) >>> 0
    numbers = { connection: packet.connection, phone: first + 1, bench: first + 1 }
    connections.set(place, numbers)
    const bare: CapturedPacket = { ...packet, bytes: new Uint8Array(0), sizeBytes: 0, why: [] }
    segment(file, { ...bare, direction: 'in' }, { seq: first, ack: 0, flags: SYN, comment: '' })
    segment(file, { ...bare, direction: 'out' }, { seq: first, ack: first + 1, flags: SYN | ACK, comment: '' })
    segment(file, { ...bare, direction: 'in' }, { seq: first + 1, ack: first + 1, flags: ACK, comment: '' })
  }
  const isIn = packet.direction === 'in'
  const sent = segment(file, packet, {
    seq: isIn ? numbers.phone : numbers.bench,
    ack: isIn ? numbers.bench : numbers.phone,
    flags: ACK | PUSH,
    comment: commentOf(packet),
  })
  numbers[isIn ? 'phone' : 'bench'] += sent
}

/** Returns how far the numbers go on: what the segment had, a body that was left out included as far as one segment holds it. */
function segment(
  file: Writer,
  packet: CapturedPacket,
  { ack, comment, flags, seq }: { seq: number; ack: number; flags: number; comment: string },
): number {
  const { from, fromMac, to, toMac } = ends(packet)
  const payloadBytes = Math.min(Math.max(packet.sizeBytes, packet.bytes.length), MAX_DATAGRAM - 40)
  const port = (place: WirePlace) => (packet.protocol === 'https' && place === packet.bench ? 80 : place.port)
  const header = new Uint8Array(20)
  put16(header, 0, port(from))
  put16(header, 2, port(to))
  put32(header, 4, seq)
  put32(header, 8, (flags & ACK) === 0 ? 0 : ack)
  header[12] = 0x50
  header[13] = flags
  put16(header, 14, 65_535)
  const payload = packet.bytes.subarray(0, payloadBytes)
  const frame = ethernet({ fromMac, toMac, from, to, protocol: 6, header, payload, payloadBytes })
  if (payload.length === payloadBytes) put16(frame.bytes, 34 + 16, tcpChecksum(frame.bytes))
  writeFrame(file, { ...frame, at: packet.at, isIn: packet.direction === 'in', comment })
  return payloadBytes
}

/** Over addresses, protocol, length and the segment (RFC 9293 section 3.1). */
function tcpChecksum(frame: Uint8Array): number {
  const length = frame.length - 34
  const pseudo = new Uint8Array(12 + length + (length % 2))
  pseudo.set(frame.subarray(26, 34), 0)
  pseudo[9] = 6
  put16(pseudo, 10, length)
  pseudo.set(frame.subarray(34), 12)
  return checksum(pseudo)
}

function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = (value >> 8) & 255
  bytes[at + 1] = value & 255
}

function put32(bytes: Uint8Array, at: number, value: number): void {
  put16(bytes, at, value >>> 16)
  put16(bytes, at + 2, value & 0xffff)
}
