import { ordersHandlers } from '../../main/api/orders.ts'
import type { ApiParts } from '../../main/api/parts.ts'
import type { Device } from '../../main/core/model/device.ts'
import type { Order } from '../../main/core/model/order.ts'
import { createOrder } from '../../main/core/orders/create.ts'
import { orderPhone } from '../../main/core/orders/view.ts'
import { applyChanges } from '../../main/core/model/world.ts'
import type { DrillReport } from '../../preload/contract/drill.ts'
import type { DeviceView } from '../../preload/contract/view.ts'
import { fakePreflight } from './fake-preflight.ts'
import type { FakeWorld } from './fake-settings.ts'

const DAY = 86_400_000
const DONE: ReadonlySet<string> = new Set(['ready', 'synced'])

/** The true rules over the scene's phones: one order under way, one that was closed. */
export function fakeOrders({ parts, world }: FakeWorld, devices: readonly DeviceView[], drill: DrillReport) {
  const now = Date.now()
  for (const view of devices) {
    const device = world.device.get(view.mac)
    if (device !== undefined) world.device.set(view.mac, staged(device, view, now))
  }
  const draft = {
    ...{ id: '2026-1187', name: 'Nordwind, warehouse 2', group: 'nordwind', profile: 'deployment', windowMinutes: 480, rows: [] },
    models: [
      { model: 'T46U', count: 20 },
      { model: 'VVX 450', count: 40 },
    ],
  }
  const made = createOrder(draft, 'A. Brandt', world, now - DAY / 4)
  if (made.reply.ok) applyChanges(world, made.changes)
  world.order.set('2026-1150', closed(world, now))
  return ordersHandlers({ ...parts, preflight: () => Promise.resolve(fakePreflight(false)) } as unknown as ApiParts, {
    run: () => Promise.resolve(drill),
    last: () => drill,
    isRunning: () => false,
  })
}

function staged(device: Device, view: DeviceView, now: number): Device {
  const isDone = DONE.has(view.state)
  const hold = view.state === 'held' ? { code: 'ACCESS_WINDOW_CLOSED' as const, data: {}, at: now } : null
  return {
    ...device,
    order: view.order,
    serial: view.serial,
    address: view.address,
    staging: {
      ...device.staging,
      hold,
      token: view.token,
      firmware: view.firmwareTrack,
      startedAt: view.address === null ? null : now - 600_000,
      provenAt: isDone ? now - 120_000 : null,
      readyAt: isDone ? now - 60_000 : null,
      syncedAt: view.synced ? now - 30_000 : null,
    },
  }
}

function closed(world: FakeWorld['world'], now: number): Order {
  const phones = [...world.device.values()].slice(0, 3).map((device) => ({
    ...orderPhone(device, { firmwareOnly: false }, world),
    ...{
      state: 'synced',
      token: 'proven',
      provenAt: now - 2 * DAY,
      readyAt: now - 2 * DAY,
      syncedAt: now - 2 * DAY,
      lacks: null,
      registered: ['4201'],
    },
  }))
  return {
    ...{ id: '2026-1150', name: 'Südwind Bakery', group: 'suedwind', profile: null, firmwareOnly: false, models: [], phones },
    ...{ windowStartAt: null, windowEndAt: null, createdAt: now - 3 * DAY, createdBy: 'A. Brandt' },
    ...{ closedAt: now - 2 * DAY, closedBy: 'K. Ohm', closedAs: 'synced' },
    checks: {
      preflight: { at: now - 2 * DAY, stops: 0, warnings: 1, lines: ['warning: The clock was not compared. There is no central store.'] },
      drill: { at: now - 2 * DAY, refused: 10, notRefused: 0, notRun: 0 },
    },
  }
}
