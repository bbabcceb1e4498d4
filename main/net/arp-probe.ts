import { macToBytes, type Mac, parseMac } from '../core/model/mac.ts'
import type { Ipv4 } from '../core/model/ipv4.ts'
import { loadNative, nativeSystem } from './native-socket.ts'

const AF_PACKET = 17
const SOCK_RAW = 3
const ARP = 0x0806
const FRAME_BYTES = 42

export type ArpProbe = {
  /** Sends the question again. */
  ask(): void
  /** The MAC that has answered by now, or null. */
  answer(): Mac | null
  close(): void
}

/**
 * "Who has this address?" as a frame of its own (RFC 5227 section 2.1.1), past the kernel's table and its stale entries. Null where this user may not
 * (it takes CAP_NET_RAW) or the system has no such socket: Linux only.
 */
export function openArpProbe(interfaceName: string, own: Mac, address: Ipv4): ArpProbe | null {
  if (nativeSystem() !== 'linux') return null
  const c = loadNative('linux')
  const index = c.indexOf(interfaceName)
  const fd = index === 0 ? -1 : c.socket(AF_PACKET, SOCK_RAW | 0o2000000 | 0o4000, swap16(ARP))
  if (fd < 0) return null
  const place = linkAddress(index)
  if (c.bind(fd, place, place.length) < 0) {
    c.close(fd)
    return null
  }
  const question = questionFrame(own, address)
  const heard = Buffer.alloc(64)
  return {
    ask: () => void c.sendto(fd, question, question.length, 0, place, place.length),
    answer() {
      for (let length = c.recv(fd, heard, heard.length, 0); length > 0; length = c.recv(fd, heard, heard.length, 0)) {
        if (length >= FRAME_BYTES && heard.subarray(28, 32).join('.') === address) return parseMac(heard.toString('hex', 22, 28))
      }
      return null
    },
    close: () => void c.close(fd),
  }
}

/** Sender address 0.0.0.0, so that nobody learns anything from the question. */
function questionFrame(own: Mac, address: Ipv4): Buffer {
  const frame = Buffer.alloc(FRAME_BYTES)
  frame.fill(0xff, 0, 6)
  frame.set(macToBytes(own), 6)
  frame.writeUInt16BE(ARP, 12)
  frame.set([0, 1, 8, 0, 6, 4, 0, 1], 14) // Ethernet, IPv4, lengths, request
  frame.set(macToBytes(own), 22)
  frame.set(address.split('.').map(Number), 38)
  return frame
}

/** struct sockaddr_ll, to everybody on one interface. */
function linkAddress(index: number): Buffer {
  const bytes = Buffer.alloc(20)
  bytes.writeUInt16LE(AF_PACKET, 0)
  bytes.writeUInt16BE(ARP, 2)
  bytes.writeInt32LE(index, 4)
  bytes.writeUInt8(6, 11)
  bytes.fill(0xff, 12, 18)
  return bytes
}

function swap16(value: number): number {
  return ((value & 255) << 8) | (value >>> 8)
}
