import { type Decision, type Effect, note, silence } from '../model/decision.ts'
import type { Quarantine } from '../model/dhcp.ts'
import { type Ipv4, isLoopback } from '../model/ipv4.ts'
import { formatMac } from '../model/mac.ts'
import { type Change, dhcpConfig, type World } from '../model/world.ts'
import { type Asking, type DhcpRequest, factsOf, introduction, type Occupied } from './asking.ts'
import { giveBack, putAside } from './give-back.ts'
import { REQUESTED_ADDRESS } from './options.ts'
import { addressOption, DECLINE, DISCOVER, INFORM, messageType, NO_ADDRESS, OFFER, RELEASE, REQUEST } from './packet.ts'
import { whyIgnored } from './policy.ts'
import { chooseAddress, CONFLICT_MS, DOUBT_MS, isActive, OFFER_HELD_MS } from './pool.ts'
import { POOL_EMPTY } from './pool-empty.ts'
import { type DhcpReply, grant, inform } from './reply.ts'
import { heardOf } from '../staging/start.ts'
import { answerRequest } from './request.ts'
import { isSafeMode, knownByInform } from './safe-mode.ts'
import { isInScope, isKnownPeer, scopeOf } from './scope.ts'

export type { DhcpRequest } from './asking.ts'
export type { DhcpReply } from './reply.ts'

/** RFC 1542 section 4.1.1: a message that passed more relays is going in circles. */
const MOST_HOPS = 16

/** One DHCP message → what goes back, or silence. The lease is a change: the ACK leaves after it is committed. */
export function answerDhcp(request: DhcpRequest, world: World, now: number): Decision<DhcpReply | null> {
  const { packet } = request
  const { network } = world
  const type = messageType(packet)
  if (network === null || packet.op !== 1 || type === null || packet.hops > MOST_HOPS) return silence(null)
  if (!isKnownPeer(request.peer ?? NO_ADDRESS, network, world)) return silence(null)
  if (type !== INFORM && isSafeMode(world)) return silence(null)
  const scope = scopeOf(packet, network, world)
  if (scope === null) return ignored(request, now, `it came through a relay of an unknown subnet (${packet.giaddr})`)
  const why = whyIgnored(packet, world)
  // On somebody else's LAN every office machine sends INFORMs: none of them is a word worth.
  if (why !== null && isSafeMode(world)) return silence(null)
  if (why !== null)
    return type === DISCOVER ? stranger(request, world, now, why) : type === INFORM ? ignored(request, now, why) : silence(null)
  const asking: Asking = { packet, scope, facts: factsOf(packet, world.lease.get(packet.chaddr)?.facts ?? null), world, now }
  switch (type) {
    case DISCOVER:
      return discover(asking, request.occupied ?? [])
    case REQUEST:
      return answerRequest(asking)
    case DECLINE:
      return putAside(asking)
    case RELEASE:
      return giveBack(asking)
    case INFORM:
      return answerInform(asking, request.peer)
    default:
      return silence(null) // BOOTP, server messages, FORCERENEW, lease queries: not for us
  }
}

/** In the bench's timeline, not the device's: strangers have none, and none is made for them. */
function ignored({ packet }: DhcpRequest, now: number, why: string): Decision<null> {
  const text = `${formatMac(packet.chaddr)}, ${introduction(factsOf(packet, null))}, asked for an address and was ignored: ${why}`
  return { reply: null, changes: [], effects: [note(now, null, 'dhcp.ignored', text)] }
}

/** Where only listed phones are answered, a person said that others are nobody's affair; else one can be claimed from the list of unknown phones. */
function stranger(request: DhcpRequest, world: World, now: number, why: string): Decision<null> {
  const { effects, reply } = ignored(request, now, why)
  const mac = request.packet.chaddr
  const facts = factsOf(request.packet, world.lease.get(mac)?.facts ?? null)
  return { reply, changes: dhcpConfig(world).answer === 'listed' ? [] : heardOf(world, { mac, facts }, now), effects }
}

/** DISCOVER, RFC 2131 section 4.3.1. Addresses found in use go to quarantine first. */
function discover(asking: Asking, occupied: readonly Occupied[]): Decision<DhcpReply | null> {
  const { packet, scope, facts, now } = asking
  const mac = packet.chaddr
  const conflicts = occupied.map(({ address, by, isDoubtful }) => ({
    address,
    reason: 'conflict' as const,
    by,
    until: now + (isDoubtful ? DOUBT_MS : CONFLICT_MS),
  }))
  const world = conflicts.length === 0 ? asking.world : withQuarantine(asking.world, conflicts)
  const changes = conflicts.map((value): Change => ({ entity: 'quarantine', id: value.address, value }))
  const sure = occupied.filter(({ isDoubtful }) => !isDoubtful)
  const effects: Effect[] = sure.map(({ address, by }) =>
    note(
      now,
      null,
      'dhcp.conflict',
      `${address} is used by ${by === null ? 'somebody' : formatMac(by)} without a lease: it is left alone for a while`,
      'warn',
    ),
  )
  const before = world.offer.get(mac)
  const isOpen = before !== undefined && before.expiresAt > now
  const address = chooseAddress({ mac, requested: addressOption(packet, REQUESTED_ADDRESS), scope }, world, now)
  if (address === null) {
    const empty = note(now, world.device.has(mac) ? mac : null, POOL_EMPTY, `${formatMac(mac)} got no address: the pool is empty`, 'error')
    return { reply: null, changes, effects: [...effects, empty] }
  }
  changes.push({ entity: 'offer', id: mac, value: { mac, address, xid: packet.xid, expiresAt: now + OFFER_HELD_MS } })
  const isChecked = (isOpen && before.address === address) || isOwn(asking, address)
  const check = !isChecked && mayCheck(asking) ? address : null
  if (!isOpen) effects.push(note(now, mac, 'dhcp.discover', `Looks for an address, calls itself ${introduction(facts)}`))
  if (!isOpen || before.address !== address) {
    effects.push(
      note(now, mac, 'dhcp.offer', `Is offered the address ${address}${check === null ? '' : ', unless somebody answers there'}`),
    )
  }
  return { reply: { ...grant(asking, OFFER, address), check }, changes, effects }
}

function withQuarantine(world: World, conflicts: readonly Quarantine[]): World {
  const quarantine = new Map(world.quarantine)
  for (const conflict of conflicts) quarantine.set(conflict.address, conflict)
  return { ...world, quarantine }
}

function isOwn({ packet, world, now }: Asking, address: string): boolean {
  const lease = world.lease.get(packet.chaddr)
  return lease !== undefined && lease.address === address && isActive(lease, now)
}

/** Asking the LAN needs the LAN: not for relayed phones, not on loopback, where every address answers. */
function mayCheck({ scope, world }: Asking): boolean {
  return dhcpConfig(world).conflictCheck && !scope.relayed && !isLoopback(scope.server)
}

/** INFORM, RFC 2131 section 4.3.5: a phone with an address asks for options only; Poly and Yealink do when no server came by DHCP. */
function answerInform(asking: Asking, peer: Ipv4 | undefined): Decision<DhcpReply | null> {
  const { packet, scope, facts, world, now } = asking
  if (packet.ciaddr === NO_ADDRESS || !isInScope(packet.ciaddr, scope)) return silence(null)
  const told = note(now, packet.chaddr, 'dhcp.inform', `Asked for options only, calls itself ${introduction(facts)}`)
  const reply = inform(asking)
  if (!isSafeMode(world) || peer !== packet.ciaddr) return { reply, changes: [], effects: [told] }
  const known = knownByInform(asking)
  return { reply, changes: known.changes, effects: [told, ...known.effects] }
}
