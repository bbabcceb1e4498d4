import { networkInterfaces } from 'node:os'
import type { Occupied } from '../../core/dhcp/asking.ts'
import type { Ipv4 } from '../../core/model/ipv4.ts'
import { type Mac, parseMac } from '../../core/model/mac.ts'
import { type ArpWatch, openArpWatch } from '../arp-watch.ts'
import { openUdpOnInterface } from '../interface.ts'
import { type Neighbours, neighbourTable } from '../neighbours.ts'
import { ServiceError } from '../service-error.ts'

const WAIT_MS = 400
/** Discard: nothing listens there, so a host that is up says so (ICMP port unreachable). */
const PORT = 9
/** Sockets open at the same time where the kernel must ask: one for each address. */
const MOST_AT_ONCE = 128

type Place = { interface: string | null; address: Ipv4 }

/** Who uses an address of the lab LAN. */
export type AddressCheck = {
  /**
   * Does somebody use this address (RFC 2131 section 3.1 step 2)? Silence for 400 ms means free; the phone that asks may still use the address itself,
   * which is no conflict.
   */
  occupied(candidate: Ipv4, asker: Mac): Promise<Occupied | null>
  /** The MAC behind an address, or null when it does not answer in time. */
  macOf(address: Ipv4): Promise<Mac | null>
  close(): void
}

/** Asked by ARP: as frames of our own where the user may, else by a datagram that makes the kernel ask. */
export function openAddressCheck(place: Place): AddressCheck {
  const own = place.interface === null ? null : macOfInterface(place.interface)
  const arp = place.interface === null || own === null ? null : openArpWatch(place.interface, own)
  const kernel = kernelCheck(place)
  const find = (address: Ipv4) => (arp === null ? kernel(address) : byFrame(arp, address))
  return {
    async occupied(candidate, asker) {
      const found = await find(candidate)
      return found === null || found.by === asker ? null : found
    },
    macOf: async (address) => (await find(address))?.by ?? null,
    close: () => arp?.close(),
  }
}

async function byFrame(arp: ArpWatch, address: Ipv4): Promise<Occupied | null> {
  const by = await arp.whoHas(address, WAIT_MS)
  return by === null ? null : { address, by, isDoubtful: false }
}

/**
 * Who answers stands in the kernel's table after about a millisecond, whether it answers ping or not. An entry that stood there before may be stale:
 * it counts as sure only when the host refuses our datagram now, else it is doubtful. Without a table to read only a host that sends the ICMP error is
 * found. The table is read once for all that wait.
 */
function kernelCheck(place: Place): (address: Ipv4) => Promise<Occupied | null> {
  const table = neighbourTable(place)
  const turn = turns(MOST_AT_ONCE)
  let reading: Promise<Neighbours> | null = null
  const read = () => {
    reading ??= table.read().finally(() => {
      reading = null
    })
    return reading
  }
  return (address) =>
    turn(async () => {
      const before = (await read()).get(address) ?? null
      const nudged = await nudge(place, address)
      if (nudged === null) return null
      try {
        const until = performance.now() + WAIT_MS
        for (;;) {
          const now = (await read()).get(address) ?? null
          if (nudged.isRefused() || (before === null && now !== null)) return { address, by: now, isDoubtful: false }
          if (performance.now() >= until) return before === null ? null : { address, by: before, isDoubtful: true }
          await new Promise((resolve) => setTimeout(resolve, table.lookMs))
        }
      } finally {
        nudged.close()
      }
    })
}

/** One datagram; an address that cannot even be sent to (no route, no link) has nobody to find. Null when there is no socket to be had. */
async function nudge(place: Place, address: Ipv4): Promise<{ isRefused(): boolean; close(): void } | null> {
  const socket = await openUdpOnInterface({ ...place, port: 0 }).catch((error: unknown) => {
    if (error instanceof ServiceError) return null
    throw error
  })
  if (socket === null) return null
  let isRefused = false
  socket.on('error', (error) => {
    if ('code' in error && error.code === 'ECONNREFUSED') isRefused = true
  })
  await new Promise<void>((resolve) => {
    socket.connect(PORT, address, (error?: Error) => {
      if (error !== undefined) resolve()
      else socket.send(Uint8Array.of(0), () => resolve())
    })
  })
  return { isRefused: () => isRefused, close: () => socket.close() }
}

/** Lets so many through at a time, the others in their order. */
function turns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    while (running >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    running += 1
    try {
      return await work()
    } finally {
      running -= 1
      waiting.shift()?.()
    }
  }
}

export function macOfInterface(name: string): Mac | null {
  return parseMac(networkInterfaces()[name]?.[0]?.mac ?? '')
}
