/// <reference path="./dhcp-package.d.ts" />
import packageTable from 'dhcp/lib/options.js'

/** How the bytes of an option are to be read: the words of RFC 2132, and `bytes` for what must pass through untouched. */
export type OptionKind =
  | 'address'
  | 'addresses'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'int32'
  | 'uint8s'
  | 'uint16s'
  | 'text'
  | 'flag'
  | 'bytes'
  | 'domains'
  | 'routes'
  | 'sip-servers'
  | 'by-enterprise'

export type OptionInfo = { code: number; name: string; kind: OptionKind; rfc: string | null }

/** Options that the rules themselves read or write, by their RFC names. */
export const PAD = 0
export const SUBNET_MASK = 1
export const ROUTER = 3
export const HOST_NAME = 12
export const BROADCAST_ADDRESS = 28
export const VENDOR_SPECIFIC = 43
export const REQUESTED_ADDRESS = 50
export const LEASE_TIME = 51
export const OVERLOAD = 52
export const MESSAGE_TYPE = 53
export const SERVER_ID = 54
export const PARAMETER_LIST = 55
export const MESSAGE = 56
export const MAX_MESSAGE_SIZE = 57
export const RENEWAL_TIME = 58
export const REBINDING_TIME = 59
export const VENDOR_CLASS = 60
export const CLIENT_ID = 61
export const TFTP_SERVER_NAME = 66
export const NAME_SERVER = 6
export const TIME_SERVER = 42
export const BOOTFILE_NAME = 67
export const RELAY_AGENT = 82
export const SUBNET_SELECTION = 118
export const VENDOR_IDENTIFYING_CLASS = 124
export const VENDOR_IDENTIFYING = 125
export const SERVER_ADDRESS = 150
export const END = 255

const KIND_OF_TYPE: Readonly<Record<string, OptionKind>> = {
  IP: 'address',
  IPs: 'addresses',
  UInt8: 'uint8',
  UInt16: 'uint16',
  UInt32: 'uint32',
  Int32: 'int32',
  UInt8s: 'uint8s',
  UInt16s: 'uint16s',
  ASCII: 'text',
  UTF8: 'text',
  Bool: 'flag',
}

/** Where the package's type would be wrong on the wire (binary ids cut at NUL, RFC 3397 and 3442 formats). */
const CORRECTED: Readonly<Record<number, OptionKind>> = {
  43: 'bytes',
  60: 'bytes',
  61: 'bytes',
  80: 'bytes',
  119: 'domains',
  121: 'routes',
  145: 'bytes',
  249: 'routes',
}

/** What the package's table lacks; 128-135, 159-161 and 242 have no standard meaning, phones of several makers read them. */
const ADDED: readonly OptionInfo[] = [
  { code: 82, name: 'Relay Agent Information', kind: 'bytes', rfc: 'RFC 3046' },
  { code: 100, name: 'Time Zone (POSIX)', kind: 'text', rfc: 'RFC 4833' },
  { code: 101, name: 'Time Zone (TZ database)', kind: 'text', rfc: 'RFC 4833' },
  { code: 114, name: 'URL', kind: 'text', rfc: 'RFC 8910' },
  { code: 120, name: 'SIP Servers', kind: 'sip-servers', rfc: 'RFC 3361' },
  { code: 124, name: 'Vendor-Identifying Vendor Class', kind: 'bytes', rfc: 'RFC 3925' },
  { code: 125, name: 'Vendor-Identifying Vendor-Specific Information', kind: 'by-enterprise', rfc: 'RFC 3925' },
  ...[128, 129, 130, 131, 132, 133, 134, 135].map((code) => ({ code, name: `Vendor use (${code})`, kind: 'text' as const, rfc: null })),
  { code: 150, name: 'TFTP Server Address', kind: 'addresses', rfc: 'RFC 5859' },
  ...[159, 160, 161, 242].map((code) => ({ code, name: `Provisioning server (${code})`, kind: 'text' as const, rfc: null })),
]

const LATER_RFCS: Readonly<Record<number, string>> = {
  80: 'RFC 4039',
  116: 'RFC 2563',
  118: 'RFC 3011',
  119: 'RFC 3397',
  121: 'RFC 3442',
  145: 'RFC 6704',
  208: 'RFC 5071',
  209: 'RFC 5071',
  210: 'RFC 5071',
  211: 'RFC 5071',
}

function fromPackage(): OptionInfo[] {
  const rows: OptionInfo[] = []
  for (const [key, { name, type }] of Object.entries(packageTable.opts)) {
    const code = Number(key)
    const kind = CORRECTED[code] ?? KIND_OF_TYPE[type ?? '']
    if (code > 254 || kind === undefined) continue // 1001 and 1002 are settings of the package, no options
    rows.push({ code, name, kind, rfc: code <= 76 ? 'RFC 2132' : (LATER_RFCS[code] ?? null) })
  }
  return rows
}

/** All options with a known name, by code. An option that is not here still passes as bytes. */
export const OPTIONS: ReadonlyMap<number, OptionInfo> = new Map([...fromPackage(), ...ADDED].map((row) => [row.code, row]))

/** DHCP message types by number, from the package's table: `1` → `DISCOVER`. */
export const MESSAGE_NAMES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(packageTable.opts[MESSAGE_TYPE]?.enum ?? {}).map(([number, name]) => [Number(number), name.replace(/^DHCP/, '')]),
)

/** Written by the server alone: no pack and no `--dhcp FILE` may set them. */
export const SERVER_OWNED: ReadonlySet<number> = new Set([0, 1, 50, 51, 52, 53, 54, 55, 57, 58, 59, 61, 82, 255])

/** Options that lead a phone to its provisioning server, whatever their value; kept back from a phone that is ready (departure rehearsal). */
export const LEADS_TO_SERVER: ReadonlySet<number> = new Set([43, 66, 67, 114, 125, 150, 159, 160, 161, 242])
