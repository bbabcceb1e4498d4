import type { TokenTrack } from '../model/device.ts'

export type TokenEvent = 'issued' | 'shown' | 'revoked'

/** The token track of product.md as a table. A new token after a proven one (re-admission) has to be proven anew. */
const TABLE: Readonly<Record<TokenTrack, Readonly<Record<TokenEvent, TokenTrack>>>> = {
  none: { issued: 'pending', shown: 'none', revoked: 'none' },
  pending: { issued: 'pending', shown: 'proven', revoked: 'revoked' },
  proven: { issued: 'pending', shown: 'proven', revoked: 'revoked' },
  revoked: { issued: 'pending', shown: 'revoked', revoked: 'revoked' },
}

export function stepToken(state: TokenTrack, event: TokenEvent): TokenTrack {
  return TABLE[state][event]
}
