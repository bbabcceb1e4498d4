import type { DhcpReply } from './reply.ts'
import type { Decision } from '../model/decision.ts'
import { parseIpv4 } from '../model/ipv4.ts'
import { type Refusal, refusal } from '../model/refusals.ts'
import type { World } from '../model/world.ts'
import { isActive } from './pool.ts'

export const POOL_EMPTY = 'dhcp.pool-empty'
/** A phone that got nothing asks again well within this; after it nobody waits any more. */
const WAITS_MS = 90_000

/** Was a phone sent away without an address by this decision? */
export function turnedAway({ effects }: Decision<DhcpReply | null>): boolean {
  return effects.some((effect) => effect.do === 'note' && effect.note.kind === POOL_EMPTY)
}

/** What stands on the board while a phone waits for an address and none is free; null as soon as one is, or nobody asks any more. */
export function poolProblem(turnedAwayAt: number | null, world: World, now: number): Refusal | null {
  if (turnedAwayAt === null || now - turnedAwayAt > WAITS_MS || hasFree(world, now)) return null
  return refusal('DHCP_POOL_EMPTY')
}

/** Of the bench's own pool: relays have theirs, and nobody but the phone behind one waits there. */
function hasFree(world: World, now: number): boolean {
  const { network } = world
  const [from, to] = [parseIpv4(network?.pool.from ?? ''), parseIpv4(network?.pool.to ?? '')]
  if (from === null || to === null) return true
  const held = new Set<number>()
  const hold = (address: string) => {
    const number = parseIpv4(address)
    if (number !== null && number >= from && number <= to) held.add(number)
  }
  for (const lease of world.lease.values()) if (isActive(lease, now)) hold(lease.address)
  for (const offer of world.offer.values()) if (offer.expiresAt > now) hold(offer.address)
  for (const { address, until } of world.quarantine.values()) if (until > now) hold(address)
  return held.size < to - from + 1
}
