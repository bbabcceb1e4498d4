import { closeSync, openSync } from 'node:fs'
import { createRequire } from 'node:module'

/**
 * A network card in a namespace, to the last bit: frames as they stand on the wire go in and come out, for any MAC. What real clients cannot do (wrong
 * lengths, other people's addresses, two hundred phones at once) and cannot tell (where an answer was sent to) needs it. Root on Linux.
 */
export type Wire = {
  send(frame: Uint8Array): void
  /** Everything heard since the wire was opened or last emptied. */
  heard: Frame[]
  /** Frames from now on only. */
  forget(): void
  /** First frame that fits, of those heard from number `since` on and of later ones; null when none comes in time. */
  next(fits: (frame: Frame) => boolean, timeoutMs: number, since?: number): Promise<Frame | null>
  /** Answers ARP for an address with this MAC, as the stack of a phone does. */
  own(address: string, mac: string): void
  disown(address: string): void
  close(): void
}

export type Frame = { atMs: number; to: string; from: string; etherType: number; bytes: Buffer; udp: UdpPart | null }
export type UdpPart = { source: string; destination: string; sourcePort: number; destinationPort: number; ttl: number; payload: Buffer }

const AF_PACKET = 17
const RAW_NONBLOCKING_CLOEXEC = 3 | 0o4000 | 0o2000000
const ETH_ALL = 0x0300 // network order
const SOL_SOCKET = 1
const SO_RCVBUFFORCE = 33
const SOL_PACKET = 263
const PACKET_ADD_MEMBERSHIP = 1
const PACKET_MR_PROMISC = 1
const CLONE_NEWNET = 0x40000000
const LOOK_MS = 2

type Calls = {
  setns(fd: number, kind: number): number
  socket(domain: number, type: number, protocol: number): number
  setsockopt(fd: number, level: number, name: number, value: Buffer, length: number): number
  bind(fd: number, address: Buffer, length: number): number
  send(fd: number, bytes: Buffer, length: number, flags: number): number
  recv(fd: number, bytes: Buffer, length: number, flags: number): number
  close(fd: number): number
  indexOf(name: string): number
}

let calls: Calls | null = null

function library(): Calls {
  if (calls !== null) return calls
  const koffi = createRequire(import.meta.url)('koffi')
  const c = koffi.load('libc.so.6')
  calls = {
    setns: c.func('int setns(int, int)'),
    socket: c.func('int socket(int, int, int)'),
    setsockopt: c.func('int setsockopt(int, int, int, const void *, uint32_t)'),
    bind: c.func('int bind(int, const void *, uint32_t)'),
    send: c.func('long send(int, const void *, size_t, int)'),
    recv: c.func('long recv(int, _Out_ void *, size_t, int)'),
    close: c.func('int close(int)'),
    indexOf: c.func('unsigned int if_nametoindex(const char *)'),
  }
  return calls
}

/** Opens the card `interfaceName` of a namespace. This thread visits the namespace for the moment that takes; the socket stays there. */
export function openWire(namespace: string, interfaceName = 'eth0'): Wire {
  const c = library()
  const fd = inNamespace(c, namespace, () => rawSocket(c, interfaceName))
  const owned = new Map<string, Buffer>()
  const heard: Frame[] = []
  const buffer = Buffer.alloc(2048)
  const waiting = new Set<() => void>()
  const drain = () => {
    for (let length = c.recv(fd, buffer, buffer.length, 0); length > 0; length = c.recv(fd, buffer, buffer.length, 0)) {
      const frame = readFrame(Buffer.from(buffer.subarray(0, length)))
      answerArp(frame)
      heard.push(frame)
    }
    for (const look of waiting) look()
  }
  const answerArp = ({ bytes, etherType, from }: Frame) => {
    if (etherType !== 0x0806 || bytes.readUInt16BE(20) !== 1) return
    const asked = bytes.subarray(38, 42)
    const mac = owned.get([...asked].join('.'))
    if (mac !== undefined && mac.toString('hex') !== from) transmit(arpFrame(2, mac, asked, bytes.subarray(22, 28), bytes.subarray(28, 32)))
  }
  const transmit = (frame: Uint8Array) => void c.send(fd, Buffer.from(frame), frame.length, 0)
  const timer = setInterval(drain, LOOK_MS)
  timer.unref()
  return {
    send: transmit,
    heard,
    forget() {
      drain()
      heard.length = 0
    },
    next(fits, timeoutMs, since = 0) {
      return new Promise((resolve) => {
        let seen = since
        const done = (frame: Frame | null) => {
          clearTimeout(late)
          waiting.delete(look)
          resolve(frame)
        }
        const look = () => {
          for (; seen < heard.length; seen++) {
            const frame = heard[seen]
            if (frame !== undefined && fits(frame)) return done(frame)
          }
        }
        const late = setTimeout(() => {
          drain()
          if (waiting.has(look)) done(null)
        }, timeoutMs)
        waiting.add(look)
        look()
      })
    },
    own: (address, mac) => void owned.set(address, Buffer.from(mac, 'hex')),
    disown: (address) => void owned.delete(address),
    close() {
      clearInterval(timer)
      c.close(fd)
    },
  }
}

function inNamespace<T>(c: Calls, namespace: string, work: () => T): T {
  const home = openSync('/proc/thread-self/ns/net', 'r')
  const there = openSync(`/var/run/netns/${namespace}`, 'r')
  try {
    if (c.setns(there, CLONE_NEWNET) < 0) throw new Error(`this thread cannot enter ${namespace}`)
    try {
      return work()
    } finally {
      if (c.setns(home, CLONE_NEWNET) < 0) process.abort() // a test that stays in a wrong network must not go on
    }
  } finally {
    closeSync(there)
    closeSync(home)
  }
}

function rawSocket(c: Calls, interfaceName: string): number {
  const index = c.indexOf(interfaceName)
  const fd = index === 0 ? -1 : c.socket(AF_PACKET, RAW_NONBLOCKING_CLOEXEC, ETH_ALL)
  if (fd < 0) throw new Error(`no raw socket on ${interfaceName}`)
  const place = Buffer.alloc(20)
  place.writeUInt16LE(AF_PACKET, 0)
  place.writeUInt16LE(ETH_ALL, 2)
  place.writeInt32LE(index, 4)
  if (c.bind(fd, place, place.length) < 0) throw new Error(`the raw socket cannot be bound to ${interfaceName}`)
  const big = Buffer.alloc(4)
  big.writeInt32LE(16 * 1024 * 1024)
  c.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, big, 4)
  const everything = Buffer.alloc(16)
  everything.writeInt32LE(index, 0)
  everything.writeUInt16LE(PACKET_MR_PROMISC, 4)
  c.setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, everything, 16)
  return fd
}

function readFrame(bytes: Buffer): Frame {
  const etherType = bytes.readUInt16BE(12)
  const frame = { atMs: performance.now(), to: bytes.toString('hex', 0, 6), from: bytes.toString('hex', 6, 12), etherType, bytes }
  return { ...frame, udp: etherType === 0x0800 ? readUdp(bytes.subarray(14)) : null }
}

function readUdp(packet: Buffer): UdpPart | null {
  const head = ((packet[0] ?? 0) & 15) * 4
  if (packet.length < head + 8 || packet[9] !== 17) return null
  const udp = packet.subarray(head, packet.readUInt16BE(2))
  return {
    source: packet.subarray(12, 16).join('.'),
    destination: packet.subarray(16, 20).join('.'),
    sourcePort: udp.readUInt16BE(0),
    destinationPort: udp.readUInt16BE(2),
    ttl: packet[8] ?? 0,
    payload: udp.subarray(8),
  }
}

export type UdpFrame = {
  from: string
  to?: string
  source?: string
  destination?: string
  sourcePort?: number
  destinationPort?: number
  payload: Uint8Array
}

/** Ethernet, IPv4 and UDP around a payload; a phone without an address by default. UDP goes without a checksum, as IPv4 allows. */
export function udpFrame({ from, to = 'ffffffffffff', source = '0.0.0.0', destination = '255.255.255.255', ...more }: UdpFrame): Buffer {
  const { payload, sourcePort = 68, destinationPort = 67 } = more
  const frame = Buffer.alloc(42 + payload.length)
  frame.write(to, 0, 'hex')
  frame.write(from, 6, 'hex')
  frame.writeUInt16BE(0x0800, 12)
  frame.set([0x45, 0], 14)
  frame.writeUInt16BE(28 + payload.length, 16)
  frame.set([64, 17], 22)
  frame.set(source.split('.').map(Number), 26)
  frame.set(destination.split('.').map(Number), 30)
  frame.writeUInt16BE(sumOf(frame.subarray(14, 34)), 24)
  frame.writeUInt16BE(sourcePort, 34)
  frame.writeUInt16BE(destinationPort, 36)
  frame.writeUInt16BE(8 + payload.length, 38)
  frame.set(payload, 42)
  return frame
}

function sumOf(head: Buffer): number {
  let sum = 0
  for (let at = 0; at < head.length; at += 2) sum += head.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

function arpFrame(operation: number, mac: Uint8Array, address: Uint8Array, toMac: Uint8Array, toAddress: Uint8Array): Buffer {
  const frame = Buffer.alloc(42)
  frame.set(toMac, 0)
  frame.set(mac, 6)
  frame.set([0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, operation], 12)
  frame.set(mac, 22)
  frame.set(address, 28)
  frame.set(toMac, 32)
  frame.set(toAddress, 38)
  return frame
}
