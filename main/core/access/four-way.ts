import type { Mac } from '../model/mac.ts'

/** Where a MAC of the phone in one place comes from. */
export type MacFact = 'scanned' | 'path' | 'userAgent' | 'certificate'

/** What is known at one moment; null or missing = that fact says nothing. */
export type MacsOfPhone = { lease: Mac | null } & { readonly [F in MacFact]?: Mac | null }

export type Contradiction = { fact: MacFact; says: Mac; lease: Mac }

/** The label first: a swapped box is what a person can see. */
const ORDER: readonly MacFact[] = ['scanned', 'path', 'userAgent', 'certificate']

/**
 * Scanned label, lease, file name, User-Agent or certificate must name one phone. The lease is what the others are held against: it is the only one that the
 * wire itself says. Without a lease nothing is compared: whoever has none is refused for that. null = they agree.
 */
export function contradiction(macs: MacsOfPhone): Contradiction | null {
  const { lease } = macs
  if (lease === null) return null
  for (const fact of ORDER) {
    const says = macs[fact] ?? null
    if (says !== null && says !== lease) return { fact, says, lease }
  }
  return null
}
