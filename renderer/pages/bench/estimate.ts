import type { DeviceView } from '../../../preload/contract/view.ts'
import { isDone, remainingMs } from '../../parts/sight.ts'

/** Older finishes say nothing about the pace of now. */
const WINDOW_MS = 45 * 60_000
const LEAST_FINISHES = 3

/**
 * When the phones at work will be ready (epoch ms), by the pace of those that became ready lately; null while there is too little to go by. Phones that
 * wait for a hand, or are not plugged in, count as open work too: the time is when all would be done if nobody waits.
 */
export function estimateEnd(devices: readonly DeviceView[], now: number): number | null {
  const open = devices.filter((device) => !isDone(device) && device.state !== 'failed').length
  if (open === 0) return null
  const finishes = devices
    .filter((device) => isDone(device) && device.sinceAt !== null)
    .map((device) => Date.parse(device.sinceAt ?? ''))
    .filter((at) => now - at < WINDOW_MS)
  if (finishes.length < LEAST_FINISHES) return null
  const span = now - Math.min(...finishes)
  const byPace = span <= 0 ? 0 : (span / finishes.length) * open
  const byDownloads = Math.max(0, ...devices.map((device) => remainingMs(device, now) ?? 0))
  return now + Math.max(byPace, byDownloads)
}
