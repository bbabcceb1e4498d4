import { type Decision, note } from '../model/decision.ts'
import type { Ipv4 } from '../model/ipv4.ts'
import { formatMac, type Mac } from '../model/mac.ts'
import { MESSAGE_TYPE, PARAMETER_LIST, SERVER_ID } from './options.ts'
import { addressOption, BROADCAST_FLAG, DISCOVER, type DhcpPacket, messageType, NO_ADDRESS, REQUEST } from './packet.ts'
import { serverIdOverride } from './relay-agent.ts'

/** Another DHCP server that answered our own probe. */
export type ForeignServer = { address: Ipv4; mac: Mac | null }

/** What is known of other servers: who answered last, and how many probes in a row were met with silence since. */
export type ForeignState = { server: ForeignServer | null; silentProbes: number }

export const NO_FOREIGN: ForeignState = { server: null, silentProbes: 0 }
const SILENT_PROBES_TO_RESUME = 3

/** A DISCOVER of our own, broadcast answer asked for: who offers something is another server. */
export function probeMessage(mac: Mac, xid: number): DhcpPacket {
  const nothing = new Uint8Array(0)
  const options = new Map([
    [MESSAGE_TYPE, Uint8Array.of(DISCOVER)],
    [PARAMETER_LIST, Uint8Array.of(1, 3)],
  ])
  const addresses = { ciaddr: NO_ADDRESS, yiaddr: NO_ADDRESS, siaddr: NO_ADDRESS, giaddr: NO_ADDRESS }
  return { op: 1, hops: 0, xid, secs: 0, flags: BROADCAST_FLAG, ...addresses, chaddr: mac, sname: nothing, file: nothing, options }
}

/** The server that this message gives away when it answers one of our probes; null otherwise. */
export function answeredBy(packet: DhcpPacket, probe: { mac: Mac; xid: number }, own: Ipv4): Ipv4 | null {
  if (packet.op !== 2 || packet.chaddr !== probe.mac || packet.xid !== probe.xid) return null
  const server = addressOption(packet, SERVER_ID)
  return server === own ? null : server
}

/** The server behind a reply that answers nothing of ours: it serves somebody near here, or a packet strayed; null for our own. */
export function strayServer(packet: DhcpPacket, own: Ipv4): Ipv4 | null {
  const server = packet.op === 2 ? addressOption(packet, SERVER_ID) : null
  return server === own ? null : server
}

/** Does a phone talk to a server that is not us? No proof (it may come from a desk), but a reason to probe. */
export function namesForeignServer(packet: DhcpPacket, own: Ipv4): boolean {
  const server = messageType(packet) === REQUEST ? addressOption(packet, SERVER_ID) : null
  return server !== null && server !== own && server !== serverIdOverride(packet)
}

/** One answer stops our offers; three probes in a row without any let them go on (product rule). */
export function afterProbe(state: ForeignState, answer: ForeignServer | null): ForeignState {
  if (answer !== null) return { server: answer, silentProbes: 0 }
  const silentProbes = state.silentProbes + 1
  return state.server === null || silentProbes >= SILENT_PROBES_TO_RESUME ? NO_FOREIGN : { ...state, silentProbes }
}

export function describeServer({ address, mac }: ForeignServer): string {
  return mac === null ? address : `${address} (${formatMac(mac)})`
}

/** Nothing is done but to ask: only an answer to our own probe pauses offers. */
export function strayHeard(server: Ipv4, now: number): Decision<null> {
  const text = `A reply of another DHCP server, ${server}, was heard on this LAN: asking whether it serves here`
  return { reply: null, changes: [], effects: [note(now, null, 'dhcp.stray', text, 'warn')] }
}

/** Tells the bench's timeline that offers pause, or go on. */
export function foreignServerChanged(server: ForeignServer | null, now: number): Decision<null> {
  const told =
    server === null
      ? note(now, null, 'dhcp.resumed', 'No other DHCP server answers any more: offers go on')
      : note(
          now,
          null,
          'dhcp.foreign-server',
          `Another DHCP server answers on this LAN, ${describeServer(server)}: offers pause until it is silent`,
          'error',
        )
  return { reply: null, changes: [], effects: [told] }
}
