import { md5 } from '@noble/hashes/legacy.js'
import { toHex, utf8 } from '../model/bytes.ts'

/** Fields of a `Digest …` header by lower-case name; null when it is another scheme or not well formed. */
export function readDigest(header: string): Readonly<Record<string, string>> | null {
  const found = /^digest\s+(.*)$/is.exec(header)
  if (found === null || header.length > 2000) return null
  const fields: Record<string, string> = Object.create(null)
  const pair = /\s*([A-Za-z0-9_-]{1,32})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))\s*(?:,|$)/y
  const text = found[1] ?? ''
  while (pair.lastIndex < text.length) {
    const match = pair.exec(text)
    if (match === null) return null
    const name = (match[1] ?? '').toLowerCase()
    if (Object.hasOwn(fields, name)) return null
    fields[name] = match[2]?.replace(/\\(.)/gs, '$1') ?? match[3] ?? ''
  }
  return fields
}

const hash = (text: string): string => toHex(md5(utf8(text)))

export type DigestParts = {
  user: string
  realm: string
  password: string
  method: string
  uri: string
  nonce: string
  qop: string | null
  nc: string
  cnonce: string
}

/** The response field (RFC 2617 section 3.2.2.1, MD5: the only algorithm every desk phone speaks). */
export function digestResponse({ cnonce, method, nc, nonce, password, qop, realm, uri, user }: DigestParts): string {
  const ha1 = hash(`${user}:${realm}:${password}`)
  const ha2 = hash(`${method}:${uri}`)
  return hash(qop === null ? `${ha1}:${nonce}:${ha2}` : `${ha1}:${nonce}:${nc}:${cnonce}:${qop}:${ha2}`)
}

/** The Authorization value that answers a challenge; null when it asks for what we cannot do. `cnonce`: fresh hex digits. */
export function answerChallenge(
  challenge: string,
  { cnonce, method, password, uri, user }: { user: string; password: string; method: string; uri: string; cnonce: string },
): string | null {
  const fields = readDigest(challenge)
  const { nonce, realm } = fields ?? {}
  if (fields === null || nonce === undefined || realm === undefined) return null
  if (fields.algorithm !== undefined && fields.algorithm.toUpperCase() !== 'MD5') return null
  const offered = fields.qop?.split(',').map((one) => one.trim().toLowerCase())
  if (offered !== undefined && !offered.includes('auth')) return null
  const qop = offered === undefined ? null : 'auth'
  const response = digestResponse({ user, realm, password, method, uri, nonce, qop, nc: '00000001', cnonce })
  const base = `Digest username="${quoted(user)}", realm="${quoted(realm)}", nonce="${quoted(nonce)}", uri="${quoted(uri)}", response="${response}", algorithm=MD5`
  const opaque = fields.opaque === undefined ? '' : `, opaque="${quoted(fields.opaque)}"`
  return qop === null ? base + opaque : `${base}, qop=auth, nc=00000001, cnonce="${cnonce}"${opaque}`
}

function quoted(text: string): string {
  return text.replace(/["\\]/g, (char) => `\\${char}`).replace(/[\r\n]/g, '')
}
