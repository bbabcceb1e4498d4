import { type Decision, note, silence } from '../model/decision.ts'
import type { Asking } from './asking.ts'
import { REQUESTED_ADDRESS, SERVER_ID } from './options.ts'
import { addressOption } from './packet.ts'
import { DECLINED_MS } from './pool.ts'
import { isOurId } from './scope.ts'

/** DECLINE, RFC 2131 section 4.3.3: somebody else uses the address. Believed only from the phone that was given it. */
export function putAside({ packet, scope, world, now }: Asking): Decision<null> {
  const mac = packet.chaddr
  const address = addressOption(packet, REQUESTED_ADDRESS)
  const isOurs = isOurId(addressOption(packet, SERVER_ID) ?? scope.serverId, scope)
  const lease = world.lease.get(mac)
  const isTheirs = address !== null && (lease?.address === address || world.offer.get(mac)?.address === address)
  if (!isOurs || !isTheirs) return silence(null)
  return {
    reply: null,
    changes: [
      { entity: 'quarantine', id: address, value: { address, reason: 'declined', by: mac, until: now + DECLINED_MS } },
      ...(lease?.address === address ? [{ entity: 'lease' as const, id: mac, value: null }] : []),
      { entity: 'offer', id: mac, value: null },
    ],
    effects: [note(now, mac, 'dhcp.declined', `Found ${address} in use by somebody else: the address is left alone for an hour`, 'warn')],
  }
}

/** RELEASE, RFC 2131 section 4.3.4: free at once; the record stays, so that the same phone gets the same address again. */
export function giveBack({ packet, scope, world, now }: Asking): Decision<null> {
  const lease = world.lease.get(packet.chaddr)
  const isOurs = isOurId(addressOption(packet, SERVER_ID) ?? scope.serverId, scope)
  if (!isOurs || lease === undefined || lease.address !== packet.ciaddr || lease.releasedAt !== null) return silence(null)
  return {
    reply: null,
    changes: [
      { entity: 'lease', id: lease.mac, value: { ...lease, releasedAt: now } },
      { entity: 'offer', id: lease.mac, value: null },
    ],
    effects: [note(now, lease.mac, 'dhcp.release', `Gave back the address ${lease.address}`)],
  }
}
