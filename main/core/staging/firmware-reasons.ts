import type { Reason } from '../model/device.ts'

/** Nothing comes by itself while the library lacks the image, of the target or of a step to it. */
export function isImageMissing(reason: Reason | null): boolean {
  return reason?.code === 'FIRMWARE_IMAGE_MISSING' || reason?.code === 'FIRMWARE_STEP_IMAGE_MISSING'
}

/** Holds that forbid a load until a person acts: they come and go with the rules, not with the phone. */
export function isFirmwareHold(reason: Reason | null): boolean {
  return reason?.code === 'FIRMWARE_DOWNGRADE_BANNED' || reason?.code === 'FIRMWARE_TARGET_BAD'
}
