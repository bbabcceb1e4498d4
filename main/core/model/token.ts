import type { Mac } from './mac.ts'

/**
 * A device's secret. `hash` is SHA-256 of the secret text, hex. While pending, `secret` holds the text so that a repeated fetch gives the same
 * bytes; the store seals it on disk; on proof it becomes null for ever (product.md, "First contact" 4).
 * `ha1` is the Digest HA1 (RFC 7616 3.4.2, MD5, fixed realm), kept, sealed, only for packs that take Digest (6).
 */
export type Token = {
  /** First 16 hex digits of the hash: names the token without giving anything away. */
  id: string
  mac: Mac
  hash: string
  secret: string | null
  ha1: string | null
  /** User that goes with the secret: the MAC as the pack spells it. */
  user: string
  state: 'pending' | 'proven' | 'revoked'
  issuedAt: number
  provenAt: number | null
  revokedAt: number | null
}

/** All tokens one device ever had here, newest first; at most one is pending. Id of the record: the MAC. */
export type TokenSet = { mac: Mac; tokens: readonly Token[] }

/** A window that begins after the proof admits the phone by its MAC again: a person does that, with a reason, and no list. */
export function beginsAfterProof(windowStartAt: number, tokens: readonly Token[]): boolean {
  return tokens.some((token) => token.state === 'proven' && token.provenAt !== null && windowStartAt > token.provenAt)
}

/** One realm everywhere, so that an HA1 made on the bench holds at the central store (product.md, "First contact" 6). */
export const REALM = 'Option66'
