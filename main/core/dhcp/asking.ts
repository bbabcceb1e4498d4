import { fromHex, toHex } from '../model/bytes.ts'
import type { DhcpFacts } from '../model/dhcp.ts'
import type { Ipv4 } from '../model/ipv4.ts'
import type { Mac } from '../model/mac.ts'
import type { World } from '../model/world.ts'
import { CLIENT_ID, HOST_NAME } from './options.ts'
import { type DhcpPacket, parameterList, textOption, vendorClass } from './packet.ts'
import type { Scope } from './scope.ts'

/** Somebody uses an address; `isDoubtful` when it is only remembered and does not answer now. */
export type Occupied = { address: Ipv4; by: Mac | null; isDoubtful: boolean }

/** What the shell hands in. */
export type DhcpRequest = {
  packet: DhcpPacket
  /** Where the packet came from; without it, a phone that has no address yet. */
  peer?: Ipv4
  /** Addresses that turned out to be in use when they were checked for this very DISCOVER. */
  occupied?: readonly Occupied[]
}

/** One message on its way through the branches: everything they need, looked up once. */
export type Asking = { packet: DhcpPacket; scope: Scope; facts: DhcpFacts; world: World; now: number }

/** What the phone says of itself; what it leaves out this time stays as it said it before. */
export function factsOf(packet: DhcpPacket, before: DhcpFacts | null): DhcpFacts {
  const said = vendorClass(packet)
  const clientId = packet.options.get(CLIENT_ID)
  return {
    vendorClass: said === null ? (before?.vendorClass ?? null) : toHex(said),
    parameterRequestList: parameterList(packet) ?? before?.parameterRequestList ?? null,
    hostName: textOption(packet, HOST_NAME) ?? before?.hostName ?? null,
    clientId: clientId === undefined ? (before?.clientId ?? null) : toHex(clientId),
  }
}

/** How a phone introduces itself, for people: its vendor class, printable part only. */
export function introduction({ vendorClass: hex }: DhcpFacts): string {
  const bytes = hex === null ? null : fromHex(hex)
  if (bytes === null) return 'a phone without a vendor class'
  const text = [...bytes.subarray(0, 60)].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join('')
  return `"${text}"`
}
