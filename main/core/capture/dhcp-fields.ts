import {
  MESSAGE_NAMES,
  MESSAGE_TYPE,
  type OptionInfo,
  OPTIONS,
  PARAMETER_LIST,
  RELAY_AGENT,
  VENDOR_IDENTIFYING,
  VENDOR_IDENTIFYING_CLASS,
  VENDOR_SPECIFIC,
} from '../dhcp/options.ts'
import { type DhcpPacket, NO_ADDRESS, readUint32 } from '../dhcp/packet.ts'
import { latin1, toHex } from '../model/bytes.ts'
import { formatIpv4 } from '../model/ipv4.ts'
import { formatMac } from '../model/mac.ts'
import type { ShownField } from './field.ts'

/** A DHCP message field by field (RFC 2131 section 2), then its options by number and name, in the order in which they came. */
export function dhcpFields(packet: DhcpPacket): ShownField[] {
  const flags = (packet.flags & 0x8000) === 0 ? 'unicast' : 'broadcast'
  const rows: [string, string][] = [
    ['op', packet.op === 1 ? 'request' : 'reply'],
    ['hops', String(packet.hops)],
    ['xid', `0x${packet.xid.toString(16).padStart(8, '0')}`],
    ['secs', String(packet.secs)],
    ['flags', flags],
    ['ciaddr', packet.ciaddr],
    ['yiaddr', packet.yiaddr],
    ['siaddr', packet.siaddr],
    ['giaddr', packet.giaddr],
    ['chaddr', formatMac(packet.chaddr)],
    ['sname', text(packet.sname)],
    ['file', text(packet.file)],
  ]
  const isShown = ([name, value]: [string, string]) =>
    value !== '' && !(value === NO_ADDRESS && name !== 'ciaddr') && !(value === '0' && name === 'hops')
  const options = [...packet.options].map(([code, bytes]): ShownField => {
    const info = OPTIONS.get(code)
    return { code, name: info?.name ?? 'Unknown option', value: optionValue(code, info, bytes) }
  })
  return [...rows.filter(isShown).map(([name, value]): ShownField => ({ code: null, name, value })), ...options]
}

function optionValue(code: number, info: OptionInfo | undefined, bytes: Uint8Array): string {
  if (code === MESSAGE_TYPE) return MESSAGE_NAMES[bytes[0] ?? 0] ?? String(bytes[0])
  if (code === PARAMETER_LIST) return [...bytes].map((one) => `${one} ${OPTIONS.get(one)?.name ?? '?'}`).join(', ')
  if (code === VENDOR_SPECIFIC || code === RELAY_AGENT) return subOptions(bytes) ?? textOrHex(bytes)
  if (code === VENDOR_IDENTIFYING || code === VENDOR_IDENTIFYING_CLASS) return enterprises(bytes)
  switch (info?.kind) {
    case 'address':
    case 'addresses':
      return bytes.length > 0 && bytes.length % 4 === 0 ? addresses(bytes) : hex(bytes)
    case 'uint8':
    case 'uint8s':
      return [...bytes].join(', ')
    case 'uint16':
    case 'uint16s':
      return bytes.length % 2 === 0 ? pairs(bytes) : hex(bytes)
    case 'uint32':
      return bytes.length === 4 ? String(readUint32(bytes)) : hex(bytes)
    case 'int32':
      return bytes.length === 4 ? String(readUint32(bytes) | 0) : hex(bytes)
    case 'flag':
      return bytes[0] === 0 ? 'no' : 'yes'
    case 'sip-servers':
      return bytes[0] === 1 && bytes.length % 4 === 1 ? addresses(bytes.subarray(1)) : textOrHex(bytes)
    default:
      return textOrHex(bytes)
  }
}

function addresses(bytes: Uint8Array): string {
  const list: string[] = []
  for (let at = 0; at + 4 <= bytes.length; at += 4) list.push(formatIpv4(readUint32(bytes, at)))
  return list.join(', ')
}

function pairs(bytes: Uint8Array): string {
  const list: number[] = []
  for (let at = 0; at < bytes.length; at += 2) list.push((bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0))
  return list.join(', ')
}

/** `1: text, 2: 0x0a0b` (RFC 2132 section 8.4, RFC 3046); null when the bytes are no such list. */
function subOptions(bytes: Uint8Array): string | null {
  const parts: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const code = bytes[at] ?? 0
    if (code === 255) break
    const length = bytes[at + 1]
    if (length === undefined || at + 2 + length > bytes.length) return null
    parts.push(`${code}: ${textOrHex(bytes.subarray(at + 2, at + 2 + length))}`)
    at += 2 + length
  }
  return parts.join(', ')
}

/** Enterprise number, then its own list (RFC 3925). */
function enterprises(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let at = 0; at + 5 <= bytes.length; ) {
    const length = bytes[at + 4] ?? 0
    const inside = bytes.subarray(at + 5, at + 5 + length)
    parts.push(`enterprise ${readUint32(bytes, at)}: ${subOptions(inside) ?? textOrHex(inside)}`)
    at += 5 + length
  }
  return parts.length === 0 ? hex(bytes) : parts.join('; ')
}

function textOrHex(bytes: Uint8Array): string {
  const shown = text(bytes)
  return /^[ -~]+$/.test(shown) ? shown : hex(bytes)
}

/** Up to the first NUL, which some phones send behind the text. */
function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return latin1(end < 0 ? bytes : bytes.subarray(0, end))
}

function hex(bytes: Uint8Array): string {
  return bytes.length === 0 ? '' : `0x${toHex(bytes)}`
}
