import type { Mac } from '../model/mac.ts'
import type { FileProtocol, Pack } from '../model/pack.ts'

/** What the facts of one phone are. Missing or null = not heard. */
export type Facts = {
  /** DHCP option 60: its bytes, or the text somebody read out of them. */
  vendorClass?: Uint8Array | string | null
  /** DHCP option 55: a hint at the maker at best. */
  parameterRequestList?: readonly number[] | null
  hostName?: string | null
  leaseMac?: Mac | null
  userAgent?: string | null
  /** Requested path with a leading slash. */
  path?: string | null
  /** How the path was asked for; null = not known. */
  protocol?: FileProtocol | null
  /** Options of a TFTP request (RFC 2347) by name. */
  tftpOptions?: Readonly<Record<string, string>> | null
  /** Names in the phone's client certificate, as text. */
  certificate?: { subject: string; issuer: string } | null
}

export type FactName =
  | 'vendorClass'
  | 'parameterRequestList'
  | 'hostName'
  | 'leaseMac'
  | 'userAgent'
  | 'path'
  | 'tftpOptions'
  | 'certificate'
  | 'oui'

/** `brand`: a white-label name beside the maker's, for the evidence only. */
export type Says = 'vendor' | 'family' | 'model' | 'firmware' | 'hardware' | 'mac' | 'serial' | 'brand'

/**
 * How sure: `exact` = stated by the phone itself; `likely` = follows from a file name, a host name or a family's own word; `hint` = the maker's MAC range, or
 * what it asks of DHCP.
 */
export type Grade = 'exact' | 'likely' | 'hint'

/** One thing one fact says. `value` for vendor is the maker's name, for family the pack id. `pack` null where the fact speaks of no family. */
export type Claim = { fact: FactName; says: Says; value: string; pack: Pack | null; grade: Grade }
