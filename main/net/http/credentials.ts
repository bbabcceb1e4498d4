import type { Credentials } from '../../core/model/files.ts'
import type { Nonces } from './nonce.ts'
import { requestPath } from './request-path.ts'

const MAX_CHARS = 4096

/** An Authorization header → credentials, or null for none, another scheme, or text that is not well formed. `target` is the request target as sent. */
export function parseCredentials(header: string | undefined, target: string, nonces: Nonces): Credentials | null {
  if (header === undefined || header.length > MAX_CHARS) return null
  const match = /^([A-Za-z]+)[ \t]+(.*)$/s.exec(header)
  switch (match?.[1]?.toLowerCase()) {
    case 'basic':
      return parseBasic(match?.[2] ?? '')
    case 'digest':
      return parseDigest(match?.[2] ?? '', target, nonces)
    default:
      return null
  }
}

/** RFC 7617. UTF-8; a password in Latin-1 of an old phone is none of ours anyway (tokens are letters and digits) and simply does not match. */
function parseBasic(text: string): Credentials | null {
  const token = text.trim()
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(token)) return null
  const decoded = Buffer.from(token, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  return colon === -1 ? null : { scheme: 'basic', user: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
}

/** RFC 7616 3.4; the older RFC 2069 form has no qop, nc and cnonce. */
function parseDigest(text: string, target: string, nonces: Nonces): Credentials | null {
  const given = parseParameters(text)
  if (given === null) return null
  const { cnonce, nc, nonce, qop, realm, response, uri, username } = given
  if (username === undefined || realm === undefined || nonce === undefined || uri === undefined || response === undefined) return null
  return {
    scheme: 'digest',
    user: username,
    realm,
    nonce,
    uri,
    response,
    qop: qop ?? null,
    nc: nc ?? null,
    cnonce: cnonce ?? null,
    // RFC 7616 3.4.6: the proof is for this target only; nonce and target are the door's to check.
    nonceValid: nonces.isFresh(nonce) && isSameTarget(uri, target),
  }
}

function isSameTarget(uri: string, target: string): boolean {
  return uri === target || (requestPath(uri) !== null && requestPath(uri) === requestPath(target))
}

const PARAMETER = /[\s,]*([A-Za-z0-9_*-]{1,32})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))\s*(?=,|$)/sy

/** `name=value` pairs, quoted or not (RFC 9110 11.2); null when something else stands between them, or a name comes twice. */
function parseParameters(text: string): Record<string, string> | null {
  const found: Record<string, string> = Object.create(null)
  PARAMETER.lastIndex = 0
  let at = 0
  while (at < text.length && !/^[\s,]*$/.test(text.slice(at))) {
    const match = PARAMETER.exec(text)
    if (match === null) return null
    const name = (match[1] ?? '').toLowerCase()
    if (name in found) return null
    found[name] = match[2]?.replace(/\\(.)/gs, '$1') ?? match[3] ?? ''
    at = PARAMETER.lastIndex
  }
  return found
}
