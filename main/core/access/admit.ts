import type { Device } from '../model/device.ts'
import type { Credentials } from '../model/files.ts'
import type { PackToken } from '../model/pack.ts'
import type { RefusalCode } from '../model/refusals.ts'
import type { Token } from '../model/token.ts'
import { isRotating } from './rotation.ts'
import { matchToken } from './token.ts'
import { isOfEarlierWindow, isWindowOpen, mayProve } from './window.ts'

/** How the asker of a device's own file is to be treated (product.md, "First contact, exactly" 3 to 8). */
export type Admission =
  /** Known by its token. `restate` is the clear text, only out of the very request that showed it. */
  | { as: 'token'; token: Token; restate: string | null }
  /** Known by its MAC inside the window: first-stage config, with the pending token or, when null, a fresh one. */
  | { as: 'first'; pending: Token | null }
  /** 401 that invites credentials; no guess was made. */
  | { as: 'challenge' }
  /** 401 for a reason that the board shows. `miss` counts as a guess. */
  | { as: 'refused'; code: RefusalCode; miss: boolean }

export type AdmissionRequest = {
  device: Device
  tokens: readonly Token[]
  credentials: Credentials | null
  /** The token that the credentials belong to, where the caller looked already. */
  shown?: Token | null
  method: string
  rules: PackToken
  /** The file that proves the token. On the bench no other file is challenged. */
  proves: boolean
  /** At a central store there is no DHCP exchange to wait for. */
  atBench: boolean
  /** The protocol carries credentials (HTTP). Over TFTP nobody can answer a challenge, so none is made and none is used up. */
  canShow: boolean
  now: number
}

export function admit(request: AdmissionRequest): Admission {
  const { credentials, device, tokens } = request
  const open = isWindowOpen(device, request.now)
  const token = credentials === null ? null : shownToken(request, credentials)
  const isForeign = token === null || (open && isDead(token, request))
  if (!isForeign && credentials !== null) return byToken(request, token, credentials)
  // A nonce that went stale is asked for again (RFC 7616 section 3.3): no guess, and nothing that the board has to show.
  if (credentials !== null && !open && isStale(credentials)) return { as: 'challenge' }
  // Foreign credentials (factory user, used phone) inside the window count as none, never as a guess.
  if (credentials !== null && !open) return { as: 'refused', code: 'ACCESS_TOKEN_WRONG', miss: true }
  const proven = tokens.find((t) => t.state === 'proven')
  if (proven !== undefined && !isReadmitted(device, proven)) return plainAfterProof(request)
  return open ? insideWindow(request) : outsideWindow(request)
}

function shownToken({ device, method, shown, tokens }: AdmissionRequest, credentials: Credentials): Token | null {
  return shown === undefined ? matchToken(credentials, device.mac, tokens, method) : shown
}

export function isStale(credentials: Credentials): boolean {
  return credentials.scheme === 'digest' && !credentials.nonceValid
}

/** Revoked, or pending of a window long over: inside a new window it counts as none, like any foreign credentials. */
function isDead(token: Token, { device }: AdmissionRequest): boolean {
  if (isRotating(token, device)) return false
  return token.state === 'revoked' || (token.state === 'pending' && isOfEarlierWindow(token, device))
}

function byToken(request: AdmissionRequest, token: Token, credentials: Credentials): Admission {
  if (token.state === 'revoked') return { as: 'refused', code: 'ACCESS_TOKEN_WRONG', miss: true }
  if (token.state === 'pending' && !mayProve(token, request.device, request.now))
    return { as: 'refused', code: 'ACCESS_WINDOW_CLOSED', miss: false }
  return { as: 'token', token, restate: clearText(credentials) }
}

function clearText(credentials: Credentials): string | null {
  switch (credentials.scheme) {
    case 'basic':
      return credentials.password
    case 'path':
      return credentials.secret
    case 'digest':
      return null
  }
}

/** A person opened a new window after the proof: the phone starts over, while the old token lives until the new one is proven. */
export function isReadmitted(device: Device, proven: Token): boolean {
  return device.windowStartAt !== null && proven.provenAt !== null && device.windowStartAt > proven.provenAt
}

/**
 * The first request of every Basic or Digest exchange comes without credentials, so one plain request is a challenge and no offence.
 * A second one, with no credentials in between, is a phone that lost its token or a stranger.
 */
function plainAfterProof({ canShow, device }: AdmissionRequest): Admission {
  return canShow && device.staging.challengedAt === null
    ? { as: 'challenge' }
    : { as: 'refused', code: 'ACCESS_TOKEN_MISSING', miss: false }
}

function insideWindow(request: AdmissionRequest): Admission {
  const pending =
    request.tokens.find((t) => t.state === 'pending' && !isRotating(t, request.device) && !isOfEarlierWindow(t, request.device)) ?? null
  if (pending !== null && mayChallenge(request)) return { as: 'challenge' }
  return { as: 'first', pending }
}

/**
 * Challenged only after the first stage was delivered whole and the pack's return condition holds; once: when no credentials follow,
 * the next plain request gets the first stage again.
 */
function mayChallenge({ atBench, canShow, device, proves, rules }: AdmissionRequest): boolean {
  if (!canShow || (atBench && !proves)) return false
  const { firstDeliveredAt, challengedAt, startedAt } = device.staging
  if (firstDeliveredAt === null || challengedAt !== null) return false
  if (rules.challenge === 'at-once' || !atBench) return true
  return startedAt !== null && startedAt > firstDeliveredAt
}

/** The window is over: no config by MAC, but a pending token may still be proven for 24 hours, so the phone is asked for it. */
function outsideWindow({ canShow, device, tokens, now }: AdmissionRequest): Admission {
  return canShow && tokens.some((t) => t.state === 'pending' && mayProve(t, device, now))
    ? { as: 'challenge' }
    : { as: 'refused', code: 'ACCESS_WINDOW_CLOSED', miss: false }
}
