import { latin1 } from '../model/bytes.ts'
import { readTftp } from '../tftp/packet.ts'
import { maskTarget, maskText, stars } from './mask.ts'
import type { WirePacket } from './packet.ts'
import type { Secrets } from './secrets.ts'

/** More of one datagram or head is not kept. */
const MAX_KEPT_BYTES = 4096
/** As much more as a secret in its longest spelling takes. */
const MAX_READ_BYTES = MAX_KEPT_BYTES + 1024
const DHCP_OPTIONS_AT = 240

/** The packet as it may be kept and shown: every secret starred out in place, bodies of files gone. Never throws. */
export function redactPacket(packet: WirePacket, secrets: Secrets): WirePacket {
  // Cut last: half a secret would not be known for one.
  const bytes = redacted(packet, packet.bytes.slice(0, MAX_READ_BYTES), secrets)
  return { ...packet, bytes: bytes.slice(0, MAX_KEPT_BYTES) }
}

function redacted({ protocol }: WirePacket, bytes: Uint8Array, secrets: Secrets): Uint8Array {
  switch (protocol) {
    case 'dhcp':
      return dhcp(bytes, secrets)
    case 'tftp':
      return tftp(bytes, secrets)
    case 'http':
    case 'https':
      return onText(bytes, (text) => head(text, HTTP_SHOWN, secrets))
    case 'sip':
      return onText(bytes, (text) => sip(text, secrets))
    case 'syslog':
      return onText(bytes, (text) => urls(maskText(text, secrets, true), secrets))
    case 'dns':
      return dns(bytes, secrets)
    case 'ntp':
      // Times and nothing else.
      return bytes.slice(0, 48)
  }
}

/** Characters are bytes here: as many come out as went in. */
function onText(bytes: Uint8Array, change: (text: string) => string): Uint8Array {
  const text = change(latin1(bytes))
  const out = new Uint8Array(bytes.length)
  for (let i = 0; i < out.length; i++) out[i] = text.charCodeAt(i)
  return out
}

/** Values of headers that are shown; of any other only the name is. New ones are added here on purpose alone. */
const HTTP_SHOWN = new Set([
  'host',
  'user-agent',
  'accept',
  'accept-encoding',
  'accept-language',
  'accept-ranges',
  'connection',
  'keep-alive',
  'cache-control',
  'content-type',
  'content-length',
  'content-range',
  'content-encoding',
  'transfer-encoding',
  'range',
  'if-range',
  'if-modified-since',
  'if-none-match',
  'last-modified',
  'etag',
  'date',
  'expires',
  'expect',
  'allow',
  'retry-after',
  'server',
  'upgrade',
  'pragma',
  'vary',
  'te',
])

const SIP_SHOWN = new Set([
  'via',
  'v',
  'from',
  'f',
  'to',
  't',
  'call-id',
  'i',
  'cseq',
  'contact',
  'm',
  'event',
  'o',
  'expires',
  'min-expires',
  'max-forwards',
  'user-agent',
  'server',
  'subscription-state',
  'allow',
  'allow-events',
  'u',
  'supported',
  'k',
  'require',
  'accept',
  'content-type',
  'c',
  'content-length',
  'l',
  'date',
  'reason',
  'warning',
  'route',
  'record-route',
])

/** A start line and headers. Credentials keep their scheme alone. */
function head(text: string, shown: ReadonlySet<string>, secrets: Secrets): string {
  const lines = text.split(/(\r?\n)/)
  let isShown = true
  let isStart = true
  return lines
    .map((line) => {
      if (/^\r?\n?$/.test(line)) return line
      if (isStart) {
        isStart = false
        return startLine(line, secrets)
      }
      // A folded line belongs to the header above it.
      if (/^[ \t]/.test(line)) return isShown ? urls(maskText(line, secrets), secrets) : stars(line)
      const found = /^([^:]{1,80})(:\s*)(.*)$/s.exec(line)
      if (found === null) {
        isShown = false
        return stars(line)
      }
      const [, name = '', colon = '', value = ''] = found
      isShown = shown.has(name.trim().toLowerCase())
      if (isShown) return name + colon + urls(maskText(value, secrets), secrets)
      const scheme = /^(?:(?:proxy-)?authorization|(?:www|proxy)-authenticate)\s*$/i.test(name)
        ? (/^(?:basic|digest|bearer)(?=\s|$)/i.exec(value)?.[0] ?? '')
        : ''
      return maskText(name, secrets, true) + colon + scheme + stars(value.slice(scheme.length)).replace(/^\*/, scheme === '' ? '*' : ' ')
    })
    .join('')
}

/** `GET /path HTTP/1.1`, `NOTIFY sip:user@host SIP/2.0`, `HTTP/1.1 200 OK`. */
function startLine(line: string, secrets: Secrets): string {
  if (/^(?:HTTP|SIP)\/\d/.test(line)) return maskText(line, secrets)
  const found = /^(\S+)(\s+)(.*?)(\s+(?:HTTP|SIP)\/\d\.\d)$/s.exec(maskText(line, secrets))
  if (found === null) return stars(line)
  const [, method = '', gap = '', target = '', version = ''] = found
  return (
    maskText(method, secrets, true) + gap + (/^sips?:/i.test(target) ? maskText(target, secrets) : maskTarget(target, secrets)) + version
  )
}

function sip(text: string, secrets: Secrets): string {
  const end = /\r?\n\r?\n/.exec(text)
  const cut = end === null ? text.length : end.index + end[0].length
  return head(text.slice(0, cut), SIP_SHOWN, secrets) + urls(maskText(text.slice(cut), secrets, true), secrets)
}

/** URLs inside other text: the same care as with a request's own. */
function urls(text: string, secrets: Secrets): string {
  if (!text.includes('://')) return text
  return text.replace(/\b(?:https?|ftps?|tftp):\/\/[^\s"'<>]+/gi, (url) => maskTarget(url, secrets))
}

/** Each option by itself: what stands between them must stay what it is. */
function dhcp(bytes: Uint8Array, secrets: Secrets): Uint8Array {
  const out = bytes.slice()
  const mask = (from: number, to: number) => {
    // Most packets leave `sname` and `file` empty.
    if (!bytes.subarray(from, to).some((byte) => byte !== 0)) return
    const part = onText(bytes.subarray(from, to), (text) => urls(maskText(text, secrets, isReadable(text)), secrets))
    out.set(part, from)
  }
  const walk = (from: number, end: number) => {
    let at = from
    while (at + 1 < end && bytes[at] !== 255) {
      if (bytes[at] === 0) {
        at += 1
        continue
      }
      const next = at + 2 + (bytes[at + 1] ?? 0)
      mask(at + 2, Math.min(next, end))
      at = next
    }
  }
  // Both fields may hold text or options; read as options first, then what is text in them.
  walk(44, Math.min(108, bytes.length))
  walk(108, Math.min(236, bytes.length))
  if (!hasOverload(bytes)) {
    mask(44, Math.min(108, bytes.length))
    mask(108, Math.min(236, bytes.length))
  }
  walk(DHCP_OPTIONS_AT, bytes.length)
  return out
}

function hasOverload(bytes: Uint8Array): boolean {
  for (let at = DHCP_OPTIONS_AT; at + 1 < bytes.length && bytes[at] !== 255; ) {
    if (bytes[at] === 52) return true
    at += bytes[at] === 0 ? 1 : 2 + (bytes[at + 1] ?? 0)
  }
  return false
}

function isReadable(text: string): boolean {
  return /^[ -~\r\n\t\0]*$/.test(text)
}

/** A request's file name as a path, its options as text; of file data nothing but the number of the block. */
function tftp(bytes: Uint8Array, secrets: Secrets): Uint8Array {
  const packet = readTftp(bytes)
  if (bytes[1] === 3) return bytes.slice(0, 4)
  if (packet === null) return bytes.slice(0, 2)
  if (packet.kind !== 'read' && packet.kind !== 'write')
    return onText(bytes, (text) => text.slice(0, 4) + maskText(text.slice(4), secrets, true))
  return onText(bytes, (text) => {
    const [file = '', ...rest] = text.slice(2).split('\0')
    return text.slice(0, 2) + [maskTarget(file, secrets), ...rest.map((part) => maskText(part, secrets, true))].join('\0')
  })
}

const DNS_HEADER = 12

/** The labels of the question one by one; the rest is ours. */
function dns(bytes: Uint8Array, secrets: Secrets): Uint8Array {
  const out = bytes.slice()
  let at = DNS_HEADER
  while (at < bytes.length) {
    const length = bytes[at] ?? 0
    if (length === 0 || length > 63) break
    if (at + 1 >= bytes.length) break
    out.set(
      onText(bytes.subarray(at + 1, at + 1 + length), (text) => maskText(text, secrets, true)),
      at + 1,
    )
    at += 1 + length
  }
  const rest = onText(bytes.subarray(Math.min(at, bytes.length)), (text) => maskText(text, secrets))
  out.set(rest, Math.min(at, bytes.length))
  return out
}
