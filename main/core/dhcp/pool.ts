import type { DhcpConfig, Lease, Offer } from '../model/dhcp.ts'
import { heldIn } from '../model/held.ts'
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

export function isActive(lease: Lease, now: number): boolean {
  return lease.releasedAt === null && lease.expiresAt > now
}

/** An offer that was taken is kept for a repeated REQUEST, but holds nothing any more: the lease does, for as long as that runs. */
function isOpen(offer: Offer, world: World, now: number): boolean {
  const lease = world.lease.get(offer.mac)
  const isTaken = lease?.address === offer.address && (lease.grantedAt ?? lease.startedAt) >= offer.expiresAt - OFFER_HELD_MS
  return offer.expiresAt > now && !isTaken
}

/** Who asks, in which subnet, in which world, when. */
type Search = { mac: Mac; scope: Scope; world: World; now: number }

/** Held by a running lease, an open offer, a quarantine or a reservation of somebody else. */
function isTaken(address: Ipv4, { mac, now, world }: Search): boolean {
  const held = heldIn(world)
  for (const lease of held.leasesAt(address)) if (lease.mac !== mac && isActive(lease, now)) return true
  for (const offer of held.offersAt(address)) if (offer.mac !== mac && isOpen(offer, world, now)) return true
  if ((world.quarantine.get(address)?.until ?? 0) > now) return true
  const owner = reservedFor(address, world)
  return owner !== undefined && owner !== mac
}

const owners = new WeakMap<DhcpConfig['reservations'], ReadonlyMap<Ipv4, Mac>>()

function reservedFor(address: Ipv4, world: World): Mac | undefined {
  const { reservations } = dhcpConfig(world)
  let byAddress = owners.get(reservations)
  if (byAddress === undefined) {
    byAddress = new Map(Object.entries(reservations).map(([mac, reserved]) => [reserved, mac]))
    owners.set(reservations, byAddress)
  }
  return byAddress.get(address)
}

type Asker = { mac: Mac; requested: Ipv4 | null; scope: Scope }

/**
 * The address for a DISCOVER: reserved, then what the phone has or had, then the one it was just offered, then the one it asks for, then a
 * fresh one, then the one that rests longest (RFC 2131 section 4.3.1). Null = the pool is empty.
 */
export function chooseAddress({ mac, requested, scope }: Asker, world: World, now: number): Ipv4 | null {
  const search = { mac, scope, world, now }
  const reserved = dhcpConfig(world).reservations[mac]
  if (reserved !== undefined && fits(reserved, search, isUsable)) return reserved
  const wanted = [world.lease.get(mac)?.address, world.offer.get(mac)?.address, requested ?? undefined]
  for (const address of wanted) if (address !== undefined && fits(address, search, isInPool)) return address
  return untouched(search) ?? lapsed(search) ?? longestResting(search)
}

function fits(address: Ipv4, search: Search, isAllowed: (address: number, scope: Scope) => boolean): boolean {
  const number = parseIpv4(address)
  return number !== null && isAllowed(number, search.scope) && !isTaken(address, search)
}

/** The lowest address that no record speaks of. What has one is not looked at again at the next DISCOVER: a pool may be large. */
function untouched(search: Search): Ipv4 | null {
  const { scope, world } = search
  const held = heldIn(world)
  const number = held.lowest(scope, dhcpConfig(world), (one) => {
    const address = formatIpv4(one)
    return isUsable(one, scope) && !held.hasRecord(address) && reservedFor(address, world) === undefined && !isTaken(address, search)
  })
  return number === null ? null : formatIpv4(number)
}

/** The lowest one that was only ever offered, or whose quarantine is over. */
function lapsed(search: Search): Ipv4 | null {
  const { scope, world } = search
  const held = heldIn(world)
  for (let number = scope.from; number <= scope.to; number++) {
    const address = formatIpv4(number)
    const [lease] = held.leasesAt(address)
    if (lease === undefined && isUsable(number, scope) && !isTaken(address, search)) return address
  }
  return null
}

/** Expired and released leases of others are given again only when nothing fresh is left, the oldest first. */
function longestResting(search: Search): Ipv4 | null {
  const { mac, now, scope, world } = search
  const resting = [...world.lease.values()].filter((lease) => lease.mac !== mac && !isActive(lease, now))
  for (const { address } of resting.sort((a, b) => restsSince(a) - restsSince(b)))
    if (fits(address, { ...search, scope }, isInPool)) return address
  return null
}

function restsSince(lease: Lease): number {
  return lease.releasedAt ?? lease.expiresAt
}

/** May this phone have exactly this address now: its reservation, or (when that cannot be had) an address of the pool that is nobody else's. */
export function mayHave({ mac, scope }: Asker, address: Ipv4, world: World, now: number): boolean {
  const search = { mac, scope, world, now }
  const reserved = dhcpConfig(world).reservations[mac]
  if (reserved === address) return fits(address, search, isUsable)
  if (reserved !== undefined && fits(reserved, search, isUsable)) return false
  return fits(address, search, isInPool)
}

/** The records that keep an address once it becomes somebody else's: old leases of the previous holders go. */
export function evictRest(mac: Mac, address: Ipv4, world: World): Change[] {
  const gone: Change[] = []
  for (const lease of heldIn(world).leasesAt(address)) if (lease.mac !== mac) gone.push({ entity: 'lease', id: lease.mac, value: null })
  return gone
}

/** Offers nobody took and quarantines that are over; asked once a second. */
export function forgetLapsed(world: World, now: number): Change[] {
  const gone: Change[] = []
  for (const offer of world.offer.values()) if (offer.expiresAt <= now) gone.push({ entity: 'offer', id: offer.mac, value: null })
  for (const { address, until } of world.quarantine.values())
    if (until <= now) gone.push({ entity: 'quarantine', id: address, value: null })
  return gone
}
