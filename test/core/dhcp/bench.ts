import { answerDhcp, type DhcpReply, type DhcpRequest } from '../../../main/core/dhcp/answer.ts'
import { decodePacket } from '../../../main/core/dhcp/decode.ts'
import type { DhcpPacket } from '../../../main/core/dhcp/packet.ts'
import { forgetLapsed } from '../../../main/core/dhcp/pool.ts'
import type { Decision } from '../../../main/core/model/decision.ts'
import { type BenchNetwork, DEFAULT_DHCP, type DhcpConfig } from '../../../main/core/model/dhcp.ts'
import { applyChanges, emptyWorld, type MutableWorld } from '../../../main/core/model/world.ts'
import { address, optionField, type RawMessage, rawMessage, text } from '../../support/dhcp-bytes.ts'
import { MAC, NOW } from '../../support/builders.ts'

export const NETWORK: BenchNetwork = {
  interface: 'lab0',
  address: '10.66.0.1',
  prefixLength: 24,
  pool: { from: '10.66.0.20', to: '10.66.0.29' },
  httpUrl: 'http://10.66.0.1/',
}

export type Say = RawMessage & {
  type: number
  requested?: string
  server?: string
  list?: readonly number[]
  vendor?: string
  clientId?: Uint8Array
  more?: readonly (readonly [number, Uint8Array])[]
}

/** A message as a phone would send it, through the real decoder. */
export function message(say: Say): DhcpPacket {
  const options: (readonly [number, Uint8Array])[] = [[53, Uint8Array.of(say.type)]]
  if (say.requested !== undefined) options.push([50, address(say.requested)])
  if (say.server !== undefined) options.push([54, address(say.server)])
  if (say.clientId !== undefined) options.push([61, say.clientId])
  if (say.vendor !== undefined) options.push([60, text(say.vendor)])
  options.push([55, Uint8Array.from(say.list ?? [1, 3, 66])], ...(say.more ?? []))
  const decoded = decodePacket(rawMessage({ ...say, options: optionField(...options) }))
  if ('malformed' in decoded) throw new Error(decoded.malformed)
  return decoded.packet
}

/** A world with one LAN, a clock that tests set, and the turn of the loop. */
export function bench(config: Partial<DhcpConfig> = {}, network: BenchNetwork = NETWORK) {
  const world: MutableWorld = emptyWorld('bench')
  // A pool of the file is chosen with the network when the bench starts.
  world.network = config.pool == null ? network : { ...network, pool: config.pool }
  world.dhcpConfig.set('bench', { ...DEFAULT_DHCP, answer: 'everybody', conflictCheck: false, ...config })
  const state = { now: NOW }
  const ask = (say: Say, more: Omit<DhcpRequest, 'packet'> = {}): Decision<DhcpReply | null> => {
    applyChanges(world, forgetLapsed(world, state.now)) // the clock does that once a second
    const decision = answerDhcp({ packet: message(say), ...more }, world, state.now)
    applyChanges(world, decision.changes)
    return decision
  }
  return {
    world,
    state,
    ask,
    /** DISCOVER and REQUEST of a phone; the address it ends with, or null. */
    lease(mac: string = MAC, over: Partial<Say> = {}): string | null {
      const offered = ask({ type: 1, mac, ...over }).reply?.packet.yiaddr
      if (offered === undefined) return null
      const reply = ask({ type: 3, mac, requested: offered, server: network.address, ...over }).reply
      return reply !== null && kindOf(reply) === 'ACK' ? reply.packet.yiaddr : null
    },
  }
}

const KINDS: Record<number, string> = { 2: 'OFFER', 5: 'ACK', 6: 'NAK' }

/** OFFER, ACK, NAK or silence. */
export function kindOf(reply: DhcpReply | null): string {
  return reply === null ? 'silence' : (KINDS[reply.packet.options.get(53)?.[0] ?? 0] ?? 'nonsense')
}

/** What a reply amounts to, for tables: `ACK 10.66.0.20`, `NAK`, `silence`. */
export function short({ reply }: Decision<DhcpReply | null>): string {
  const kind = kindOf(reply)
  return reply === null || kind === 'NAK' ? kind : `${kind} ${reply.packet.yiaddr}`
}

export function macNumber(n: number): string {
  return `805ec0${n.toString(16).padStart(6, '0')}`
}
