import type { Device } from '../model/device.ts'
import type { Token } from '../model/token.ts'
import { isRotating } from './rotation.ts'

/** A pending token outlives its window by this (product.md, "First contact" 4). */
export const PENDING_GRACE_MS = 24 * 3600 * 1000

/** Added without times a window is closed; one bound alone leaves the other side closed too. */
export function isWindowOpen(device: Device, now: number): boolean {
  return device.windowStartAt !== null && device.windowEndAt !== null && device.windowStartAt <= now && now < device.windowEndAt
}

/** May this pending token still be proven? */
export function mayProve(token: Token, device: Device, now: number): boolean {
  if (isRotating(token, device)) return true
  return device.windowEndAt !== null && now < device.windowEndAt + PENDING_GRACE_MS && !isOfEarlierWindow(token, device)
}

/** A token issued more than the grace before the window began belongs to an earlier one: a new window does not bring it back to life. */
export function isOfEarlierWindow(token: Token, device: Device): boolean {
  return device.windowStartAt !== null && device.windowStartAt - token.issuedAt > PENDING_GRACE_MS
}
