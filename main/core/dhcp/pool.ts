import type { Lease, Offer } from '../model/dhcp.ts'
import { formatIpv4, type Ipv4, netmask, parseIpv4 } from '../model/ipv4.ts'
import type { Mac } from '../model/mac.ts'
import { type Change, dhcpConfig, type World } from '../model/world.ts'
import { isInPool, isUsable, type Scope } from './scope.ts'

/** How long an offer is held for its REQUEST (RFC 2131 section 4.1: not offered to others while it is open). */
export const OFFER_HELD_MS = 45_000
/** How long an address is left alone that a phone declined. */
export const DECLINED_MS = 3_600_000
/** … and one that answered the check before an offer. */
export const CONFLICT_MS = 600_000
/** … and one behind which the kernel only remembers somebody: by then it has found out. */
export const DOUBT_MS = 10_000
const LARGEST_DEFAULT_POOL = 1000

/** Upper half of the interface's network, at most 1,000 addresses; null when the network has no room for a phone. */
export function defaultPool(address: Ipv4, prefixLength: number): { from: Ipv4; to: Ipv4 } | null {
  const own = parseIpv4(address)
  if (own === null || prefixLength > 30) return null
  const base = (own & netmask(prefixLength)) >>> 0
  const size = 2 ** (32 - prefixLength)
  const half = prefixLength === 30 ? 1 : size / 2
  const last = base + size - 2
  const from = base + half
  return { from: formatIpv4(from), to: formatIpv4(Math.min(last, from + LARGEST_DEFAULT_POOL - 1)) }
}

/** Everything that keeps addresses from others, counted once a request. */
type Taken = {
  /** Held by a running lease, an open offer, a quarantine or a reservation of somebody else. */
  addresses: ReadonlySet<Ipv4>
  /** Expired and released leases of others: given again only when nothing fresh is left, the oldest first. */
  resting: readonly Lease[]
}

export function isActive(lease: Lease, now: number): boolean {
  return lease.releasedAt === null && lease.expiresAt > now
}

/** An offer that was taken is kept for a repeated REQUEST, but holds nothing any more: the lease does, for as long as that runs. */
function isOpen(offer: Offer, world: World, now: number): boolean {
  const lease = world.lease.get(offer.mac)
  const isTaken = lease?.address === offer.address && (lease.grantedAt ?? lease.startedAt) >= offer.expiresAt - OFFER_HELD_MS
  return offer.expiresAt > now && !isTaken
}

function takenFor(mac: Mac, world: World, now: number): Taken {
  const addresses = new Set<Ipv4>()
  const resting: Lease[] = []
  for (const lease of world.lease.values()) {
    if (lease.mac === mac) continue
    if (isActive(lease, now)) addresses.add(lease.address)
    else resting.push(lease)
  }
  for (const offer of world.offer.values()) if (offer.mac !== mac && isOpen(offer, world, now)) addresses.add(offer.address)
  for (const quarantine of world.quarantine.values()) if (quarantine.until > now) addresses.add(quarantine.address)
  for (const [owner, address] of Object.entries(dhcpConfig(world).reservations)) if (owner !== mac) addresses.add(address)
  return { addresses, resting }
}

type Asker = { mac: Mac; requested: Ipv4 | null; scope: Scope }

/**
 * The address for a DISCOVER: reserved, then what the phone has or had, then the one it was just offered, then the one it asks for, then a
 * fresh one, then the one that rests longest (RFC 2131 section 4.3.1). Null = the pool is empty.
 */
export function chooseAddress({ mac, requested, scope }: Asker, world: World, now: number): Ipv4 | null {
  const taken = takenFor(mac, world, now)
  const reserved = dhcpConfig(world).reservations[mac]
  if (reserved !== undefined && fits(reserved, scope, taken, isUsable)) return reserved
  const wanted = [world.lease.get(mac)?.address, world.offer.get(mac)?.address, requested ?? undefined]
  for (const address of wanted) if (address !== undefined && fits(address, scope, taken, isInPool)) return address
  return firstFresh(scope, taken) ?? longestResting(scope, taken)
}

function fits(address: Ipv4, scope: Scope, taken: Taken, isAllowed: (address: number, scope: Scope) => boolean): boolean {
  const number = parseIpv4(address)
  return number !== null && isAllowed(number, scope) && !taken.addresses.has(address)
}

function firstFresh(scope: Scope, { addresses, resting }: Taken): Ipv4 | null {
  const rests = new Set(resting.map((lease) => lease.address))
  for (let number = scope.from; number <= scope.to; number++) {
    const address = formatIpv4(number)
    if (!addresses.has(address) && !rests.has(address) && isUsable(number, scope)) return address
  }
  return null
}

function longestResting(scope: Scope, { addresses, resting }: Taken): Ipv4 | null {
  const byAge = [...resting].sort((a, b) => restsSince(a) - restsSince(b))
  for (const { address } of byAge) {
    const number = parseIpv4(address)
    if (number !== null && isInPool(number, scope) && !addresses.has(address)) return address
  }
  return null
}

function restsSince(lease: Lease): number {
  return lease.releasedAt ?? lease.expiresAt
}

/** May this phone have exactly this address now: its reservation, or (when that cannot be had) an address of the pool that is nobody else's. */
export function mayHave({ mac, scope }: Asker, address: Ipv4, world: World, now: number): boolean {
  const taken = takenFor(mac, world, now)
  const reserved = dhcpConfig(world).reservations[mac]
  if (reserved === address) return fits(address, scope, taken, isUsable)
  if (reserved !== undefined && fits(reserved, scope, taken, isUsable)) return false
  return fits(address, scope, taken, isInPool)
}

/** The records that keep an address once it becomes somebody else's: old leases of the previous holders go. */
export function evictRest(mac: Mac, address: Ipv4, world: World): Change[] {
  const gone: Change[] = []
  for (const lease of world.lease.values()) {
    if (lease.mac !== mac && lease.address === address) gone.push({ entity: 'lease', id: lease.mac, value: null })
  }
  return gone
}

/** Offers nobody took and quarantines that are over; asked with each DISCOVER, bounded by the pool. */
export function forgetLapsed(world: World, now: number): Change[] {
  const gone: Change[] = []
  for (const offer of world.offer.values()) if (offer.expiresAt <= now) gone.push({ entity: 'offer', id: offer.mac, value: null })
  for (const { address, until } of world.quarantine.values())
    if (until <= now) gone.push({ entity: 'quarantine', id: address, value: null })
  return gone
}
