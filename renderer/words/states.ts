import type { DeviceState } from '../../preload/contract/view.ts'

/** What a state says on a tile, and what it means for the person in front of it. */
export type StateWords = { word: string; means: string }

export const stateWords: Record<DeviceState, StateWords> = {
  expected: { word: 'Not plugged in', means: 'Listed. Plug it in.' },
  online: { word: 'Online', means: 'It has an address. The bench waits for its first request.' },
  identified: { word: 'Identified', means: 'Model, firmware and MAC agree. Its first config comes next.' },
  configured: { word: 'First config', means: 'It got the first-stage config and comes back with its token.' },
  upgrading: { word: 'Firmware', means: 'It takes its firmware. Leave it plugged in.' },
  upgraded: { word: 'Firmware done', means: 'It runs the right firmware. The token comes next.' },
  proven: { word: 'Token proven', means: 'It showed its token. The last checks run.' },
  ready: { word: 'Ready', means: 'Done. It may be boxed.' },
  synced: { word: 'Synced', means: 'Done, and the central store has its token.' },
  held: { word: 'Held', means: 'It waits for a person.' },
  failed: { word: 'Failed', means: 'It could not be finished.' },
}

/** What the bench waits for, where that says more than the state. */
export const waitingWords = {
  return: 'Restarting',
  firmware: 'Waits for firmware',
  flashing: 'Installing firmware',
  unplug: 'Unplug, plug in',
} as const

export const waitingMeans = {
  return: 'It restarts by itself and comes back. Leave it plugged in.',
  firmware: 'It will ask for its firmware. Leave it plugged in.',
  flashing: 'It has the whole image and installs it. Do not unplug it.',
  unplug: 'This family does not come back by itself: unplug it and plug it in again.',
} as const

export const tokenWords = {
  none: 'none yet',
  pending: 'handed out, not shown yet',
  proven: 'proven',
  revoked: 'revoked',
} as const

export const firmwareWords = {
  unknown: 'not known yet',
  wrong: 'not the target yet',
  loading: 'loading',
  right: 'right',
} as const
