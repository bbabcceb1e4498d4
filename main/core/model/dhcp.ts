import type { Ipv4 } from './ipv4.ts'
import type { Mac } from './mac.ts'

/** What a phone said in its last DHCP exchange; bytes as hex. */
export type DhcpFacts = {
  vendorClass: string | null
  parameterRequestList: readonly number[] | null
  hostName: string | null
  clientId: string | null
}

/** An address given to a device (RFC 2131). Identity is the MAC, whatever client id boot loader and firmware use. */
export type Lease = {
  mac: Mac
  address: Ipv4
  facts: DhcpFacts
  /** Last exchange that began a new start of the phone (SELECTING or INIT-REBOOT); renewals leave it. */
  startedAt: number
  /** When it was given last, renewals included. */
  grantedAt?: number
  expiresAt: number
  /** The phone gave it back; the record stays so that it gets the same address again. */
  releasedAt: number | null
}

/** An address held for a DISCOVER until the REQUEST comes; volatile. */
export type Offer = { mac: Mac; address: Ipv4; xid: number; expiresAt: number }

/** An address somebody else uses: declined, or answered a conflict check. */
export type Quarantine = { address: Ipv4; reason: 'declined' | 'conflict'; by: Mac | null; until: number }

/**
 * Sub-options by number, as 43 and 125 carry them: text, `true`/`false` as one byte, a list of addresses or bytes, or `hex:…`. Beside the numbers
 * `nul: true` ends each text with a zero byte (Snom), `enterprise` says whose they are (125 only).
 */
export type SubOptions = Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>

/** Text, address list, raw bytes as `hex:…`, or sub-options; by option number (surface.md, `--dhcp FILE`). */
export type OptionValue = string | number | boolean | readonly (string | number)[] | SubOptions

export type DhcpConfig = {
  /** Who is answered. `inform` = the safe mode: the claimed ones, and options only (INFORM), never an address. */
  answer: 'listed' | 'claimed' | 'everybody' | 'inform'
  pool: { from: Ipv4; to: Ipv4 } | null
  leaseSeconds: number
  conflictCheck: boolean
  options: Readonly<Record<number, OptionValue>>
  /** Options sent even when the phone did not ask for them (55), beside those that packs force. */
  force?: readonly number[]
  classes: readonly { vendorClass: string; options: Readonly<Record<number, OptionValue>> }[]
  reservations: Readonly<Record<Mac, Ipv4>>
  relays: readonly { subnet: string; pool: { from: Ipv4; to: Ipv4 }; router: Ipv4 | null }[]
}

export const DEFAULT_DHCP: DhcpConfig = {
  answer: 'claimed',
  pool: null,
  leaseSeconds: 3600,
  conflictCheck: true,
  options: {},
  classes: [],
  reservations: {},
  relays: [],
}

/** The lab LAN as served now; null while services are off. */
export type BenchNetwork = {
  /** null when an address was given on purpose without an interface (demo, tests). */
  interface: string | null
  address: Ipv4
  prefixLength: number
  pool: { from: Ipv4; to: Ipv4 }
  /** Base URL phones are told, with a trailing slash: `http://10.66.0.1/`; https only where a person said so. */
  httpUrl: string
  /** Services that run at the port a phone expects, so that DHCP may tell of them; absent: none. */
  offers?: { time: boolean; names: boolean }
}
