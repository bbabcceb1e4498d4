import type { OrderDetail, OrderView } from '../../preload/contract/orders.ts'
import { silence } from '../core/model/decision.ts'
import { refusal } from '../core/model/refusals.ts'
import type { Order, OrderChecks } from '../core/model/order.ts'
import type { World } from '../core/model/world.ts'
import { checkedOrder, closeOrder, unknownOrder } from '../core/orders/close.ts'
import { createOrder } from '../core/orders/create.ts'
import { orderEnd, phonesOf } from '../core/orders/done.ts'
import { reportCsv, reportText } from '../core/orders/report.ts'
import { allOrders, bareOrder, orderCounts, orderPhones, stillMissing } from '../core/orders/view.ts'
import { wantedImages } from '../core/preflight/wanted-images.ts'
import type { ImportRow } from '../core/staging/import-rows.ts'
import { iso } from '../core/staging/view.ts'
import { api } from './base.ts'
import { readCsv } from './csv.ts'
import type { DrillDesk } from './drill.ts'
import { askForWindows } from './long-window.ts'
import type { ApiParts } from './parts.ts'
import { toError, unwrap } from './refused.ts'

/** What an order asks of the drill: the last one, and a new one. */
export function ordersHandlers(parts: ApiParts, drill: DrillDesk) {
  const { loop, now, preflight, store } = parts
  const { world } = store
  const find = (id: string) => found(id, world)
  const lookedAt = async (): Promise<Partial<OrderChecks>> => {
    const { lines, stops, warnings } = await preflight({})
    const told = lines.filter((line) => line.level !== 'good').map((line) => `${line.level}: ${line.title}. ${line.why}`)
    return { preflight: { at: now(), stops, warnings, lines: told } }
  }
  const drillOf = (report: Awaited<ReturnType<DrillDesk['run']>> | null): Partial<OrderChecks> => {
    if (report === null) return {}
    const { endedAt, notRefused, notRun, refused } = report
    return { drill: { at: Date.parse(endedAt), refused, notRefused, notRun } }
  }
  return {
    create: api.orders.create.handler(async ({ context, input: { confirm, csv, phones, ...draft } }) => {
      const rows = rowsOf(csv, phones)
      if ('refusal' in rows) throw toError(rows.refusal)
      const created = unwrap(
        await askForWindows(parts, { context, confirm }, (known, at) =>
          createOrder({ ...draft, rows: rows.rows }, context.actor, known, at),
        ),
      )
      const { added, errors, updated } = created.report
      const told = errors.map(({ column, refusal: said, row }) => ({ row, column, code: said.code, message: said.message }))
      return { order: orderView(created.order, world), added, updated, errors: [...rows.errors, ...told].sort((a, b) => a.row - b.row) }
    }),
    list: api.orders.list.handler(({ input: { open } }) => ({
      orders: allOrders(world)
        .filter((order) => open === undefined || (order.closedAt === null) === open)
        .map((order) => orderView(order, world)),
    })),
    get: api.orders.get.handler(({ input }) => detail(find(input.id), world)),
    check: api.orders.check.handler(async ({ context, input }) => {
      const { id } = recorded(input.id, world)
      const checks = { ...(await lookedAt()), ...drillOf(input.drill === true ? await drill.run(context.actor) : drill.last()) }
      return detail(unwrap(await loop.ask((known) => checkedOrder({ id, checks }, known))), world)
    }),
    report: api.orders.report.handler(({ input }) => {
      const order = find(input.id)
      const phones = orderPhones(order, world)
      const name = `order-${order.id.replace(/[^A-Za-z0-9._-]/g, '_')}`
      if (input.format === 'csv') return { name: `${name}.csv`, text: reportCsv(phones) }
      return { name: `${name}.txt`, text: reportText(order, phones, namesOf(order, world), now()) }
    }),
    close: api.orders.close.handler(async ({ context, input }) => {
      const order = recorded(input.id, world)
      // Before anything is looked at, which takes seconds: would it close at all?
      const dry = await loop.ask((known, at) => silence(closeOrder(input, context.actor, known, at).reply))
      unwrap(dry)
      const checks = { ...(await lookedAt()), ...drillOf(drill.last()) }
      return detail(unwrap(await loop.ask((known, at) => closeOrder({ ...input, id: order.id, checks }, context.actor, known, at))), world)
    }),
  }
}

type Rows = { rows: ImportRow[]; errors: { row: number; column: string | null; code: string; message: string }[] }

function rowsOf(csv: string | undefined, phones: readonly string[] | undefined): Rows | { refusal: ReturnType<typeof refusal> } {
  if (csv === undefined) return { rows: (phones ?? []).map((mac, at) => ({ row: at + 1, fields: { mac } })), errors: [] }
  const read = readCsv(csv)
  if ('refusal' in read) return { refusal: read.refusal }
  const errors = read.errors.map(({ column, refusal: said, row }) => ({ row, column, code: said.code, message: said.message }))
  return { rows: [...read.rows], errors }
}

function found(id: string, world: World): Order {
  const order = world.order.get(id)
  if (order !== undefined) return order
  if (phonesOf(id, world).length === 0) throw toError(unknownOrder(id, world))
  return bareOrder(id, world)
}

/** A number that only stands on phones can be looked at; what is kept needs a record. */
function recorded(id: string, world: World): Order {
  const order = world.order.get(id)
  if (order === undefined) throw toError(unknownOrder(id, world))
  return order
}

function namesOf({ group, profile }: Order, world: World) {
  return {
    group: group === null ? null : (world.group.get(group)?.name ?? group),
    profile: profile === null ? null : (world.profile.get(profile)?.name ?? profile),
  }
}

function orderView(order: Order, world: World): OrderView {
  const phones = orderPhones(order, world)
  const names = namesOf(order, world)
  const { closedAs, closedBy, createdBy, firmwareOnly, group, id, models, name, profile } = order
  return {
    ...{
      id,
      name,
      isRecorded: world.order.has(id) || order.createdBy !== '',
      group,
      groupName: names.group,
      profile,
      profileName: names.profile,
    },
    firmwareOnly,
    windowStart: isoOrNull(order.windowStartAt),
    windowEnd: isoOrNull(order.windowEndAt),
    models: models.map((one) => ({ ...one })),
    missing: stillMissing(order, phones),
    counts: orderCounts(phones),
    createdAt: iso(order.createdAt),
    createdBy,
    closedAt: isoOrNull(order.closedAt),
    closedBy,
    closedAs,
  }
}

function detail(order: Order, world: World): OrderDetail {
  const phones = orderPhones(order, world)
  const { drill, preflight } = order.checks
  return {
    ...orderView(order, world),
    phones: phones.map(({ addedAt: _, provenAt, readyAt, registered, syncedAt, ...phone }) => ({
      ...phone,
      registered: [...registered],
      provenAt: isoOrNull(provenAt),
      readyAt: isoOrNull(readyAt),
      syncedAt: isoOrNull(syncedAt),
    })),
    images: order.closedAt === null ? wantedImages(world, order.id) : [],
    checks: {
      preflight: preflight === null ? null : { ...preflight, at: iso(preflight.at), lines: [...preflight.lines] },
      drill: drill === null ? null : { ...drill, at: iso(drill.at) },
    },
    mayClose: mayClose(order, world),
  }
}

function mayClose(order: Order, world: World): OrderDetail['mayClose'] {
  const closed = order.closedAt === null ? null : refusal('ORDER_CLOSED', { order: order.id })
  const end = closed ?? orderEnd(order, true, world)
  if (typeof end === 'string') return { ok: true, as: end, code: null, why: null, hint: null }
  return { ok: false, as: null, code: end.code, why: end.message, hint: end.hint }
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at)
}
