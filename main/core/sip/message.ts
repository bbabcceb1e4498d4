/** A header as it stands, its name in lower case and in its long form. Order is kept: Via is a stack. */
export type SipHeader = readonly [name: string, value: string]
export type SipRequest = { kind: 'request'; method: string; uri: string; headers: readonly SipHeader[]; body: string }
export type SipResponse = { kind: 'response'; status: number; reason: string; headers: readonly SipHeader[]; body: string }
export type SipMessage = SipRequest | SipResponse

const MAX_CHARS = 16_384
const MAX_HEADERS = 100

/** RFC 3261 section 7.3.3 and the event package of RFC 6665. */
const COMPACT: Readonly<Record<string, string>> = {
  c: 'content-type',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  o: 'event',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
}

/** What every message must hold (RFC 3261 section 8.1.1). */
const MANDATORY = ['via', 'from', 'to', 'call-id', 'cseq'] as const

/** Reads one datagram; null when it is no SIP message, or lacks what a response needs. Never throws. */
export function readSip(text: string): SipMessage | null {
  if (text.length > MAX_CHARS) return null
  const end = /\r?\n\r?\n/.exec(text)
  if (end === null) return null
  const head = text.slice(0, end.index)
  const [start = '', ...lines] = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)
  const headers = readHeaders(lines)
  if (headers === null || MANDATORY.some((name) => !headers.some(([one]) => one === name))) return null
  const body = bounded(text.slice(end.index + end[0].length), headers)
  const method = /^\d{1,10}\s+([A-Z]{1,20})$/.exec(headers.find(([name]) => name === 'cseq')?.[1] ?? '')?.[1]
  if (method === undefined) return null
  const request = /^([A-Z]{1,20}) (\S{1,2000}) SIP\/2\.0$/.exec(start)
  if (request !== null) return request[1] === method ? { kind: 'request', method, uri: request[2] ?? '', headers, body } : null
  const response = /^SIP\/2\.0 ([1-6]\d\d) (.{0,200})$/.exec(start)
  return response === null ? null : { kind: 'response', status: Number(response[1]), reason: response[2] ?? '', headers, body }
}

function readHeaders(lines: readonly string[]): SipHeader[] | null {
  if (lines.length > MAX_HEADERS) return null
  const headers: SipHeader[] = []
  for (const line of lines) {
    if (line === '') continue
    const found = /^([A-Za-z0-9!%*_+`'~.-]{1,60})[ \t]*:[ \t]*(.*)$/.exec(line)
    if (found === null) return null
    const name = (found[1] ?? '').toLowerCase()
    headers.push([COMPACT[name] ?? name, (found[2] ?? '').trim()])
  }
  return headers
}

/** Over UDP the datagram ends the body; Content-Length may end it earlier (RFC 3261 section 18.3). Counted in characters: bodies we read are ASCII. */
function bounded(body: string, headers: readonly SipHeader[]): string {
  const said = headers.find(([name]) => name === 'content-length')?.[1]
  return said !== undefined && /^\d{1,6}$/.test(said) ? body.slice(0, Number(said)) : body
}

/** First header of that name; null when there is none. */
export function headerOf(message: SipMessage, name: string): string | null {
  return message.headers.find(([one]) => one === name)?.[1] ?? null
}

/** A parameter behind `;`, not inside quotes or angle brackets: `tag`, `branch`, `expires`. Empty text when it stands without a value. */
export function parameterOf(value: string, name: string): string | null {
  const outside = value.replace(/"(?:[^"\\]|\\.)*"/g, '').replace(/<[^>]*>/g, '')
  for (const part of outside.split(';').slice(1)) {
    const [key = '', given = ''] = part.split('=', 2)
    if (key.trim().toLowerCase() === name) return given.trim()
  }
  return null
}

/** The URI of a name-addr or addr-spec header: `"A" <sip:a@b;x>;tag=1` → `sip:a@b;x`. */
export function uriOf(value: string): string {
  const inBrackets = /<([^>]*)>/.exec(value.replace(/^"(?:[^"\\]|\\.)*"/, ''))
  return (inBrackets?.[1] ?? value.split(';', 1)[0] ?? '').trim()
}

/** User and host of a sip or sips URI; null for anything else. `%3a` and its like are decoded. */
export function partsOfUri(uri: string): { user: string | null; host: string; port: number | null } | null {
  const found = /^sips?:(?:([^@]*)@)?([A-Za-z0-9.-]{1,255})(?::(\d{1,5}))?(?:[;?].*)?$/i.exec(uri)
  if (found === null) return null
  const port = found[3] === undefined ? null : Number(found[3])
  if (port !== null && (port === 0 || port > 65_535)) return null
  const user = found[1]?.replace(/:.*$/, '') ?? null
  return { user: user === null ? null : decoded(user), host: (found[2] ?? '').toLowerCase(), port }
}

function decoded(text: string): string {
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** The text of a message, headers in their long form, Content-Length last. */
export function writeSip(message: SipMessage): string {
  const start = message.kind === 'request' ? `${message.method} ${message.uri} SIP/2.0` : `SIP/2.0 ${message.status} ${message.reason}`
  const lines = message.headers.filter(([name]) => name !== 'content-length').map(([name, value]) => `${spelled(name)}: ${value}`)
  return `${[start, ...lines, `Content-Length: ${message.body.length}`].join('\r\n')}\r\n\r\n${message.body}`
}

const SPELLED: Readonly<Record<string, string>> = { 'call-id': 'Call-ID', cseq: 'CSeq', 'www-authenticate': 'WWW-Authenticate' }

/** Names are read in any case; some phones read only the usual one. */
function spelled(name: string): string {
  return SPELLED[name] ?? name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
}
