import { type Decision, note, silence } from '../model/decision.ts'
import type { Lease } from '../model/dhcp.ts'
import { type Ipv4, parseIpv4 } from '../model/ipv4.ts'
import { type Change, dhcpConfig } from '../model/world.ts'
import { startDevice } from '../staging/start.ts'
import type { Asking } from './asking.ts'
import { REQUESTED_ADDRESS, SERVER_ID } from './options.ts'
import { ACK, addressOption, NO_ADDRESS } from './packet.ts'
import { evictRest, mayHave, OFFER_HELD_MS } from './pool.ts'
import { type DhcpReply, grant, refuseAddress } from './reply.ts'
import { isInPool, isInScope, isOurId } from './scope.ts'

/** REQUEST, RFC 2131 section 4.3.2. Table 4 tells the four kinds apart by 54, 50 and `ciaddr`. */
export function answerRequest(asking: Asking): Decision<DhcpReply | null> {
  const { packet, scope } = asking
  const serverId = addressOption(packet, SERVER_ID)
  const requested = addressOption(packet, REQUESTED_ADDRESS)
  if (serverId !== null && !isOurId(serverId, scope)) return tookAnother(asking, serverId)
  if (serverId !== null && requested !== null) return selecting(asking, requested)
  if (packet.ciaddr !== NO_ADDRESS) return renewing(asking, packet.ciaddr)
  return requested === null ? silence(null) : rebooting(asking, requested)
}

/** The phone took another server's offer: silence, and ours is free again (section 3.1 step 4). */
function tookAnother({ packet, now, world }: Asking, serverId: Ipv4): Decision<null> {
  const mac = packet.chaddr
  const changes: Change[] = world.offer.has(mac) ? [{ entity: 'offer', id: mac, value: null }] : []
  return {
    reply: null,
    changes,
    effects: [note(now, mac, 'dhcp.other-server', `Took the offer of another DHCP server, ${serverId}`, 'warn')],
  }
}

/** SELECTING: only the offered address is granted. Without an offer (we were restarted) a free one is, or what the phone has already. */
function selecting(asking: Asking, requested: Ipv4): Decision<DhcpReply | null> {
  const { packet, world, now } = asking
  const offer = world.offer.get(packet.chaddr)
  if (offer !== undefined && offer.expiresAt > now && offer.address !== requested) {
    return nak(asking, requested, `${offer.address} was offered`)
  }
  return isGrantable(asking, requested) ? ack(asking, requested, true) : nak(asking, requested, 'it is not free')
}

/** INIT-REBOOT: phones come from desks, so a wrong network is told at once; what this server knows nothing about is left alone. */
function rebooting(asking: Asking, requested: Ipv4): Decision<DhcpReply | null> {
  if (!isInScope(requested, asking.scope)) return nak(asking, requested, 'it belongs to another network')
  if (isKnown(asking, requested))
    return isGrantable(asking, requested) ? ack(asking, requested, true) : nak(asking, requested, 'it is not free')
  return silence(null)
}

/** RENEWING and REBINDING: the phone uses the address now; same rule, no new start. */
function renewing(asking: Asking, address: Ipv4): Decision<DhcpReply | null> {
  if (!isInScope(address, asking.scope)) return nak(asking, address, 'it belongs to another network')
  if (isKnown(asking, address)) return isGrantable(asking, address) ? ack(asking, address, false) : nak(asking, address, 'it is not free')
  return silence(null)
}

/**
 * The MUST of section 4.3.2: no word about a phone without a record. Our own pool counts as a record: nobody else gives those addresses, so a
 * bench that lost its leases takes its phones back, and a phone that asks for somebody's address hears NAK.
 */
function isKnown({ packet, scope, world }: Asking, address: Ipv4): boolean {
  if (world.lease.has(packet.chaddr) || dhcpConfig(world).reservations[packet.chaddr] !== undefined) return true
  const number = parseIpv4(address)
  return number !== null && isInPool(number, scope)
}

function isGrantable({ packet, scope, world, now }: Asking, address: Ipv4): boolean {
  const lease = world.lease.get(packet.chaddr)
  const holdsAnother = lease !== undefined && lease.address !== address && world.offer.get(packet.chaddr)?.address !== address
  return !holdsAnother && mayHave({ mac: packet.chaddr, requested: null, scope }, address, world, now)
}

function ack(asking: Asking, address: Ipv4, isNewStart: boolean): Decision<DhcpReply> {
  const { packet, facts, world, now } = asking
  const mac = packet.chaddr
  const before = world.lease.get(mac)
  const isNew = isNewStart && !isRepeat(asking, before, address)
  const { leaseSeconds } = dhcpConfig(world)
  const lease: Lease = {
    mac,
    address,
    facts,
    startedAt: isNew ? now : (before?.startedAt ?? now),
    grantedAt: now,
    expiresAt: now + leaseSeconds * 1000,
    releasedAt: null,
  }
  const started = startDevice(world, { mac, address, facts, isNewStart: isNew }, now)
  const changes: Change[] = [
    ...evictRest(mac, address, world),
    { entity: 'lease', id: mac, value: lease },
    ...remember(asking, address),
    ...started.changes,
  ]
  const told = isNew ? [note(now, mac, 'dhcp.ack', `Has the address ${address} for ${duration(leaseSeconds)}`)] : []
  return { reply: grant(asking, ACK, address), changes, effects: [...told, ...started.effects] }
}

/**
 * The same REQUEST again (its ACK was lost): same answer, and no second start of the phone. The offer stays for that until it lapses: it knows the
 * xid, and a lease begun since it was made is the one this REQUEST began.
 */
function isRepeat({ packet, world }: Asking, lease: Lease | undefined, address: Ipv4): boolean {
  const offer = world.offer.get(packet.chaddr)
  if (offer === undefined || lease === undefined) return false
  return (
    offer.xid === packet.xid && offer.address === address && lease.address === address && lease.startedAt >= offer.expiresAt - OFFER_HELD_MS
  )
}

function remember({ packet, world, now }: Asking, address: Ipv4): Change[] {
  const offer = world.offer.get(packet.chaddr)
  if (offer?.xid === packet.xid && offer.address === address) return []
  return [{ entity: 'offer', id: packet.chaddr, value: { mac: packet.chaddr, address, xid: packet.xid, expiresAt: now + OFFER_HELD_MS } }]
}

function nak(asking: Asking, address: Ipv4, why: string): Decision<DhcpReply> {
  const { packet, now } = asking
  const reply = refuseAddress(asking, `${address}: ${why}`)
  return { reply, changes: [], effects: [note(now, packet.chaddr, 'dhcp.nak', `May not have the address ${address}: ${why}`)] }
}

function duration(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`
}
