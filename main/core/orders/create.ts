import { type Decision, note, silence } from '../model/decision.ts'
import type { Order, OrderedModel } from '../model/order.ts'
import { type RefusalCode, refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import { applyChanges, type Change, type MutableWorld, type World } from '../model/world.ts'
import { findModel, nearModels } from '../pack/models.ts'
import { parseInstant } from '../staging/add.ts'
import { audit } from '../staging/audit.ts'
import { type ImportReport, type ImportRow, importRows } from '../staging/import-rows.ts'

/** As a person creates it: text as typed. Empty or missing = not said. */
export type OrderDraft = {
  id: string
  name?: string | undefined
  group?: string | undefined
  profile?: string | undefined
  firmwareOnly?: boolean | undefined
  /** ISO 8601; or `windowMinutes` from now on. */
  windowStart?: string | undefined
  windowEnd?: string | undefined
  windowMinutes?: number | undefined
  models?: readonly OrderedModel[] | undefined
  rows: readonly ImportRow[]
  dryRun?: boolean | undefined
}

export type Created = { order: Order; report: ImportReport }

/** A new work order and its phones, in one commit. Rows that are wrong are named and left out; a wrong field of the order itself refuses all. */
export function createOrder(draft: OrderDraft, actor: string, world: World, now: number): Decision<Result<Created>> {
  const checked = checkOrder(draft, actor, world, now)
  if (!checked.ok) return silence(checked)
  const order = checked.value
  const orderChange: Change = { entity: 'order', id: order.id, value: order }
  const listed = importRows({ rows: draft.rows, order: order.id, dryRun: draft.dryRun }, actor, withOrder(order, world), now)
  if (draft.dryRun === true) return silence(ok({ order, report: listed.reply }))
  const detail = `${listed.reply.added + listed.reply.updated} phones`
  const others = listed.changes.filter((change) => change.entity !== 'audit')
  return {
    reply: ok({ order, report: listed.reply }),
    changes: [orderChange, ...others, audit(world, { at: now, actor, action: 'orders.create', target: order.id, detail })],
    effects: [note(now, null, 'orders.create', `Work order ${order.id} created with ${detail} (${actor})`), ...listed.effects],
  }
}

/** The world as its phones will find it: they take group, profile and window from the order. */
function withOrder(order: Order, world: World): World {
  const table = new Map(world.order)
  const tried = { ...world, order: table } as unknown as MutableWorld // only this table is written
  applyChanges(tried, [{ entity: 'order', id: order.id, value: order }])
  return tried
}

function checkOrder(draft: OrderDraft, actor: string, world: World, now: number): Result<Order> {
  const id = draft.id.trim()
  const at = (code: RefusalCode, field: string, data: Record<string, string>) => refuse<Order>(refusal(code, { ...data, field }))
  if (world.order.has(id)) return at('ORDER_EXISTS', 'id', { order: id })
  const group = said(draft.group)
  if (group !== null && !world.group.has(group)) return at('GROUP_UNKNOWN', 'group', { group })
  const profile = said(draft.profile)
  if (profile !== null && !world.profile.has(profile)) return at('PROFILE_UNKNOWN', 'profile', { profile })
  for (const [place, { model }] of (draft.models ?? []).entries())
    if (findModel(world.packs, model) === null)
      return at('DEVICE_MODEL_UNKNOWN', `models.${place}.model`, { model, known: nearModels(world.packs, model) })
  const window = windowOf(draft, now)
  if (!window.ok) return window
  return ok({
    id,
    name: said(draft.name) ?? id,
    group,
    profile,
    firmwareOnly: draft.firmwareOnly === true,
    windowStartAt: window.value?.startAt ?? null,
    windowEndAt: window.value?.endAt ?? null,
    models: (draft.models ?? []).map(({ count, model }) => ({ model: findModel(world.packs, model)?.model ?? model, count })),
    createdAt: now,
    createdBy: actor,
    checks: { preflight: null, drill: null },
    ...{ closedAt: null, closedBy: null, closedAs: null, phones: null },
  })
}

const MINUTE_MS = 60_000

function windowOf({ windowEnd, windowMinutes, windowStart }: OrderDraft, now: number): Result<{ startAt: number; endAt: number } | null> {
  if (windowMinutes !== undefined) return ok({ startAt: now, endAt: now + windowMinutes * MINUTE_MS })
  const [start, end] = [said(windowStart), said(windowEnd)]
  if (start === null && end === null) return ok(null)
  const [startAt, endAt] = [parseInstant(start ?? ''), parseInstant(end ?? '')]
  if (startAt === null) return refuse(refusal('TIME_INVALID', { text: start ?? '', field: 'windowStart' }))
  if (endAt === null) return refuse(refusal('TIME_INVALID', { text: end ?? '', field: 'windowEnd' }))
  return endAt > startAt ? ok({ startAt, endAt }) : refuse(refusal('WINDOW_INVALID', { field: 'windowEnd' }))
}

function said(text: string | undefined): string | null {
  const trimmed = text?.trim() ?? ''
  return trimmed === '' ? null : trimmed
}
