import { isMac } from '../model/mac.ts'
import { wellFormed } from './escape.ts'

/**
 * Filters of our own, beside Liquid's. Values come from people and layers, so each takes anything and throws nothing: what it cannot read comes out as it
 * went in, or empty.
 */
export const FILTERS_OF_OURS: Readonly<Record<string, (value: unknown, ...more: unknown[]) => unknown>> = {
  mac_upper: (mac) => text(mac).toUpperCase(),
  mac_colons: (mac) => macWith(':', mac).toLowerCase(),
  mac_hyphens: (mac) => macWith('-', mac).toUpperCase(),
  without_scheme: (url) => text(url).replace(/^[a-z][a-z0-9+.-]*:\/\//i, ''),
  scheme: (url) => partsOf(url)?.scheme.toLowerCase() ?? '',
  host: (url) => partsOf(url)?.host ?? '',
  /** Stated or that of the scheme. */
  port: (url) => portOf(url),
  /** From the first slash after the host on; `/` when there is none. */
  path: (url) => partsOf(url)?.path ?? '',
  with_credentials: (url, user, secret) => withCredentials(text(url), text(user), text(secret)),
  flag: (value) => (isTrue(value) ? '1' : '0'),
  choose: (value, yes, no) => (isTrue(value) ? text(yes) : text(no)),
  pad: (value, width) => text(value).padStart(Math.min(Math.max(Number(width) || 0, 0), 64), '0'),
  /** Whole hours, at least one. */
  minutes_to_hours: (value) => Math.max(1, Math.round(Number(value) / 60)) || 1,
}

/** Liquid's own `nil` is an object. */
function text(value: unknown): string {
  return value === undefined || typeof value === 'object' ? '' : String(value)
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === '1' || value === 'true'
}

function macWith(between: string, mac: unknown): string {
  const given = text(mac)
  return isMac(given) ? (given.match(/../g) ?? []).join(between) : given
}

const URL_SHAPE = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/@]*@)?(\[[0-9a-fA-F:.]+\]|[^/:?#]*)(?::(\d+))?([/?#].*)?$/i

function partsOf(url: unknown): { scheme: string; host: string; port: string; path: string } | null {
  const found = URL_SHAPE.exec(text(url))
  return found === null ? null : { scheme: found[1] ?? '', host: found[2] ?? '', port: found[3] ?? '', path: found[4] ?? '/' }
}

const PORTS: Readonly<Record<string, string>> = { http: '80', https: '443', ftp: '21', tftp: '69' }

function portOf(url: unknown): string {
  const parts = partsOf(url)
  return parts === null ? '' : parts.port !== '' ? parts.port : (PORTS[parts.scheme.toLowerCase()] ?? '')
}

/** `http://user:secret@host/…` (RFC 3986 section 3.2.1); without a secret the URL stays as it is. */
function withCredentials(url: string, user: string, secret: string): string {
  if (secret === '') return url
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)(?:[^/@]*@)?/i, (_, scheme: string) => `${scheme}${urlEncoded(user)}:${urlEncoded(secret)}@`)
}

/** Everything outside RFC 3986's unreserved characters as `%XX`; encodeURIComponent lets `!'()*` stand, and throws on half a character. */
export function urlEncoded(part: string): string {
  return encodeURIComponent(wellFormed(part)).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}
