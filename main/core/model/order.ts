import type { Mac } from './mac.ts'

/** A model and how many of it are ordered, before their MACs are known. */
export type OrderedModel = { model: string; count: number }

/** How a work order ended: every token acknowledged by the central store; without one, tokens exported but not handed over; nothing to hand over. */
export type OrderEnd = 'synced' | 'notHandedOver' | 'firmwareOnly'

/**
 * A batch of phones to stage for one customer. Which phones are in it stands on the phones themselves (`device.order` = the id); what is said here holds
 * for those that come later, too. Id of the record: its id.
 */
export type Order = {
  id: string
  name: string
  group: string | null
  profile: string | null
  /** Nothing but firmware: phones count as done with the right one, without a token. */
  firmwareOnly: boolean
  /** The authentication window of its phones; null = each has its own. */
  windowStartAt: number | null
  windowEndAt: number | null
  models: readonly OrderedModel[]
  createdAt: number
  createdBy: string
  closedAt: number | null
  closedBy: string | null
  closedAs: OrderEnd | null
  /** What was looked at beside the phones. */
  checks: OrderChecks
  /** Its phones as they were when it was closed: later changes of them do not change the report. */
  phones: readonly OrderPhone[] | null
}

/** One phone in a report. No secret, no token, no hash. */
export type OrderPhone = {
  mac: Mac
  serial: string | null
  model: string | null
  line: string | null
  firmware: string | null
  targetFirmware: string | null
  state: string
  token: string
  addedAt: number
  provenAt: number | null
  readyAt: number | null
  syncedAt: number | null
  /** Lines whose SIP user and password the bench's registrar accepted. */
  registered: readonly string[]
  /** What keeps it from being done, in words; null = it is done. */
  lacks: string | null
}

/** null = nobody looked. */
export type OrderChecks = {
  preflight: { at: number; stops: number; warnings: number; lines: readonly string[] } | null
  drill: { at: number; refused: number; notRefused: number; notRun: number } | null
}
