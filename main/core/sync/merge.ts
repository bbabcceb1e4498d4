import type { Token } from '../model/token.ts'

/**
 * What is known of one token, whoever said it. Facts only grow: an instant once known stays, the earlier of two counts. So merging in any order, and
 * any number of times, ends in the same ledger.
 */
export type TokenFact = Omit<Token, 'id' | 'state'>

export function factOf({ ha1, hash, issuedAt, mac, provenAt, revokedAt, secret, user }: Token): TokenFact {
  return { mac, hash, user, secret, ha1, issuedAt, provenAt, revokedAt }
}

/** Union of two ledgers of one device. */
export function mergeFacts(known: readonly TokenFact[], incoming: readonly TokenFact[]): TokenFact[] {
  const byHash = new Map<string, TokenFact>()
  for (const fact of [...known, ...incoming]) {
    const before = byHash.get(fact.hash)
    byHash.set(fact.hash, before === undefined ? tidy(fact) : mergeFact(before, fact))
  }
  return [...byHash.values()].sort(newestFirst)
}

/** Two reports of the same token (same hash). */
export function mergeFact(a: TokenFact, b: TokenFact): TokenFact {
  return tidy({
    mac: a.mac,
    hash: a.hash,
    user: least(a.user, b.user) ?? a.user,
    secret: least(a.secret, b.secret),
    ha1: least(a.ha1, b.ha1),
    issuedAt: Math.min(a.issuedAt, b.issuedAt),
    provenAt: least(a.provenAt, b.provenAt),
    revokedAt: least(a.revokedAt, b.revokedAt),
  })
}

/** The clear text is forgotten on proof, everything that lets one in on revocation (product.md, "First contact" 4). */
function tidy(fact: TokenFact): TokenFact {
  const secret = fact.provenAt === null && fact.revokedAt === null ? fact.secret : null
  return { ...fact, secret, ha1: fact.revokedAt === null ? fact.ha1 : null }
}

function least<T extends number | string>(a: T | null, b: T | null): T | null {
  if (a === null || b === null) return a ?? b
  return a < b ? a : b
}

/**
 * Facts → tokens with their state, newest first. Revoked stays revoked, and "the older token dies when the newer one is proven": of several proven ones
 * only the one proven last lives, and one that was only pending at that moment is dead too, whichever bench said what first. A death so derived stays
 * as facts are added (nobody can prove a token where its death is known), so a store may write it down as a fact.
 */
export function foldTokens(facts: readonly TokenFact[]): Token[] {
  return [...facts].sort(newestFirst).map((fact) => {
    const revokedAt = least(fact.revokedAt, replacedAt(fact, facts))
    const state = revokedAt !== null ? 'revoked' : fact.provenAt !== null ? 'proven' : 'pending'
    const { ha1, hash, secret } = fact
    return {
      ...fact,
      id: hash.slice(0, 16),
      state,
      revokedAt,
      secret: state === 'pending' ? secret : null,
      ha1: state === 'revoked' ? null : ha1,
    }
  })
}

/** When the first token that replaced this one was proven; null while none has. */
function replacedAt(fact: TokenFact, facts: readonly TokenFact[]): number | null {
  let first: number | null = null
  for (const other of facts) if (other.hash !== fact.hash && replaces(other, fact)) first = least(first, other.provenAt)
  return first
}

function replaces(newer: TokenFact, older: TokenFact): boolean {
  if (newer.provenAt === null) return false
  if (older.provenAt === null) return older.issuedAt <= newer.provenAt
  return older.provenAt === newer.provenAt ? older.hash < newer.hash : older.provenAt < newer.provenAt
}

function newestFirst(a: TokenFact, b: TokenFact): number {
  if (a.issuedAt !== b.issuedAt) return b.issuedAt - a.issuedAt
  return a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0
}
