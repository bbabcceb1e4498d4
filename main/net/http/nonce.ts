import { createHmac, timingSafeEqual } from 'node:crypto'

/** Digest nonces without a list of them (RFC 7616 5.4): time of issue and an HMAC over it, under a key of this run. */
export type Nonces = { issue(): string; isFresh(nonce: string): boolean }

const LIFE_MS = 5 * 60_000
const CHECK_BYTES = 18

export function createNonces(key: Uint8Array, now: () => number): Nonces {
  const check = (issuedAt: string) => createHmac('sha256', key).update(issuedAt).digest().subarray(0, CHECK_BYTES)
  return {
    issue() {
      const issuedAt = Math.floor(now()).toString(36)
      return `${issuedAt}.${check(issuedAt).toString('base64url')}`
    },
    isFresh(nonce) {
      const [issuedAt = '', given = ''] = nonce.split('.', 2)
      if (!/^[0-9a-z]{1,12}$/.test(issuedAt)) return false
      const bytes = Buffer.from(given, 'base64url')
      if (bytes.length !== CHECK_BYTES || !timingSafeEqual(bytes, check(issuedAt))) return false
      const age = now() - Number.parseInt(issuedAt, 36)
      return age >= 0 && age <= LIFE_MS
    },
  }
}
