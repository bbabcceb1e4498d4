import type { Decision } from '../model/decision.ts'
import type { Lease } from '../model/dhcp.ts'
import { type Change, dhcpConfig, type World } from '../model/world.ts'
import { startDevice } from '../staging/start.ts'
import type { Asking } from './asking.ts'
import { evictRest } from './pool.ts'

/** How long a phone that another server gave its address to counts as being there: a working day. */
const KNOWN_MS = 8 * 3_600_000
/** INFORMs nearer to each other than this are one start of the phone: it asks until it is answered. */
const ONE_START_MS = 60_000

/** The LAN has a DHCP server of its own: options for phones that ask for nothing else (INFORM), addresses for nobody. */
export function isSafeMode(world: World): boolean {
  return dhcpConfig(world).answer === 'inform'
}

/**
 * The MAC behind an address is learnt from the INFORM, for files are given by lease (product.md, "First contact" 9) and here another server keeps them.
 * Only from a message that came from the very address it speaks of.
 */
export function knownByInform({ packet, facts, world, now }: Asking): Pick<Decision<null>, 'changes' | 'effects'> {
  const { chaddr: mac, ciaddr: address } = packet
  const before = world.lease.get(mac)
  const isNewStart = before === undefined || before.address !== address || now - before.startedAt > ONE_START_MS
  const lease: Lease = {
    mac,
    address,
    facts,
    startedAt: isNewStart ? now : before.startedAt,
    expiresAt: now + KNOWN_MS,
    releasedAt: null,
  }
  const started = startDevice(world, { mac, address, facts, isNewStart }, now)
  const changes: Change[] = [...evictRest(mac, address, world), { entity: 'lease', id: mac, value: lease }, ...started.changes]
  return { changes, effects: started.effects }
}
