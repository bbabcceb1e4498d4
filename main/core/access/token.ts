import { md5 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { toHex, utf8 } from '../model/bytes.ts'
import type { Credentials } from '../model/files.ts'
import { type Mac, parseMac } from '../model/mac.ts'
import type { PackToken } from '../model/pack.ts'
import { REALM, type Token } from '../model/token.ts'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** 43 base62 characters hold 256 bits; 22 hold 131. */
export const FULL_LENGTH = 43
export const MIN_LENGTH = 22

/**
 * Spells random bytes as letters and digits: the number they form, in base 62, fixed length. 32 bytes need 43 characters; a shorter field takes the
 * low characters, which are as random as the bytes.
 */
export function spellToken(random: Uint8Array, maxChars: number): string {
  if (random.length < 32) throw new RangeError('a token needs 32 random bytes')
  if (maxChars < MIN_LENGTH) throw new RangeError(`a token field of ${maxChars} characters is under 128 bits`)
  let value = BigInt(`0x${toHex(random.subarray(0, 32))}`)
  let text = ''
  for (let i = 0; i < FULL_LENGTH; i++) {
    text = ALPHABET.charAt(Number(value % 62n)) + text
    value /= 62n
  }
  return text.slice(-Math.min(maxChars, FULL_LENGTH))
}

export function hashToken(secret: string): string {
  return toHex(sha256(utf8(secret)))
}

/** Digest HA1 (RFC 7616 3.4.2) with MD5, the algorithm every desk phone speaks. */
export function digestHa1(user: string, secret: string): string {
  return toHex(md5(utf8(`${user}:${REALM}:${secret}`)))
}

/** A fresh pending token for a device, spelled as its pack's field takes it. */
export function issueToken(mac: Mac, pack: PackToken, random: Uint8Array, now: number): Token {
  const secret = spellToken(random, pack.maxChars)
  const hash = hashToken(secret)
  const user = pack.user === 'upper' ? mac.toUpperCase() : mac
  const ha1 = pack.digest ? digestHa1(user, secret) : null
  return { id: hash.slice(0, 16), mac, hash, secret, ha1, user, state: 'pending', issuedAt: now, provenAt: null, revokedAt: null }
}

/** Counts hash operations: a test's way to see that an answer costs the same whatever the reason. */
export type Work = { hashes: number }

/**
 * The token these credentials belong to; whether it may be used is another question. The user must be this device's MAC in any spelling. Does the same work
 * whether the device is listed, has tokens, or is the right one: time must not tell what the answer hides.
 */
export function matchToken(
  credentials: Credentials,
  mac: Mac | null,
  tokens: readonly Token[],
  method: string,
  work: Work = { hashes: 0 },
): Token | null {
  if (credentials.scheme === 'digest') return matchDigest(credentials, mac, tokens, method, work)
  const isUser = credentials.scheme === 'path' || (mac !== null && parseMac(credentials.user) === mac)
  work.hashes += 1
  const found = tokenOfHash(tokens, hashToken(credentials.scheme === 'path' ? credentials.secret : credentials.password))
  return isUser ? found : null
}

/** Looks at every token, at every letter. */
function tokenOfHash(tokens: readonly Token[], hash: string): Token | null {
  let found: Token | null = null
  for (const token of tokens) if (isSameText(token.hash, hash) && found === null) found = token
  return found
}

/** In a time that hangs on the lengths alone. */
function isSameText(a: string, b: string): boolean {
  let differs = a.length ^ b.length
  for (let i = 0; i < a.length; i++) differs |= a.charCodeAt(i) ^ b.charCodeAt(i % Math.max(1, b.length))
  return differs === 0
}

/** A device has one proven and one pending token that may be shown; fewer cost as much as two. */
const LEAST_DIGESTS = 2
const NO_HA1 = '0'.repeat(32)

function matchDigest(c: Digest, mac: Mac | null, tokens: readonly Token[], method: string, work: Work): Token | null {
  const mayBe = mac !== null && parseMac(c.user) === mac && c.nonceValid && c.realm === REALM
  const able = tokens.filter((token) => token.ha1 !== null)
  const ha1s = able.map((token) => token.ha1 ?? NO_HA1)
  while (ha1s.length < LEAST_DIGESTS) ha1s.push(NO_HA1)
  work.hashes += 1 + ha1s.length
  const ha2 = toHex(md5(utf8(`${method}:${c.uri}`)))
  const response = c.response.toLowerCase()
  let found: Token | null = null
  for (const [i, ha1] of ha1s.entries()) {
    const isSame = isSameText(digestResponse(ha1, c, ha2), response)
    const token = able[i]
    if (isSame && found === null && token !== undefined && token.user === c.user) found = token
  }
  return mayBe ? found : null
}

/** RFC 7616 3.4.1; without qop the older RFC 2069 form, which old phones send. */
function digestResponse(ha1: string, c: Digest, ha2: string): string {
  const middle = c.qop === null ? c.nonce : `${c.nonce}:${c.nc ?? ''}:${c.cnonce ?? ''}:${c.qop}`
  return toHex(md5(utf8(`${ha1}:${middle}:${ha2}`)))
}

type Digest = Extract<Credentials, { scheme: 'digest' }>

/** What could be a token in a path: the last folder of 22 characters or more that holds letters and digits only. */
export function pathCredentials(path: string): Credentials | null {
  const secret = path
    .split('/')
    .slice(0, -1)
    .reverse()
    .find((part) => part.length >= MIN_LENGTH && part.length <= FULL_LENGTH && /^[0-9A-Za-z]+$/.test(part))
  return secret === undefined ? null : { scheme: 'path', secret }
}

/** The set after a proof: this one proven and its clear text forgotten, every older proven or pending one dead. */
export function proveToken(tokens: readonly Token[], proven: Token, now: number, keepHa1: boolean): Token[] {
  return tokens.map((token) => {
    if (token.hash === proven.hash)
      return { ...token, state: 'proven', secret: null, ha1: keepHa1 ? token.ha1 : null, provenAt: token.provenAt ?? now }
    return token.state === 'revoked' ? token : revokeToken(token, now)
  })
}

/** The set after a person revoked all of them. */
export function revokeTokens(tokens: readonly Token[], now: number): Token[] {
  return tokens.map((token) => (token.state === 'revoked' ? token : revokeToken(token, now)))
}

/** Never again valid; nothing of it stays but its hash. */
export function revokeToken(token: Token, now: number): Token {
  return { ...token, state: 'revoked', secret: null, ha1: null, revokedAt: now }
}
