import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Credentials } from '../core/model/files.ts'
import { REALM } from '../core/model/token.ts'

/** A nonce is good for this long; a phone with an older one is told so and tries again without asking its user (RFC 7616 3.3, stale). */
const NONCE_SECONDS = 300

/**
 * Digest nonces without memory, so that any node takes what any other gave: the instant and a keyed hash of it. `secret` is the same on all nodes of one
 * store.
 */
export function createNonces(secret: Uint8Array | string): { make(now: number): string; isValid(nonce: string, now: number): boolean } {
  const mark = (stamp: string) => createHmac('sha256', secret).update(`nonce ${stamp}`).digest('base64url').slice(0, 22)
  return {
    make(now) {
      const stamp = Math.floor(now / 1000).toString(36)
      return `${stamp}.${mark(stamp)}`
    },
    isValid(nonce, now) {
      const [stamp = '', given = ''] = nonce.split('.')
      const right = Buffer.from(mark(stamp))
      const shown = Buffer.from(given)
      if (right.length !== shown.length || !timingSafeEqual(right, shown)) return false
      const age = Math.floor(now / 1000) - Number.parseInt(stamp, 36)
      return age >= -5 && age <= NONCE_SECONDS
    },
  }
}

export type Nonces = ReturnType<typeof createNonces>

/**
 * `Authorization` of a phone (RFC 7617, RFC 7616), null for anything else. `uri` is the request target as it came: a Digest made for another one does
 * not count.
 */
export function readCredentials(header: string | undefined, request: { uri: string; now: number }, nonces: Nonces): Credentials | null {
  const match = /^(Basic|Digest) +(.+)$/is.exec(header ?? '')
  if (match?.[1] === undefined || match[2] === undefined) return null
  return match[1].toLowerCase() === 'basic' ? readBasic(match[2].trim()) : readDigest(match[2], request, nonces)
}

function readBasic(text: string): Credentials | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return null
  const pair = Buffer.from(text, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  return colon < 0 ? null : { scheme: 'basic', user: pair.slice(0, colon), password: pair.slice(colon + 1) }
}

function readDigest(text: string, { now, uri }: { uri: string; now: number }, nonces: Nonces): Credentials | null {
  const fields = new Map<string, string>()
  for (const [, name = '', quoted, plain] of text.matchAll(/([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/gi)) {
    fields.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '')
  }
  const user = fields.get('username')
  const nonce = fields.get('nonce')
  const shownUri = fields.get('uri')
  const response = fields.get('response')
  if (user === undefined || nonce === undefined || shownUri === undefined || response === undefined) return null
  if ((fields.get('algorithm') ?? 'MD5').toUpperCase() !== 'MD5') return null
  const isOurs = shownUri === uri && nonces.isValid(nonce, now)
  return {
    scheme: 'digest',
    user,
    realm: fields.get('realm') ?? '',
    nonce,
    uri: shownUri,
    response,
    qop: fields.get('qop') ?? null,
    nc: fields.get('nc') ?? null,
    cnonce: fields.get('cnonce') ?? null,
    nonceValid: isOurs,
  }
}

/** The `WWW-Authenticate` lines of a 401: Digest first where the family takes it (RFC 7235 4.1: the strongest the client knows is its choice). */
export function challenges(digest: boolean, stale: boolean, nonce: string): string[] {
  const basic = `Basic realm="${REALM}", charset="UTF-8"`
  if (!digest) return [basic]
  return [`Digest realm="${REALM}", qop="auth", algorithm=MD5, nonce="${nonce}"${stale ? ', stale=true' : ''}`, basic]
}
