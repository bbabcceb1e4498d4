import type { Mac } from '../model/mac.ts'
import type { SipRequest, SipResponse } from './message.ts'
import type { SipPlace } from './respond.ts'

/** A request of ours: sent to a place, repeated until a final response comes (RFC 3261 section 17.1.2), told back by `purpose`. */
export type SipOut = { to: SipPlace; request: SipRequest; mac: Mac; purpose: SipPurpose }

/** What a request of ours is for. `isAnswered`: it carries credentials already; another challenge ends it. */
export type SipPurpose = { for: 'pnp' } | { for: 'resync' | 'reboot'; isAnswered: boolean }

/** What goes out: responses to the request at hand, then requests of our own. */
export type SipAnswer = { responses: readonly SipResponse[]; requests: readonly SipOut[] }
