import type { Device } from '../model/device.ts'
import type { Token } from '../model/token.ts'

const DAY_MS = 24 * 3600 * 1000

/**
 * Whether a proven token is to be replaced: its persistent profile says after how many days, or a person asked since it was proven. The phone hears of it when it
 * next fetches with the token; until the new one is proven both open.
 */
export function isRotationDue(token: Token, device: Device, rotateDays: number | null, now: number): boolean {
  if (token.state !== 'proven' || token.provenAt === null) return false
  const isAsked = device.rotateAskedAt != null && device.rotateAskedAt >= token.provenAt
  return isAsked || (rotateDays !== null && now - token.provenAt >= rotateDays * DAY_MS)
}

/** The token that was handed out beside a proven one and waits to be shown; null when there is none. */
export function rotatingToken(device: Device, tokens: readonly Token[]): Token | null {
  return tokens.find((token) => token.state === 'pending' && isRotating(token, device)) ?? null
}

/** It was given to a phone that had shown its proven token, so no window bounds it. */
export function isRotating(token: Token, device: Device): boolean {
  return device.rotating != null && device.rotating === token.id
}
