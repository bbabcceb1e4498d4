import { type Device, NEW_STAGING } from '../model/device.ts'
import { type Mac, parseMac } from '../model/mac.ts'
import type { Order } from '../model/order.ts'
import { type Refusal, refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import { beginsAfterProof } from '../model/token.ts'
import { tokensOf, type World } from '../model/world.ts'
import { findModel, nearModels } from '../pack/models.ts'
import { unlistedDevice } from './start.ts'
import { type Deciding, supportProblem } from './supported.ts'

/** A phone as a person lists it: text as typed, scanned or read from a CSV. Empty or missing = not said. */
export type Listing = {
  mac: string
  model?: string | undefined
  line?: string | undefined
  group?: string | undefined
  profile?: string | undefined
  order?: string | undefined
  /** ISO 8601 */
  windowStart?: string | undefined
  windowEnd?: string | undefined
}

/** Which column a refusal is about, for CSV errors. */
export type ListingRefusal = { column: keyof Listing; refusal: Refusal }

/**
 * The checked device of a listing, new or merged into the known one. Without times the window of a new phone is closed. A refusal names the field it is about,
 * beside itself and in its data.
 */
export function listDevice(listing: Listing, slot: number, world: World, now: number): Result<Device> & { column?: keyof Listing } {
  const listed = checkedDevice(listing, slot, world, now)
  if (listed.ok || listed.column === undefined) return listed
  const { code, data } = listed.refusal
  return { ...refuse<Device>(refusal(code, { ...data, field: listed.column })), column: listed.column }
}

function checkedDevice(listing: Listing, slot: number, world: World, now: number): Result<Device> & { column?: keyof Listing } {
  const mac = parseMac(listing.mac)
  if (mac === null) return { ...refuse<Device>(refusal('MAC_INVALID', { text: listing.mac })), column: 'mac' }
  const checked = checkListing(listing, world)
  if ('refusal' in checked) return { ...refuse<Device>(checked.refusal), column: checked.column }
  if (checked.window !== null && beginsAfterProof(checked.window.startAt, tokensOf(world, mac))) {
    return { ...refuse<Device>(refusal('DEVICE_READMIT_REASON', { mac })), column: 'windowStart' }
  }
  const device = mergeListing(mac, checked, slot, world, now)
  const unsupported = supportProblem(null, device, checked.said, world)
  if (unsupported !== null) return { ...refuse<Device>(unsupported.refusal), column: unsupported.field ?? 'mac' }
  return ok(device)
}

type Checked = {
  expected: { pack: string; model: string } | null
  line: string | null
  group: string | null
  department: string | null
  profile: string | null
  order: string | null
  window: { startAt: number; endAt: number } | null
  /** What the person gave of the fields that decide about the profile, as text. */
  said: Readonly<Record<Deciding, string | null>>
}

function checkListing(listing: Listing, world: World): Checked | ListingRefusal {
  const model = said(listing.model)
  const expected = model === null ? null : findModel(world.packs, model)
  if (model !== null && expected === null)
    return { column: 'model', refusal: refusal('DEVICE_MODEL_UNKNOWN', { model, known: nearModels(world.packs, model) }) }
  const number = said(listing.line)
  const line = number === null ? null : (world.line.get(number) ?? null)
  if (number !== null && line === null) return { column: 'line', refusal: refusal('LINE_UNKNOWN', { line: number }) }
  const order = orderNamed(said(listing.order), world)
  if (order?.closedAt != null) return { column: 'order', refusal: refusal('ORDER_CLOSED', { order: order.id }) }
  const group = said(listing.group) ?? line?.group ?? order?.group ?? null
  if (group !== null && !world.group.has(group)) return { column: 'group', refusal: refusal('GROUP_UNKNOWN', { group }) }
  const profile = said(listing.profile) ?? order?.profile ?? null
  if (profile !== null && !world.profile.has(profile)) return { column: 'profile', refusal: refusal('PROFILE_UNKNOWN', { profile }) }
  const window = checkWindow(listing) ?? windowOf(order, listing, world)
  if (window !== null && 'refusal' in window) return window
  return {
    expected,
    line: line?.number ?? null,
    group,
    department: line?.department ?? null,
    profile,
    order: said(listing.order),
    window,
    said: { profile, group: said(listing.group), line: number, model },
  }
}

/** A work order that was created says what its phones have in common; a bare number says nothing. */
function orderNamed(id: string | null, world: World): Order | null {
  return id === null ? null : (world.order.get(id) ?? null)
}

/** No window for a phone that has proven its token: re-admission needs a reason. */
function windowOf(order: Order | null, listing: Listing, world: World): { startAt: number; endAt: number } | null {
  if (order === null || order.windowStartAt === null || order.windowEndAt === null) return null
  if (tokensOf(world, parseMac(listing.mac) ?? '').some((token) => token.state === 'proven')) return null
  return { startAt: order.windowStartAt, endAt: order.windowEndAt }
}

function checkWindow(listing: Listing): { startAt: number; endAt: number } | null | ListingRefusal {
  const start = said(listing.windowStart)
  const end = said(listing.windowEnd)
  if (start === null && end === null) return null
  for (const [column, text] of [
    ['windowStart', start],
    ['windowEnd', end],
  ] as const) {
    if (text === null || parseInstant(text) === null) return { column, refusal: refusal('TIME_INVALID', { text: text ?? '' }) }
  }
  const startAt = parseInstant(start ?? '') ?? 0
  const endAt = parseInstant(end ?? '') ?? 0
  return endAt > startAt ? { startAt, endAt } : { column: 'windowEnd', refusal: refusal('WINDOW_INVALID') }
}

/** ISO 8601 with a zone; anything else would mean another instant on another machine. */
export function parseInstant(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)) return null
  const at = Date.parse(text)
  return Number.isFinite(at) ? at : null
}

function mergeListing(mac: Mac, checked: Checked, slot: number, world: World, now: number): Device {
  const known = world.device.get(mac)
  const before = known ?? { ...unlistedDevice(mac, now), lastSeenAt: null, staging: NEW_STAGING }
  const heldAsUnknown = before.staging.hold?.code === 'ACCESS_UNLISTED'
  return {
    ...before,
    listed: true,
    slot: before.slot > 0 ? before.slot : slot,
    expectedModel: checked.expected?.model ?? before.expectedModel,
    pack: before.model === null ? (checked.expected?.pack ?? before.pack) : before.pack,
    lines: checked.line === null ? before.lines : [checked.line],
    group: checked.group ?? before.group,
    department: checked.department ?? before.department,
    profile: checked.profile ?? before.profile,
    order: checked.order ?? before.order,
    windowStartAt: checked.window?.startAt ?? before.windowStartAt,
    windowEndAt: checked.window?.endAt ?? before.windowEndAt,
    staging: heldAsUnknown ? { ...before.staging, hold: null } : before.staging,
    updatedAt: now,
  }
}

function said(text: string | undefined): string | null {
  const trimmed = text?.trim() ?? ''
  return trimmed === '' ? null : trimmed
}

/** The MAC of a label's barcode: alone, or once inside other text (`MAC:805EC0123456 SN:...`). Two different ones are no answer. */
export function macOnLabel(text: string): Mac | null {
  const whole = parseMac(text)
  if (whole !== null) return whole
  const found = new Set<Mac>()
  for (const match of text.matchAll(/(?<![0-9a-fA-F])[0-9a-fA-F]{2}([:-]?)[0-9a-fA-F]{2}(?:\1[0-9a-fA-F]{2}){4}(?![0-9a-fA-F])/g)) {
    const mac = parseMac(match[0])
    if (mac !== null) found.add(mac)
  }
  const [only] = found
  return found.size === 1 && only !== undefined ? only : null
}
