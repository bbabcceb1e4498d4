import type { Socket } from 'node:dgram'
import { readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import type { Occupied } from '../../core/dhcp/asking.ts'
import type { Ipv4 } from '../../core/model/ipv4.ts'
import { type Mac, parseMac } from '../../core/model/mac.ts'
import { openArpProbe } from '../arp-probe.ts'
import { openUdpOnInterface } from '../interface.ts'

const WAIT_MS = 400
const LOOK_MS = 10
/** Discard: nothing listens there, so a host that is up says so (ICMP port unreachable). */
const PORT = 9

type Place = { interface: string | null; address: Ipv4 }

/**
 * Does somebody use this address (RFC 2131 section 3.1 step 2)? Silence for 400 ms means free; the phone that asks may still use the address
 * itself, which is no conflict. Asked by ARP: as a frame of our own where the user may, else by a datagram that makes the kernel ask.
 */
export async function checkAddress(place: Place, candidate: Ipv4, asker: Mac): Promise<Occupied | null> {
  const byFrame = await checkByFrame(place, candidate)
  const found = byFrame === undefined ? await checkByKernel(place, candidate) : byFrame
  return found === null || found.by === asker ? null : found
}

/** Undefined where frames may not be sent. */
async function checkByFrame(place: Place, candidate: Ipv4): Promise<Occupied | null | undefined> {
  const own = place.interface === null ? null : macOfInterface(place.interface)
  const probe = place.interface === null || own === null ? null : openArpProbe(place.interface, own, candidate)
  if (probe === null) return undefined
  try {
    probe.ask()
    const by = await within(WAIT_MS, async () => probe.answer())
    return by === null ? null : { address: candidate, by, isDoubtful: false }
  } finally {
    probe.close()
  }
}

/**
 * Who answers stands in the kernel's table after about a millisecond, whether it answers ping or not. An entry that stood there before may be stale:
 * it counts as sure only when the host refuses our datagram now, else it is doubtful. Without a table to read (macOS, Windows) only a host that
 * sends the ICMP error is found.
 */
async function checkByKernel(place: Place, candidate: Ipv4): Promise<Occupied | null> {
  const before = await arpEntry(candidate)
  const socket = await openUdpOnInterface({ ...place, port: 0 })
  const answered = { isRefused: false }
  socket.on('error', (error) => {
    if ('code' in error && error.code === 'ECONNREFUSED') answered.isRefused = true
  })
  try {
    await nudge(socket, candidate)
    const sure = await within<Occupied>(WAIT_MS, async () => {
      const now = await arpEntry(candidate)
      return answered.isRefused || (before === null && now !== null) ? { address: candidate, by: now, isDoubtful: false } : null
    })
    return sure ?? (before === null ? null : { address: candidate, by: before, isDoubtful: true })
  } finally {
    socket.close()
  }
}

/** The MAC behind an address of this LAN, or null when it does not answer ARP in time. */
export async function macOf(place: Place, address: Ipv4): Promise<Mac | null> {
  const byFrame = await checkByFrame(place, address)
  return byFrame === undefined ? ((await checkByKernel(place, address))?.by ?? null) : (byFrame?.by ?? null)
}

export function macOfInterface(name: string): Mac | null {
  return parseMac(networkInterfaces()[name]?.[0]?.mac ?? '')
}

/** Looks until something is there or the time is over. */
async function within<T>(timeoutMs: number, look: () => Promise<T | null>): Promise<T | null> {
  const until = performance.now() + timeoutMs
  for (;;) {
    const found = await look()
    if (found !== null || performance.now() >= until) return found
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}

/** An address that cannot even be sent to (no route, no link) has nobody to find; the send error is the answer. */
function nudge(socket: Socket, candidate: Ipv4): Promise<void> {
  return new Promise((resolve) => {
    socket.connect(PORT, candidate, (error?: Error) => {
      if (error !== undefined) resolve()
      else socket.send(Uint8Array.of(0), () => resolve())
    })
  })
}

/** The MAC that the kernel knows for an address; null when it knows none or is still asking. */
async function arpEntry(address: Ipv4): Promise<Mac | null> {
  const table = await readFile('/proc/net/arp', 'utf8').catch(() => '')
  for (const line of table.split('\n').slice(1)) {
    const [ip, , flags, mac] = line.split(/\s+/)
    const isComplete = (Number(flags) & 2) !== 0
    if (ip === address && isComplete) return parseMac(mac ?? '')
  }
  return null
}
