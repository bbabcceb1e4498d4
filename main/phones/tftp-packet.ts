import { Buffer } from 'node:buffer'

/** RFC 1350, 2347: what a server sends to a client. */
export type TftpMessage =
  | { kind: 'data'; block: number; data: Buffer }
  | { kind: 'ack'; block: number }
  | { kind: 'error'; code: number; text: string }
  | { kind: 'oack'; options: ReadonlyMap<string, string> }

const RRQ = 1
const WRQ = 2
const DATA = 3
const ACK = 4
const ERROR = 5
const OACK = 6

/** A request in octet mode with its options in the order given; names go out as they are written. */
export function requestPacket(method: 'GET' | 'PUT', file: string, options: Readonly<Record<string, string>>): Buffer {
  const texts = [file, 'octet', ...Object.entries(options).flat()]
  return Buffer.concat([Buffer.from([0, method === 'GET' ? RRQ : WRQ]), ...texts.map((text) => Buffer.from(`${text}\0`, 'latin1'))])
}

export function ackPacket(block: number): Buffer {
  return Buffer.from([0, ACK, (block >> 8) & 255, block & 255])
}

export function dataPacket(block: number, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0, DATA, (block >> 8) & 255, block & 255]), data])
}

export function errorPacket(code: number, text: string): Buffer {
  return Buffer.concat([Buffer.from([0, ERROR, 0, code]), Buffer.from(`${text}\0`, 'latin1')])
}

/** null for what is no TFTP. */
export function readTftp(packet: Buffer): TftpMessage | null {
  if (packet.length < 4 && packet[1] !== OACK) return null
  switch (packet.readUInt16BE(0)) {
    case DATA:
      return { kind: 'data', block: packet.readUInt16BE(2), data: packet.subarray(4) }
    case ACK:
      return { kind: 'ack', block: packet.readUInt16BE(2) }
    case ERROR:
      return { kind: 'error', code: packet.readUInt16BE(2), text: textsOf(packet.subarray(4))[0] ?? '' }
    case OACK: {
      const texts = textsOf(packet.subarray(2))
      const pairs = Array.from(
        { length: Math.floor(texts.length / 2) },
        (_, i) => [(texts[2 * i] ?? '').toLowerCase(), texts[2 * i + 1] ?? ''] as const,
      )
      return { kind: 'oack', options: new Map(pairs) }
    }
    default:
      return null
  }
}

function textsOf(bytes: Buffer): string[] {
  const texts = bytes.toString('latin1').split('\0')
  return texts.at(-1) === '' ? texts.slice(0, -1) : texts
}
