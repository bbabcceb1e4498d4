import { headerOf, parameterOf, type SipHeader, type SipRequest, type SipResponse } from './message.ts'

/** Where a datagram came from, or goes to. */
export type SipPlace = { address: string; port: number }

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  423: 'Interval Too Brief',
  480: 'Temporarily Unavailable',
  489: 'Bad Event',
  501: 'Not Implemented',
}

/** A response to a request (RFC 3261 section 8.2.6): the Vias, From, To with our tag, Call-ID and CSeq given back. */
export function respond(request: SipRequest, from: SipPlace, status: number, tag: string, more: readonly SipHeader[] = []): SipResponse {
  const kept = request.headers.filter(([name]) => name === 'via' || name === 'from' || name === 'call-id' || name === 'cseq')
  const to = headerOf(request, 'to') ?? ''
  const headers: SipHeader[] = [
    ...kept.map(
      ([name, value], i): SipHeader =>
        name === 'via' && kept.findIndex(([one]) => one === 'via') === i ? [name, received(value, from)] : [name, value],
    ),
    ['to', parameterOf(to, 'tag') === null ? `${to};tag=${tag}` : to],
    ...more,
  ]
  return { kind: 'response', status, reason: REASONS[status] ?? 'Refused', headers, body: '' }
}

/** RFC 3581 section 4: where it really came from, in the topmost Via. */
function received(via: string, from: SipPlace): string {
  const withPort = parameterOf(via, 'rport') === null ? via : via.replace(/;\s*rport(?:=[^;]*)?/i, `;rport=${from.port}`)
  return `${withPort};received=${from.address}`
}

/** Where a response goes (RFC 3261 section 18.2.2, RFC 3581): back to where the request came from, at the port the Via names unless rport asks for the real one. */
export function returnPlace(request: SipRequest, from: SipPlace): SipPlace {
  const via = headerOf(request, 'via') ?? ''
  if (parameterOf(via, 'rport') !== null) return from
  const port = /^SIP\/2\.0\/UDP\s+[^\s;:]+:(\d{1,5})/i.exec(via)?.[1]
  return { address: from.address, port: port === undefined ? 5060 : Math.min(65_535, Math.max(1, Number(port))) }
}
