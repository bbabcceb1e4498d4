import type { RefusalCode } from './refusals.ts'
import type { Ipv4 } from './ipv4.ts'
import type { Mac } from './mac.ts'

/** What is known of the firmware against its target (product.md, "The life of a phone"). */
export type FirmwareTrack = 'unknown' | 'wrong' | 'loading' | 'right'

/** How far the device's own token is (product.md). */
export type TokenTrack = 'none' | 'pending' | 'proven' | 'revoked'

/** A reason shown on the board: a code of the refusal table with the details its text needs. */
export type Reason = { code: RefusalCode; data: Record<string, string>; at: number }

/** What happened to the device on its way through the bench. Instants are epoch milliseconds, null = not yet. */
export type Staging = {
  firmware: FirmwareTrack
  token: TokenTrack
  /** Last new start of the phone: a DHCP exchange that is not a renewal. At a central store: null. */
  startedAt: number | null
  identifiedAt: number | null
  /** First-stage config delivered to the last byte, for the token that is pending now. */
  firstDeliveredAt: number | null
  /** The proof file was challenged since the last first-stage delivery and no credentials came yet. */
  challengedAt: number | null
  provenAt: number | null
  /** The token was shown in a request after a start that followed the first-stage delivery. */
  provenAfterStartAt: number | null
  fullDeliveredAt: number | null
  departureDeliveredAt: number | null
  /** Last byte of the image handed out; the phone is expected to come back with the new version. */
  imageDeliveredAt: number | null
  upgradedAt: number | null
  /** Version of the image that was handed out whole last. */
  imageVersion?: string | null
  /** What the phone ran when its way to the target began: the way may have several steps. */
  routeFrom?: string | null
  readyAt: number | null
  /** A family that takes no token is done: right firmware, its configuration taken whole. "Firmware only", never "ready". */
  finishedAt?: number | null
  /** The central store acknowledged the token. */
  syncedAt: number | null
  /** File ids of the pack fetched since the last start. */
  fetched: readonly string[]
  hold: Reason | null
  failure: Reason | null
  /** A remark that does not stop the phone but keeps it from being ready, or is worth a look (image missing, no production URL). */
  remark: Reason | null
  /** Deadline of the step the phone is in, and what we wait for. */
  dueAt: number | null
  dueFor: 'return' | 'firmware' | null
}

/** What a phone said of itself, bounded: for a person who has to tell what stands there. */
export type Seen = {
  /** Printable part of DHCP option 60, and its bytes as hex. */
  vendorClass: string | null
  vendorClassHex: string | null
  parameterRequestList: readonly number[] | null
  hostName: string | null
  userAgent: string | null
  /** What it asked for last, newest first, with the protocol: `tftp /init.cfg`. */
  paths: readonly string[]
  tftpOptions: Readonly<Record<string, string>> | null
  certificate: { subject: string; issuer: string } | null
  /** What these facts said, agreed or not: `vendor Snom by oui (hint)`. */
  evidence: readonly string[]
}

/** One physical unit. `listed` = a person ordered or claimed it; an unlisted device was only heard on the LAN. */
export type Device = {
  mac: Mac
  listed: boolean
  serial: string | null
  /** Pack id, `vendor/family`; null until identified. */
  pack: string | null
  /** Version of its pack it was given and keeps until moved, as `vendor/family@revision`; null or missing = the active one. */
  packVersion?: string | null
  /** Model as the pack spells it; null until identified. */
  model: string | null
  /** Model a person asked for; null = "identified by endpoint pack". */
  expectedModel: string | null
  firmware: string | null
  /** Hardware revision as the phone states it; few families do. */
  hardware?: string | null
  /** What it said of itself while nobody could tell what it is. */
  seen?: Seen | null
  /** Directory numbers; the first one owns line 1 of the phone. */
  lines: readonly string[]
  group: string | null
  department: string | null
  /** Persistent profile given to this single device; null = that of the business group. */
  profile: string | null
  order: string | null
  /** Place on the board; kept from expected to synced. */
  slot: number
  windowStartAt: number | null
  windowEndAt: number | null
  windowReason: string | null
  /** A person wants a new token since then. */
  rotateAskedAt?: number | null
  /** Id of the pending token that was handed out beside a proven one: no window bounds it. */
  rotating?: string | null
  /** Its label was read by the scanner at the bench. */
  scannedAt?: number | null
  address: Ipv4 | null
  lastSeenAt: number | null
  /** By file id: the number that its file was last given out with, and SHA-256 (hex) of the file without it (see render/serial.ts). */
  serials?: Readonly<Record<string, { number: number; digest: string }>>
  addedAt: number
  updatedAt: number
  staging: Staging
}

/** A device nobody has seen yet. */
export const NEW_STAGING: Staging = {
  finishedAt: null,
  firmware: 'unknown',
  token: 'none',
  startedAt: null,
  identifiedAt: null,
  firstDeliveredAt: null,
  challengedAt: null,
  provenAt: null,
  provenAfterStartAt: null,
  fullDeliveredAt: null,
  departureDeliveredAt: null,
  imageDeliveredAt: null,
  upgradedAt: null,
  imageVersion: null,
  routeFrom: null,
  readyAt: null,
  syncedAt: null,
  fetched: [],
  hold: null,
  failure: null,
  remark: null,
  dueAt: null,
  dueFor: null,
}

/** A device nothing is known of yet but its MAC: listed, no place on the board, window closed. */
export function blankDevice(mac: Mac, now: number): Device {
  return {
    mac,
    listed: true,
    serial: null,
    pack: null,
    model: null,
    expectedModel: null,
    firmware: null,
    lines: [],
    group: null,
    department: null,
    profile: null,
    order: null,
    slot: 0,
    windowStartAt: null,
    windowEndAt: null,
    windowReason: null,
    address: null,
    lastSeenAt: null,
    addedAt: now,
    updatedAt: now,
    staging: NEW_STAGING,
  }
}
