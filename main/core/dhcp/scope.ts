import { dhcpConfig, type World } from '../model/world.ts'
import type { BenchNetwork } from '../model/dhcp.ts'
import { formatIpv4, type Ipv4, isInSubnet, isLoopback, netmask, parseIpv4 } from '../model/ipv4.ts'
import { type DhcpPacket, NO_ADDRESS } from './packet.ts'
import { linkAddress, serverIdOverride } from './relay-agent.ts'

/** The subnet a packet belongs to, with what its phones are given. Addresses as numbers where they are counted. */
export type Scope = {
  /** Our address, told to phones. */
  server: Ipv4
  /** What stands in option 54: our address, or the one a relay put in its place. */
  serverId: Ipv4
  network: Ipv4
  prefixLength: number
  from: number
  to: number
  router: Ipv4 | null
  relayed: boolean
}

/**
 * RFC 2131 section 4.3.1: the subnet of `giaddr` when a relay sent the packet, else the one it was heard on. A renewal of a relayed phone comes
 * straight to us: there the phone's own address tells. Null = a subnet nobody configured: silence.
 */
export function scopeOf(packet: DhcpPacket, network: BenchNetwork, world: World): Scope | null {
  if (packet.giaddr !== NO_ADDRESS) return behindRelay(packet, network, world)
  const own = ownScope(network)
  if (packet.ciaddr === NO_ADDRESS || isInScope(packet.ciaddr, own)) return own
  return relayScope(packet.ciaddr, network, world) ?? own
}

/** The relay must stand in a network of the bench or of the relays; the subnet it asks for must be one that was allowed by name. */
function behindRelay(packet: DhcpPacket, network: BenchNetwork, world: World): Scope | null {
  const isNear = isInSubnet(packet.giaddr, network.address, network.prefixLength)
  if (!isNear && relayScope(packet.giaddr, network, world) === null) return null
  const scope = relayScope(linkAddress(packet), network, world)
  return scope === null ? null : { ...scope, serverId: serverIdOverride(packet) ?? scope.serverId }
}

/** Does a message that names this server in 54 mean us? */
export function isOurId(serverId: Ipv4, scope: Scope): boolean {
  return serverId === scope.serverId || serverId === scope.server
}

/** Its pool was chosen, and held against the network, when the bench started to serve it. */
function ownScope(network: BenchNetwork): Scope {
  return {
    server: network.address,
    serverId: network.address,
    network: subnetBase(network.address, network.prefixLength),
    prefixLength: network.prefixLength,
    ...ends(network.pool),
    router: null,
    relayed: false,
  }
}

function relayScope(address: Ipv4, network: BenchNetwork, world: World): Scope | null {
  for (const { subnet, pool, router } of dhcpConfig(world).relays) {
    const parsed = parseSubnet(subnet)
    if (parsed === null || !isInSubnet(address, parsed.network, parsed.prefixLength)) continue
    return { server: network.address, serverId: network.address, ...parsed, ...ends(pool), router, relayed: true }
  }
  return null
}

function ends(pool: { from: Ipv4; to: Ipv4 }): { from: number; to: number } {
  return { from: parseIpv4(pool.from) ?? 1, to: parseIpv4(pool.to) ?? 0 }
}

/** `172.30.9.0/24` → its base address and prefix length; null when it is none. */
export function parseSubnet(text: string): { network: Ipv4; prefixLength: number } | null {
  const match = /^([\d.]+)\/(\d{1,2})$/.exec(text.trim())
  const prefixLength = Number(match?.[2])
  if (match?.[1] === undefined || parseIpv4(match[1]) === null || prefixLength > 32) return null
  return { network: subnetBase(match[1], prefixLength), prefixLength }
}

export function isInScope(address: Ipv4, scope: Scope): boolean {
  return isInSubnet(address, scope.network, scope.prefixLength)
}

/** May this address ever be given out: inside the subnet, and neither its base, its broadcast, the server's own nor the router's address. */
export function isUsable(address: number, scope: Scope): boolean {
  const text = formatIpv4(address)
  if (!isInScope(text, scope) || text === scope.server || text === scope.router) return false
  return scope.prefixLength >= 31 || (address !== baseOf(scope) && address !== broadcastOf(scope))
}

export function isInPool(address: number, scope: Scope): boolean {
  return address >= scope.from && address <= scope.to && isUsable(address, scope)
}

function baseOf(scope: Scope): number {
  return parseIpv4(scope.network) ?? 0
}

export function broadcastOf(scope: Scope): number {
  return (baseOf(scope) | ~netmask(scope.prefixLength)) >>> 0
}

function subnetBase(address: Ipv4, prefixLength: number): Ipv4 {
  return formatIpv4(((parseIpv4(address) ?? 0) & netmask(prefixLength)) >>> 0)
}

/** Packets of peers outside the bench's and its relays' networks are dropped; a phone without an address sends from 0.0.0.0. */
export function isKnownPeer(peer: Ipv4, network: BenchNetwork, world: World): boolean {
  if (peer === NO_ADDRESS) return true
  if (isLoopback(network.address)) return isLoopback(peer)
  if (isInSubnet(peer, network.address, network.prefixLength)) return true
  return relayScope(peer, network, world) !== null
}
