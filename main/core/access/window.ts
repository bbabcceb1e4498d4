import type { Device } from '../model/device.ts'

/** A pending token outlives its window by this (product.md, "First contact" 4). */
export const PENDING_GRACE_MS = 24 * 3600 * 1000

/** Added without times a window is closed; one bound alone leaves the other side closed too. */
export function isWindowOpen(device: Device, now: number): boolean {
  return device.windowStartAt !== null && device.windowEndAt !== null && device.windowStartAt <= now && now < device.windowEndAt
}

/** May a pending token still be proven? */
export function mayProve(device: Device, now: number): boolean {
  return device.windowEndAt !== null && now < device.windowEndAt + PENDING_GRACE_MS
}
