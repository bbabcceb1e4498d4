import { matchToken, pathCredentials, type Work } from '../access/token.ts'
import { mayProve } from '../access/window.ts'
import type { Credentials, FileRequest } from '../model/files.ts'
import type { Token } from '../model/token.ts'
import { tokensOf, type World } from '../model/world.ts'
import type { Asker } from './asker.ts'

/** What a phone shows to be known by, and the token of its own that this is; looked at once for each request, with the same work for everybody. */
export type Shown = { credentials: Credentials | null; token: Token | null }

export function whatIsShown(request: FileRequest, asker: Asker, world: World, work: Work): Shown {
  // Of a family that can do nothing else, a part of the path.
  const credentials = request.credentials ?? (asker.pack?.token.how === 'path' ? pathCredentials(request.path) : null)
  if (credentials === null) return { credentials, token: null }
  const tokens = asker.mac === null ? [] : tokensOf(world, asker.mac)
  return { credentials, token: matchToken(credentials, asker.mac, tokens, request.method, work) }
}

/** A token that opens something now: proven, or pending and still to be proven. */
export function isGoodToken({ token }: Shown, { device }: Asker, now: number): boolean {
  if (token === null || device === null) return false
  return token.state === 'proven' || (token.state === 'pending' && mayProve(token, device, now))
}
