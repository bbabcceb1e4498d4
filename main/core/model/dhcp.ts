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
  expiresAt: number
  /** The phone gave it back; the record stays so that it gets the same address again. */
  releasedAt: number | null
}

/** An address held for a DISCOVER until the REQUEST comes; volatile. */
export type Offer = { mac: Mac; address: Ipv4; xid: number; expiresAt: number }

/** An address somebody else uses: declined, or answered a conflict check. */
export type Quarantine = { address: Ipv4; reason: 'declined' | 'conflict'; by: Mac | null; until: number }

/** Text, address list, or raw bytes as `hex:…`; by option number (surface.md, `--dhcp FILE`). */
export type OptionValue = string | number | boolean | readonly (string | number)[]

export type DhcpConfig = {
  answer: 'listed' | 'claimed' | 'everybody'
  pool: { from: Ipv4; to: Ipv4 } | null
  leaseSeconds: number
  conflictCheck: boolean
  options: Readonly<Record<number, OptionValue>>
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
  /** Base URL phones are told, with a trailing slash: `http://10.66.0.1/`. */
  httpUrl: string
  /** Services that run at the port a phone expects, so that DHCP may tell of them; absent: none. */
  offers?: { time: boolean; names: boolean }
}
