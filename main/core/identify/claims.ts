import type { Mac } from '../model/mac.ts'
import type { Pack } from '../model/pack.ts'

/** What the facts of one phone are. Missing or null = not heard. */
export type Facts = {
  /** Raw bytes of DHCP option 60. */
  vendorClass?: Uint8Array | null
  /** DHCP option 55; kept for the evidence of unknown phones, proves nothing. */
  parameterRequestList?: readonly number[] | null
  hostName?: string | null
  leaseMac?: Mac | null
  userAgent?: string | null
  /** Requested path with a leading slash. */
  path?: string | null
}

export type FactName = 'vendorClass' | 'hostName' | 'leaseMac' | 'userAgent' | 'path' | 'oui'
export type Says = 'vendor' | 'family' | 'model' | 'firmware' | 'mac' | 'serial'

/** How sure: `exact` = model stated by the phone itself; `likely` = follows from a file name, a host name or a family's own word; `hint` = the maker's MAC range. */
export type Grade = 'exact' | 'likely' | 'hint'

/** One thing one fact says. `value` for vendor is the maker's name, for family the pack id. */
export type Claim = { fact: FactName; says: Says; value: string; pack: Pack | null; grade: Grade }
