import type { Socket } from 'node:dgram'
import { readFile } from 'node:fs/promises'
import type { Ipv4 } from '../../core/model/ipv4.ts'
import { type Mac, parseMac } from '../../core/model/mac.ts'
import { openUdpOnInterface } from '../interface.ts'

const WAIT_MS = 400
const LOOK_MS = 20
/** Discard: nothing listens there, so a host that is up says so (ICMP port unreachable). */
const PORT = 9

export type Occupied = { address: Ipv4; by: Mac | null }

/**
 * Does somebody use this address (RFC 2131 section 3.1 step 2)? One datagram makes the kernel ask by ARP; who answers stands in its table after
 * about a millisecond, whether it answers ping or not; silence for 400 ms means free. An entry that stood there before may be stale, so it counts
 * only when the host answers now. The phone that asks may still use the address itself: that is no conflict.
 * Without an ARP table to read (macOS, Windows) only a host that sends the ICMP error is found.
 */
export async function checkAddress(place: { interface: string | null; address: Ipv4 }, candidate: Ipv4, asker: Mac): Promise<Occupied | null> {
  const before = await arpEntry(candidate)
  const socket = await openUdpOnInterface({ ...place, port: 0 })
  const answered = { isRefused: false }
  socket.on('error', (error) => {
    if ('code' in error && error.code === 'ECONNREFUSED') answered.isRefused = true
  })
  try {
    await nudge(socket, candidate)
    const until = performance.now() + WAIT_MS
    while (performance.now() < until) {
      const now = await arpEntry(candidate)
      const isThere = answered.isRefused || (before === null && now !== null)
      if (isThere) return now === asker ? null : { address: candidate, by: now }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
    return null
  } finally {
    socket.close()
  }
}

/** The MAC behind an address of this LAN, or null when it does not answer ARP in time. */
export async function macOf(place: { interface: string | null; address: Ipv4 }, address: Ipv4): Promise<Mac | null> {
  const socket = await openUdpOnInterface({ ...place, port: 0 })
  socket.on('error', () => undefined) // a refusing port is an answer too; who it was stands in the table
  try {
    await nudge(socket, address)
    const until = performance.now() + WAIT_MS
    let found = await arpEntry(address)
    while (found === null && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
      found = await arpEntry(address)
    }
    return found
  } finally {
    socket.close()
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
