import { fromHex, utf8 } from '../model/bytes.ts'
import type { OptionValue, SubOptions } from '../model/dhcp.ts'
import { parseIpv4 } from '../model/ipv4.ts'
import { concat } from './decode.ts'
import { VENDOR_IDENTIFYING } from './options.ts'
import { readUint32, uint32 } from './packet.ts'

/** An option written as a map of its sub-options. */
export function isSubOptions(value: OptionValue): value is SubOptions {
  return typeof value === 'object' && !Array.isArray(value)
}

/**
 * A map of sub-options → the bytes of the option: code, length, value for each (RFC 2132 section 8.4); in 125 behind the enterprise number and the
 * length of all (RFC 3925 section 4). Null when a part does not fit.
 */
export function subOptionBytes(code: number, value: SubOptions): Uint8Array | null {
  const { nul, enterprise, ...subOptions } = value as Record<string, OptionValue | undefined> // the two words beside the numbers
  if (nul !== undefined && flagByte(nul) === undefined) return null
  const written = Object.entries(subOptions).map(([key, one]) => (one === undefined ? null : subOption(key, one, flagByte(nul) === 1)))
  if (written.length === 0 || !written.every((part) => part !== null)) return null
  const body = concat(written)
  if (code !== VENDOR_IDENTIFYING) return enterprise === undefined ? body : null
  const number = /^\d{1,10}$/.test(String(enterprise)) ? Number(enterprise) : Number.NaN
  if (!(number <= 0xffffffff) || body.length > 255) return null
  return concat([uint32(number), Uint8Array.of(body.length), body])
}

function subOption(key: string, value: OptionValue, isTerminated: boolean): Uint8Array | null {
  const code = /^\d{1,3}$/.test(key) ? Number(key) : 0
  if (code < 1 || code > 254) return null
  const bytes = valueBytes(value, isTerminated)
  return bytes === null || bytes.length === 0 || bytes.length > 255 ? null : concat([Uint8Array.of(code, bytes.length), bytes])
}

/** `true` and `false` are one byte, a list is addresses or bytes, `hex:…` stands for itself, everything else is text. */
function valueBytes(value: OptionValue, isTerminated: boolean): Uint8Array | null {
  if (Array.isArray(value)) return listBytes(value)
  if (typeof value === 'object') return null // no options inside sub-options
  const flag = flagByte(value)
  if (flag !== undefined) return Uint8Array.of(flag)
  const text = String(value)
  if (/^hex:/i.test(text)) return fromHex(text.slice(4).replace(/[\s:]/g, ''))
  return text === '' ? null : concat([utf8(text), isTerminated ? Uint8Array.of(0) : new Uint8Array(0)])
}

function listBytes(items: readonly (string | number)[]): Uint8Array | null {
  const parts = items.map((item) => {
    const text = String(item).trim()
    const address = parseIpv4(text)
    if (address !== null) return uint32(address)
    return /^\d{1,3}$/.test(text) && Number(text) <= 255 ? Uint8Array.of(Number(text)) : null
  })
  return parts.every((part) => part !== null) ? concat(parts) : null
}

/** Text too: `--dhcp FILE` reads every scalar as text. */
function flagByte(value: OptionValue | undefined): 0 | 1 | undefined {
  if (value === true || value === 'true') return 1
  return value === false || value === 'false' ? 0 : undefined
}

/**
 * Enterprise numbers that a phone names in 124 or 125 (RFC 3925 sections 3 and 4), null when it names none. What runs past the end counts as not said:
 * a number that is not sure keeps nothing back.
 */
export function enterprisesOf(values: readonly (Uint8Array | undefined)[]): ReadonlySet<number> | null {
  const named = new Set<number>()
  for (const value of values) {
    for (let at = 0; value !== undefined && at + 5 <= value.length; ) {
      const length = value[at + 4] ?? 0
      if (at + 5 + length > value.length) break
      named.add(readUint32(value, at))
      at += 5 + length
    }
  }
  return named.size === 0 ? null : named
}
