import { type Decision, note } from '../model/decision.ts'
import type { DhcpFacts } from '../model/dhcp.ts'
import type { Ipv4 } from '../model/ipv4.ts'
import { formatMac, type Mac } from '../model/mac.ts'
import { type Change, dhcpConfig, type World } from '../model/world.ts'
import { isActive } from './pool.ts'

const UNKNOWN: DhcpFacts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }

/**
 * Leases of which a damaged file still shows whose they are, but not until when: in use until the longest lease has passed. An address that somebody else is known
 * to hold stays with that one.
 */
export function leasesRecovered(found: readonly { mac: Mac; address: Ipv4 }[], world: World, now: number): Decision<null> {
  const held = new Map([...world.lease.values()].filter((lease) => isActive(lease, now)).map((lease) => [lease.address, lease.mac]))
  const ours = found.filter(({ mac, address }) => (held.get(address) ?? mac) === mac)
  const until = now + dhcpConfig(world).leaseSeconds * 1000
  const changes = ours.map(({ mac, address }): Change => {
    const facts = world.lease.get(mac)?.facts ?? UNKNOWN
    return { entity: 'lease', id: mac, value: { mac, address, facts, startedAt: now, grantedAt: now, expiresAt: until, releasedAt: null } }
  })
  const told = ours.map(({ mac, address }) => {
    const text = `The lease of ${formatMac(mac)} was damaged on disk: ${address} counts as in use until it must have run out`
    return note(now, null, 'dhcp.recovered', text, 'warn')
  })
  return { reply: null, changes, effects: told }
}
