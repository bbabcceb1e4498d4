import type { Ipv4 } from '../core/model/ipv4.ts'
import { macToBytes, type Mac, parseMac } from '../core/model/mac.ts'
import { loadNative, type NativeLibrary, nativeSystem } from './native-socket.ts'

const AF_PACKET = 17
const SOCK_RAW = 3
const ARP = 0x0806
const FRAME_BYTES = 42
const LOOK_MS = 10

/** Asks the LAN who has an address, by ARP frames of our own. One socket for all that is asked at the same time, open only while something is. */
export type ArpWatch = {
  /** The MAC that answers for this address; null when nobody does in time. */
  whoHas(address: Ipv4, timeoutMs: number): Promise<Mac | null>
  close(): void
}

type Question = { address: Ipv4; until: number; againAt: number; done(mac: Mac | null): void }

/**
 * "Who has this address?" as a frame of its own (RFC 5227 section 2.1.1), past the kernel's table and its stale entries. Null where this user may not
 * (it takes CAP_NET_RAW) or the system has no such socket: Linux only.
 */
export function openArpWatch(interfaceName: string, own: Mac): ArpWatch | null {
  if (nativeSystem() !== 'linux') return null
  const c = loadNative('linux')
  const first = openSocket(c, interfaceName)
  if (first === null) return null
  first.close()
  const asked = new Set<Question>()
  let socket: ArpSocket | null = null
  let timer: NodeJS.Timeout | undefined

  const settle = (question: Question, mac: Mac | null) => {
    asked.delete(question)
    question.done(mac)
    if (asked.size > 0) return
    clearInterval(timer)
    socket?.close()
    socket = null
  }
  const look = () => {
    for (let heard = socket?.next(); heard != null; heard = socket?.next()) {
      for (const question of [...asked]) if (question.address === heard.address) settle(question, heard.mac)
    }
    const now = performance.now()
    for (const question of [...asked]) {
      if (now >= question.until) settle(question, null)
      else if (now >= question.againAt) {
        question.againAt = Number.POSITIVE_INFINITY
        socket?.send(questionFrame(own, question.address))
      }
    }
  }
  return {
    whoHas(address, timeoutMs) {
      return new Promise((done) => {
        if (socket === null) {
          socket = openSocket(c, interfaceName)
          if (socket === null) return done(null) // the interface is going away: the watch of interfaces says so
          timer = setInterval(look, LOOK_MS)
        }
        const now = performance.now()
        // Once more halfway: in a storm of phones one frame may be lost.
        asked.add({ address, until: now + timeoutMs, againAt: now + timeoutMs / 2, done })
        socket.send(questionFrame(own, address))
      })
    },
    close() {
      for (const question of [...asked]) settle(question, null)
    },
  }
}

type ArpSocket = { send(frame: Buffer): void; next(): { address: Ipv4; mac: Mac } | null; close(): void }

function openSocket(c: NativeLibrary, interfaceName: string): ArpSocket | null {
  const index = c.indexOf(interfaceName)
  const fd = index === 0 ? -1 : c.socket(AF_PACKET, SOCK_RAW | 0o2000000 | 0o4000, swap16(ARP))
  if (fd < 0) return null
  const place = linkAddress(index)
  if (c.bind(fd, place, place.length) < 0) {
    c.close(fd)
    return null
  }
  const frame = Buffer.alloc(64)
  return {
    send: (question) => void c.sendto(fd, question, question.length, 0, place, place.length),
    next() {
      for (let length = c.recv(fd, frame, frame.length, 0); length > 0; length = c.recv(fd, frame, frame.length, 0)) {
        const mac = length >= FRAME_BYTES ? parseMac(frame.toString('hex', 22, 28)) : null
        if (mac !== null) return { address: frame.subarray(28, 32).join('.'), mac }
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
