import type { Ipv4 } from '../model/ipv4.ts'
import type { Mac } from '../model/mac.ts'

/** What a phone and the bench say to each other, by the protocol that carried it. `https` is HTTP as it was inside TLS. */
export type WireProtocol = 'dhcp' | 'tftp' | 'http' | 'https' | 'sip' | 'syslog' | 'dns' | 'ntp'

export type WirePlace = { address: Ipv4; port: number }

/** One datagram, or the head of one HTTP message, as a tap at the socket saw it. `in` = from the phone. */
export type WirePacket = {
  protocol: WireProtocol
  direction: 'in' | 'out'
  phone: WirePlace
  bench: WirePlace
  bytes: Uint8Array
  /** What it had on the wire; more than `bytes` where a body was left out. */
  sizeBytes: number
  /** Numbers the TCP connection; 0 for datagrams. */
  connection: number
}

/** A packet that is kept: nothing in `bytes` is a secret any more, their number is what it was. `why` holds the rule's words. */
export type CapturedPacket = WirePacket & { id: number; at: number; mac: Mac; why: readonly string[] }
