import type { FirmwareTrack } from '../model/device.ts'

/** What can happen to the firmware of a phone, seen from the bench. */
export type FirmwareEvent =
  | 'versionRight'
  | 'versionWrong'
  | 'stepReached'
  | 'imageStarted'
  | 'imageAborted'
  | 'imageDelivered'
  | 'started'
  | 'targetChanged'

/**
 * The firmware track of product.md as a table. `stepReached`: the phone came back with the version of a step on its way to the target; what is wanted is
 * still another, and nothing loads just then. Three entries carry a fact about phones:
 * while an image loads the old version still speaks (loading + versionWrong stays loading); a phone reads the head of the image it already runs
 * (right + imageStarted stays right); after a start only the version the phone then states counts (loading + started is unknown).
 */
const TABLE: Readonly<Record<FirmwareTrack, Readonly<Record<FirmwareEvent, FirmwareTrack>>>> = {
  unknown: {
    versionRight: 'right',
    versionWrong: 'wrong',
    stepReached: 'wrong',
    imageStarted: 'loading',
    imageAborted: 'unknown',
    imageDelivered: 'loading',
    started: 'unknown',
    targetChanged: 'unknown',
  },
  wrong: {
    versionRight: 'right',
    versionWrong: 'wrong',
    stepReached: 'wrong',
    imageStarted: 'loading',
    imageAborted: 'wrong',
    imageDelivered: 'loading',
    started: 'wrong',
    targetChanged: 'unknown',
  },
  loading: {
    versionRight: 'right',
    versionWrong: 'loading',
    stepReached: 'wrong',
    imageStarted: 'loading',
    imageAborted: 'unknown',
    imageDelivered: 'loading',
    started: 'unknown',
    targetChanged: 'unknown',
  },
  right: {
    versionRight: 'right',
    versionWrong: 'wrong',
    stepReached: 'wrong',
    imageStarted: 'right',
    imageAborted: 'right',
    imageDelivered: 'right',
    started: 'right',
    targetChanged: 'unknown',
  },
}

export function stepFirmware(state: FirmwareTrack, event: FirmwareEvent): FirmwareTrack {
  return TABLE[state][event]
}
