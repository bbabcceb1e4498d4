import { type Decision, note, silence } from '../model/decision.ts'
import type { Ipv4 } from '../model/ipv4.ts'
import { leaseAt } from '../model/lease-at.ts'
import type { World } from '../model/world.ts'

/** A handshake over TLS that came to nothing; `code` is the library's word for why. */
export type TlsRefused = { peer: Ipv4; code: string }

/** Onto the timeline of the phone: why it stands still, and what mends it. A phone that the bench has not leased an address to has none. */
export function tlsRefused({ code, peer }: TlsRefused, world: World, now: number): Decision<null> {
  const lease = leaseAt(world, peer, now)
  if (lease === null) return silence(null)
  return { reply: null, changes: [], effects: [note(now, lease.mac, 'tls.refused', `HTTPS: ${wordsOf(code)}`, 'warn')] }
}

const UNTRUSTED = /ALERT_(?:UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_(?:UNKNOWN|EXPIRED|REVOKED)|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED)/
const TOO_OLD = /UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|WRONG_VERSION_NUMBER|ALERT_PROTOCOL_VERSION|UNKNOWN_PROTOCOL/
const NOTHING_IN_COMMON = /NO_SHARED_CIPHER|ALERT_HANDSHAKE_FAILURE|NO_SHARED_SIGATURE|NO_SUITABLE_SIGNATURE|NO_SHARED_GROUP/

function wordsOf(code: string): string {
  if (UNTRUSTED.test(code))
    return 'the phone does not trust the certificate of this bench. Put the authority of the bench on it (page /authority), or leave it on HTTP'
  if (/HTTP_REQUEST/.test(code)) return 'the phone speaks plain HTTP to the port of HTTPS. Correct the address it was given'
  if (TOO_OLD.test(code))
    return 'the phone knows only a TLS that is not allowed here. Allow old TLS on the page Network (or start with --old-tls), or leave the phone on HTTP'
  if (NOTHING_IN_COMMON.test(code))
    return 'phone and bench have no cipher in common. Allow old TLS on the page Network (or start with --old-tls), or leave the phone on HTTP'
  return `the handshake failed (${code.slice(0, 60)})`
}
