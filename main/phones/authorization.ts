import { createHash, randomBytes } from 'node:crypto'
import type { PhoneCredentials } from './http-client.ts'

export type AuthScheme = 'basic' | 'digest'

/** `challenges`: the headers WWW-Authenticate of a 401. */
export type Challenged = { method: string; target: string; challenges: readonly string[]; schemes: readonly AuthScheme[] }

/** The header for credentials by the best scheme that both sides know, in the family's order; null = there is none. */
export function authorization({ challenges, method, schemes, target }: Challenged, credentials: PhoneCredentials): string | null {
  for (const scheme of schemes) {
    if (scheme === 'basic' && challenges.some((one) => /(^|,)\s*Basic\b/i.test(one))) return basic(credentials)
    const digest = scheme === 'digest' ? digestOf(challenges) : null
    if (digest !== null) return digestAnswer(digest, { method, target }, credentials)
  }
  return null
}

function basic({ password, user }: PhoneCredentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

type Digest = { realm: string; nonce: string; opaque: string | null; qop: boolean; algorithm: 'MD5' | 'SHA-256' }

/** The first digest challenge whose algorithm a phone of that age knows (RFC 7616 section 3.3). */
function digestOf(challenges: readonly string[]): Digest | null {
  for (const challenge of challenges) {
    for (const [, text = ''] of challenge.matchAll(/\bDigest\s+((?:[\w-]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s,"]+)\s*,?\s*)+)/gi)) {
      const read = (name: string) => {
        const found = new RegExp(`(?:^|[\\s,])${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s,"]+))`, 'i').exec(text)
        return found?.[1]?.replace(/\\(.)/g, '$1') ?? found?.[2] ?? null
      }
      const algorithm = (read('algorithm') ?? 'MD5').toUpperCase()
      const [realm, nonce] = [read('realm'), read('nonce')]
      if (realm === null || nonce === null || (algorithm !== 'MD5' && algorithm !== 'SHA-256')) continue
      const qop = (read('qop') ?? '').split(',').some((one) => one.trim() === 'auth')
      return { realm, nonce, opaque: read('opaque'), qop, algorithm }
    }
  }
  return null
}

function digestAnswer(
  digest: Digest,
  { method, target }: { method: string; target: string },
  { password, user }: PhoneCredentials,
): string {
  const { algorithm, nonce, opaque, qop, realm } = digest
  const hash = (text: string) =>
    createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(text)
      .digest('hex')
  const ha1 = hash(`${user}:${realm}:${password}`)
  const ha2 = hash(`${method}:${target}`)
  const cnonce = randomBytes(8).toString('hex')
  const count = '00000001'
  const response = qop ? hash(`${ha1}:${nonce}:${count}:${cnonce}:auth:${ha2}`) : hash(`${ha1}:${nonce}:${ha2}`)
  const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`
  return [
    `Digest username=${quoted(user)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(target)}`,
    `response="${response}"`,
    `algorithm=${algorithm}`,
    ...(qop ? ['qop=auth', `nc=${count}`, `cnonce="${cnonce}"`] : []),
    ...(opaque === null ? [] : [`opaque=${quoted(opaque)}`]),
  ].join(', ')
}
