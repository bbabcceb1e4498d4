import type { CapturedPacket, WirePacket, WireProtocol } from '../core/capture/packet.ts'
import { redactPacket } from '../core/capture/redact.ts'
import { NO_SECRETS, type Secrets, secretsOnWire } from '../core/capture/secrets.ts'
import { toHex } from '../core/model/bytes.ts'
import type { Note } from '../core/model/decision.ts'
import type { Device } from '../core/model/device.ts'
import { leaseAt } from '../core/model/lease-at.ts'
import { type Mac, parseMac } from '../core/model/mac.ts'
import type { EntityName, World } from '../core/model/world.ts'
import type { Committed, Log } from './ports.ts'

/** What phones and bench said to each other, last minutes of each phone: in memory alone, bounded, without a secret. */
export type Capture = {
  /** A tap saw this. Never throws. */
  seen(packet: WirePacket): void
  /** The words of the rules go to the packet that they are about. */
  onCommitted(committed: Committed): void
  /** Oldest first, the newest `limit`; `dropped` = older ones that made room. */
  list(mac: Mac, limit: number): { packets: readonly CapturedPacket[]; dropped: number }
  /** Packets as they come, and again those whose words came later. Ends with the signal or `close`. */
  follow(mac: Mac, signal: AbortSignal | undefined): AsyncGenerator<readonly CapturedPacket[]>
  /** What is kept now, and the most that will be. */
  used(): { phones: number; bytes: number; limitBytes: number }
  close(): void
}

export type CaptureLimits = { deviceBytes: number; devicePackets: number; totalBytes: number }

const LIMITS: CaptureLimits = { deviceBytes: 256 * 1024, devicePackets: 500, totalBytes: 24 * 1024 * 1024 }
/** Around the bytes of a packet: its record. */
const RECORD_BYTES = 400
const MAX_WHY = 8
/** A page that is this far behind misses the oldest. */
const MAX_QUEUED = 500
const WHY_MS = 60_000
/** A phone that floods us costs no more than this: packets at once, and each second. */
const BURST = 400
const PER_SECOND = 100

type Ring = { packets: CapturedPacket[]; bytes: number; dropped: number; left: number; filledAt: number }
type Follower = { queue: Map<number, CapturedPacket>; wake: (() => void) | null }

export function createCapture(parts: { world: World; now(): number; log: Log; limits?: Partial<CaptureLimits> }): Capture {
  const { log, now, world } = parts
  const limits = { ...LIMITS, ...parts.limits }
  // In the order in which phones were heard last: the first one makes room.
  const rings = new Map<Mac, Ring>()
  const followers = new Map<Mac, Set<Follower>>()
  const secrets = createSecrets(world)
  let totalBytes = 0
  let lastId = 0
  let isClosed = false

  const ringOf = (mac: Mac): Ring => {
    const ring = rings.get(mac) ?? { packets: [], bytes: 0, dropped: 0, left: BURST, filledAt: now() }
    rings.delete(mac)
    rings.set(mac, ring)
    return ring
  }
  const dropOldest = (mac: Mac, ring: Ring) => {
    const gone = ring.packets.shift()
    if (gone === undefined) return void rings.delete(mac)
    ring.dropped += 1
    ring.bytes -= costOf(gone)
    totalBytes -= costOf(gone)
  }
  const push = (packet: CapturedPacket) => {
    const ring = ringOf(packet.mac)
    ring.packets.push(packet)
    ring.bytes += costOf(packet)
    totalBytes += costOf(packet)
    while (ring.packets.length > limits.devicePackets || (ring.bytes > limits.deviceBytes && ring.packets.length > 1))
      dropOldest(packet.mac, ring)
    while (totalBytes > limits.totalBytes) {
      const [oldest] = rings
      if (oldest === undefined) break
      if (oldest[1].packets.length === 0) rings.delete(oldest[0])
      else dropOldest(...oldest)
    }
    tell(packet)
  }
  const tell = (packet: CapturedPacket) => {
    for (const follower of followers.get(packet.mac) ?? []) {
      follower.queue.set(packet.id, packet)
      for (const id of follower.queue.keys()) {
        if (follower.queue.size <= MAX_QUEUED) break
        follower.queue.delete(id)
      }
      follower.wake?.()
    }
  }
  const explain = (mac: Mac, note: Note) => {
    const protocols = PROTOCOLS_OF[note.kind.split('.')[0] ?? '']
    const ring = rings.get(mac)
    if (protocols === undefined || ring === undefined) return
    const index = ring.packets.findLastIndex((one) => protocols.has(one.protocol))
    const packet = ring.packets[index]
    if (packet === undefined || note.at - packet.at > WHY_MS || packet.why.length >= MAX_WHY) return
    const told = { ...packet, why: [...packet.why, note.text] }
    ring.packets[index] = told
    ring.bytes += note.text.length
    totalBytes += note.text.length
    tell(told)
  }

  return {
    seen(packet) {
      if (isClosed) return
      try {
        const at = now()
        const mac = macOf(packet, world, at)
        if (mac === null) return
        if (!mayTake(ringOf(mac), at)) return
        push({ ...redactPacket(packet, secrets.of(mac)), id: ++lastId, at, mac, why: [] })
      } catch (fault) {
        log('error', 'a packet could not be kept for the packet view', { protocol: packet.protocol, fault: String(fault) })
      }
    },
    onCommitted({ changes, notes }) {
      secrets.changed(changes)
      for (const note of notes) if (note.mac !== null) explain(note.mac, note)
    },
    list(mac, limit) {
      const ring = rings.get(mac)
      if (ring === undefined) return { packets: [], dropped: 0 }
      const packets = ring.packets.slice(-limit)
      return { packets, dropped: ring.dropped + ring.packets.length - packets.length }
    },
    async *follow(mac, signal) {
      const follower: Follower = { queue: new Map(), wake: null }
      const all = followers.get(mac) ?? new Set()
      followers.set(mac, all.add(follower))
      const wake = () => follower.wake?.()
      signal?.addEventListener('abort', wake)
      try {
        while (!isClosed && signal?.aborted !== true) {
          const packets = [...follower.queue.values()]
          follower.queue.clear()
          if (packets.length > 0) yield packets
          else await new Promise<void>((resolve) => (follower.wake = resolve))
        }
      } finally {
        signal?.removeEventListener('abort', wake)
        all.delete(follower)
        if (all.size === 0) followers.delete(mac)
      }
    },
    used: () => ({ phones: rings.size, bytes: totalBytes, limitBytes: limits.totalBytes }),
    close() {
      isClosed = true
      for (const all of followers.values()) for (const follower of all) follower.wake?.()
    },
  }
}

function mayTake(ring: Ring, at: number): boolean {
  // A clock that is set back fills nothing.
  ring.left = Math.min(BURST, ring.left + (Math.max(0, at - ring.filledAt) / 1000) * PER_SECOND)
  ring.filledAt = at
  if (ring.left < 1) {
    ring.dropped += 1
    return false
  }
  ring.left -= 1
  return true
}

function costOf(packet: CapturedPacket): number {
  return packet.bytes.length + RECORD_BYTES + packet.why.reduce((sum, words) => sum + words.length, 0)
}

/** First word of a note's kind → the protocols that it can be about. */
const FILES: ReadonlySet<WireProtocol> = new Set(['http', 'https', 'tftp'])
const PROTOCOLS_OF: Readonly<Record<string, ReadonlySet<WireProtocol>>> = {
  dhcp: new Set<WireProtocol>(['dhcp']),
  config: FILES,
  file: FILES,
  token: FILES,
  firmware: FILES,
  upload: FILES,
  phone: new Set<WireProtocol>(['dhcp', 'http', 'https', 'tftp']),
  access: FILES,
  sip: new Set<WireProtocol>(['sip']),
  dns: new Set<WireProtocol>(['dns']),
  name: new Set<WireProtocol>(['dns']),
  names: new Set<WireProtocol>(['dns']),
  time: new Set<WireProtocol>(['ntp']),
  syslog: new Set<WireProtocol>(['syslog']),
}

const CHADDR_AT = 28

/** DHCP says whose it is; anything else is of the phone that holds the lease of its address. */
function macOf({ bytes, phone, protocol }: WirePacket, world: World, now: number): Mac | null {
  if (protocol !== 'dhcp') return leaseAt(world, phone.address, now)?.mac ?? null
  return bytes.length < CHADDR_AT + 6 ? null : parseMac(toHex(bytes.subarray(CHADDR_AT, CHADDR_AT + 6)))
}

/** Records whose change may change the secrets of any phone. */
const OF_ALL: ReadonlySet<EntityName> = new Set<EntityName>(['layer', 'line', 'group', 'department', 'profile', 'packChoice'])

/** Secrets of a phone are worked out once for as long as nothing that they hang on changes: each packet asks. */
function createSecrets(world: World): { of(mac: Mac): Secrets; changed(changes: Committed['changes']): void } {
  const known = new Map<Mac, { device: Device; packs: World['packs']; secrets: Secrets }>()
  return {
    of(mac) {
      const device = world.device.get(mac)
      if (device === undefined) return NO_SECRETS
      const held = known.get(mac)
      if (held !== undefined && held.packs === world.packs && isSame(held.device, device)) return held.secrets
      const secrets = secretsOnWire(device, world)
      known.set(mac, { device, packs: world.packs, secrets })
      return secrets
    },
    changed(changes) {
      for (const { entity, id } of changes) {
        if (OF_ALL.has(entity)) known.clear()
        else if (entity === 'token' || (entity === 'device' && !world.device.has(id))) known.delete(id)
      }
    },
  }
}

function isSame(a: Device, b: Device): boolean {
  return (
    a === b ||
    (a.pack === b.pack &&
      a.packVersion === b.packVersion &&
      a.model === b.model &&
      a.expectedModel === b.expectedModel &&
      a.firmware === b.firmware &&
      a.group === b.group &&
      a.department === b.department &&
      a.profile === b.profile &&
      a.lines.join() === b.lines.join())
  )
}
