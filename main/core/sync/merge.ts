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
    user: a.user < b.user ? a.user : b.user,
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
 * Facts → tokens with their state, newest first. Revoked stays revoked. Of several proven ones only the one proven last lives, and a pending one issued
 * before that proof is dead too ("the older token dies when the newer one is proven"), whichever bench said what first.
 */
export function foldTokens(facts: readonly TokenFact[]): Token[] {
  let living: TokenFact | null = null
  for (const fact of facts) if (fact.revokedAt === null && isLater(fact, living)) living = fact
  return [...facts].sort(newestFirst).map((fact) => {
    const state = stateOf(fact, living)
    const revokedAt = state === 'revoked' ? (fact.revokedAt ?? living?.provenAt ?? null) : null
    const { ha1, hash, secret } = fact
    return { ...fact, id: hash.slice(0, 16), state, revokedAt, secret: state === 'pending' ? secret : null, ha1: state === 'revoked' ? null : ha1 }
  })
}

function stateOf(fact: TokenFact, living: TokenFact | null): Token['state'] {
  if (fact.revokedAt !== null) return 'revoked'
  if (fact === living) return 'proven'
  if (fact.provenAt !== null) return 'revoked'
  return living !== null && fact.issuedAt <= (living.provenAt ?? 0) ? 'revoked' : 'pending'
}

function isLater(fact: TokenFact, than: TokenFact | null): boolean {
  if (fact.provenAt === null) return false
  if (than === null || than.provenAt === null) return true
  return fact.provenAt === than.provenAt ? fact.hash > than.hash : fact.provenAt > than.provenAt
}

function newestFirst(a: TokenFact, b: TokenFact): number {
  if (a.issuedAt !== b.issuedAt) return b.issuedAt - a.issuedAt
  return a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0
}
