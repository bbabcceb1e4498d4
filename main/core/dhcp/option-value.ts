import { fromHex, utf8 } from '../model/bytes.ts'
import type { OptionValue } from '../model/dhcp.ts'
import { parseIpv4 } from '../model/ipv4.ts'
import { concat } from './decode.ts'
import { OPTIONS, type OptionKind } from './options.ts'
import { uint32 } from './packet.ts'
import { isSubOptions, subOptionBytes } from './sub-options.ts'

type Scalar = string | number | boolean

/** What a person must write for each kind; goes into refusals. */
export const KIND_WORDS: Readonly<Record<OptionKind, string>> = {
  address: 'one IPv4 address',
  addresses: 'IPv4 addresses',
  uint8: 'a number from 0 to 255',
  uint16: 'a number from 0 to 65535',
  uint32: 'a number from 0 to 4294967295',
  int32: 'a number from -2147483648 to 2147483647',
  uint8s: 'numbers from 0 to 255',
  uint16s: 'numbers from 0 to 65535',
  text: 'text',
  flag: 'true or false',
  bytes: 'text, numbers from 0 to 255, "hex:…", or sub-options such as { 2: "http://…" }',
  'sip-servers': 'IPv4 addresses or domain names',
  'by-enterprise': 'sub-options with their enterprise number, such as { enterprise: 3561, 11: "http://…" }, or "hex:…"',
  domains: 'domain names',
  routes: 'routes such as "10.1.0.0/16 10.66.0.254"',
}

export function optionKind(code: number): OptionKind {
  return OPTIONS.get(code)?.kind ?? 'bytes'
}

/** A value as people and packs write it → its bytes on the wire; null when it does not fit the option's kind. `hex:…` fits any kind. */
export function optionBytes(code: number, value: OptionValue): Uint8Array | null {
  if (isSubOptions(value)) return TAKE_SUB_OPTIONS.has(optionKind(code)) ? subOptionBytes(code, value) : null
  if (typeof value === 'string' && /^hex:/i.test(value)) return nonEmpty(fromHex(value.slice(4).replace(/[\s:]/g, '')))
  const items: readonly Scalar[] = Array.isArray(value) ? value : [value as Scalar] // not an array: one of the scalars
  return nonEmpty(WRITERS[optionKind(code)](items))
}

/** RFC 2132: no option of ours has zero length; an empty one is left out. */
function nonEmpty(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null || bytes.length === 0 ? null : bytes
}

const WRITERS: Readonly<Record<OptionKind, (items: readonly Scalar[]) => Uint8Array | null>> = {
  address: (items) => (items.length === 1 ? addresses(items) : null),
  addresses,
  uint8: (items) => (items.length === 1 ? integers(items, 1) : null),
  uint16: (items) => (items.length === 1 ? integers(items, 2) : null),
  uint32: (items) => (items.length === 1 ? integers(items, 4) : null),
  int32: (items) => (items.length === 1 ? signed(items[0]) : null),
  uint8s: (items) => integers(items, 1),
  uint16s: (items) => integers(items, 2),
  text: (items) => (items.length === 1 ? utf8(String(items[0])) : null),
  flag: (items) => (items.length === 1 ? flag(items[0]) : null),
  bytes: freeBytes,
  domains: (items) => joinAll(items.map(domain)),
  routes: (items) => joinAll(items.map(route)),
  'sip-servers': sipServers,
  'by-enterprise': freeBytes,
}

const TAKE_SUB_OPTIONS: ReadonlySet<OptionKind> = new Set<OptionKind>(['bytes', 'by-enterprise'])

function joinAll(parts: readonly (Uint8Array | null)[]): Uint8Array | null {
  return parts.every((part) => part !== null) ? concat(parts) : null
}

function addresses(items: readonly Scalar[]): Uint8Array | null {
  return joinAll(
    items.map((item) => {
      const value = parseIpv4(String(item).trim())
      return value === null ? null : uint32(value)
    }),
  )
}

function integer(item: Scalar | undefined): number | null {
  const text = String(item).trim()
  return /^-?\d{1,10}$/.test(text) ? Number(text) : null
}

function integers(items: readonly Scalar[], size: 1 | 2 | 4): Uint8Array | null {
  return joinAll(
    items.map((item) => {
      const value = integer(item)
      return value === null || value < 0 || value >= 2 ** (8 * size) ? null : uint32(value).subarray(4 - size)
    }),
  )
}

function signed(item: Scalar | undefined): Uint8Array | null {
  const value = integer(item)
  return value === null || value < -(2 ** 31) || value >= 2 ** 31 ? null : uint32(value >>> 0)
}

function flag(item: Scalar | undefined): Uint8Array | null {
  const text = String(item)
  if (text === 'true' || text === '1') return Uint8Array.of(1)
  return text === 'false' || text === '0' ? Uint8Array.of(0) : null
}

/** An option without a known kind: text as it stands, a list of addresses, or a list of byte values. */
function freeBytes(items: readonly Scalar[]): Uint8Array | null {
  const [first] = items
  if (items.length === 1 && typeof first === 'string' && parseIpv4(first) === null) return utf8(first)
  return addresses(items) ?? integers(items, 1)
}

/** RFC 1035 section 3.1 labels, uncompressed. */
function domain(item: Scalar): Uint8Array | null {
  const labels = String(item).trim().replace(/\.$/, '').split('.')
  const parts = labels.map((label) => {
    const bytes = utf8(label)
    return bytes.length === 0 || bytes.length > 63 ? null : concat([Uint8Array.of(bytes.length), bytes])
  })
  return joinAll([...parts, Uint8Array.of(0)])
}

/** RFC 3361: a byte says whether addresses (1) or names (0) follow, never both. */
function sipServers(items: readonly Scalar[]): Uint8Array | null {
  const asAddresses = addresses(items)
  if (asAddresses !== null) return concat([Uint8Array.of(1), asAddresses])
  const names = joinAll(items.map(domain))
  return names === null || items.some((item) => parseIpv4(String(item).trim()) !== null) ? null : concat([Uint8Array.of(0), names])
}

/** RFC 3442: width, significant octets of the destination, router. */
function route(item: Scalar): Uint8Array | null {
  const match = /^(\S+)\/(\d{1,2})\s+(?:via\s+)?(\S+)$/.exec(String(item).trim())
  const destination = parseIpv4(match?.[1] ?? '')
  const width = Number(match?.[2])
  const router = parseIpv4(match?.[3] ?? '')
  if (destination === null || router === null || width > 32) return null
  return concat([Uint8Array.of(width), uint32(destination).subarray(0, Math.ceil(width / 8)), uint32(router)])
}
