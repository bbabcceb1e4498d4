import type { SipRequest } from './message.ts'
import type { SipPlace } from './respond.ts'

/** A request as it came in. `fresh`: 32 random bytes; `nonce`: one that the door just made; `isFreshNonce`: the door's word on a nonce of its own. */
export type SipAsking = {
  request: SipRequest
  from: SipPlace
  /** Where we listen. */
  own: SipPlace
  fresh: Uint8Array
  nonce: string
  isFreshNonce(nonce: string): boolean
}

/** Eight hex digits out of fresh bytes. */
export function tagOf(fresh: Uint8Array, offset = 0): string {
  return [...fresh.subarray(offset, offset + 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
