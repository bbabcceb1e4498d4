import { describe, expect, test } from 'vitest'
import { type Device, NEW_STAGING, type Staging } from '../../../main/core/model/device.ts'
import { applyChanges, emptyWorld, type MutableWorld } from '../../../main/core/model/world.ts'
import { checkedOrder, closeOrder } from '../../../main/core/orders/close.ts'
import { createOrder, type OrderDraft } from '../../../main/core/orders/create.ts'
import { reportCsv, reportText } from '../../../main/core/orders/report.ts'
import { allOrders, orderCounts, orderPhones, stillMissing } from '../../../main/core/orders/view.ts'
import { wantedImages } from '../../../main/core/preflight/wanted-images.ts'
import { claimDevice, scanLabel } from '../../../main/core/staging/commands.ts'
import { HOUR, NOW } from '../../support/builders.ts'
import { bundledPacks } from '../../support/pack-world.ts'

const A = '805ec0000001'
const B = '805ec0000002'
const C = '805ec0000003'

async function bench(): Promise<MutableWorld> {
  const world = emptyWorld('bench')
  world.packs = await bundledPacks()
  world.profile.set('p', {
    id: 'p',
    name: 'Deployment',
    packs: [],
    firmware: [{ pack: 'yealink/t4x-t5x', models: [], version: '66.86.0.15' }],
  })
  world.group.set('g', { id: 'g', name: 'Nordwind', profile: 'p' })
  return world
}

const rows = (...macs: string[]) => macs.map((mac, at) => ({ row: at + 1, fields: { mac } }))

function create(world: MutableWorld, over: Partial<OrderDraft> = {}) {
  const made = createOrder({ id: 'PO-1', group: 'g', rows: rows(A, B), ...over }, 'kim', world, NOW)
  if (made.reply.ok) applyChanges(world, made.changes)
  return made
}

function put(world: MutableWorld, mac: string, staging: Partial<Staging>, over: Partial<Device> = {}) {
  const device = world.device.get(mac)
  if (device === undefined) throw new Error(mac)
  world.device.set(mac, { ...device, address: '10.66.0.9', ...over, staging: { ...NEW_STAGING, startedAt: NOW, ...staging } })
  if (staging.token === 'proven') {
    const token = {
      id: 't',
      mac,
      user: mac,
      hash: 'h',
      state: 'proven',
      secret: null,
      ha1: null,
      issuedAt: NOW,
      provenAt: NOW,
      revokedAt: null,
    }
    world.token.set(mac, { mac, tokens: [token as never] }) // a token that was proven, as far as orders care
  }
}

const READY: Partial<Staging> = { firmware: 'right', token: 'proven', provenAt: NOW, readyAt: NOW }

describe('create', () => {
  test('its phones take business group, profile and window from it, also those that come later', async () => {
    const world = await bench()
    const { changes, reply } = create(world, { profile: 'p', windowMinutes: 60 })
    expect(reply).toMatchObject({ ok: true, value: { report: { added: 2, updated: 0, errors: [] } } })
    expect(changes.filter((change) => change.entity === 'audit')).toHaveLength(1)
    expect(world.device.get(A)).toMatchObject({ order: 'PO-1', group: 'g', profile: 'p', windowStartAt: NOW, windowEndAt: NOW + HOUR })
    applyChanges(world, scanLabel({ text: C, order: 'PO-1' }, 'kim', world, NOW + 5).changes)
    expect(world.device.get(C)).toMatchObject({ order: 'PO-1', group: 'g', windowStartAt: NOW + 5 })
  })

  test('wrong rows are named and left out; a wrong field refuses all; a dry run keeps nothing', async () => {
    const world = await bench()
    const bad = [...rows(A, 'nonsense'), { row: 3, fields: { mac: B, model: 'T999' } }]
    const dry = createOrder({ id: 'PO-1', rows: bad, dryRun: true }, 'kim', world, NOW)
    expect(dry.changes).toEqual([])
    expect(dry.reply.ok && dry.reply.value.report.errors.map((one) => `${one.row} ${one.column} ${one.refusal.code}`)).toEqual([
      '2 mac MAC_INVALID',
      '3 model DEVICE_MODEL_UNKNOWN',
    ])
    const refusals: [Partial<OrderDraft>, string, string][] = [
      [{ group: 'x' }, 'GROUP_UNKNOWN', 'group'],
      [{ profile: 'x' }, 'PROFILE_UNKNOWN', 'profile'],
      [{ models: [{ model: 'T999', count: 3 }] }, 'DEVICE_MODEL_UNKNOWN', 'models.0.model'],
      [{ windowStart: 'tomorrow', windowEnd: '2026-11-25T08:00:00Z' }, 'TIME_INVALID', 'windowStart'],
      [{ windowStart: '2026-11-25T08:00:00Z', windowEnd: '2026-11-24T08:00:00Z' }, 'WINDOW_INVALID', 'windowEnd'],
    ]
    for (const [over, code, field] of refusals)
      expect(create(world, over).reply).toMatchObject({ ok: false, refusal: { code, data: { field } } })
    expect(world.order.size + world.device.size).toBe(0)
    create(world)
    expect(create(world).reply).toMatchObject({ ok: false, refusal: { code: 'ORDER_EXISTS' } })
  })

  test('models by number: what is not listed yet is told, and the preflight wants their image', async () => {
    const world = await bench()
    create(world, { profile: 'p', models: [{ model: 'T46S', count: 3 }], rows: [{ row: 1, fields: { mac: A, model: 'T46S' } }] })
    const order = world.order.get('PO-1')
    if (order === undefined) throw new Error('no order')
    expect(stillMissing(order, orderPhones(order, world))).toEqual([{ model: 'T46S', count: 2 }])
    expect(wantedImages(world, 'PO-1')).toEqual([{ model: 'T46S', version: '66.86.0.15', phones: 3, hasImage: false }])
    expect(wantedImages(world)).toHaveLength(1)
    expect(wantedImages(world, 'another')).toEqual([])
  })
})

describe('close', () => {
  const close = (world: MutableWorld, notHandedOver = false) => closeOrder({ id: 'PO-1', notHandedOver }, 'kim', world, NOW + HOUR).reply

  test('not before every phone is done: each says what it lacks', async () => {
    const world = await bench()
    create(world)
    expect(close(world)).toMatchObject({ ok: false, refusal: { code: 'ORDER_NOT_DONE', data: { open: '2', phones: '2' } } })
    put(world, A, READY)
    put(world, B, { hold: { code: 'ACCESS_WINDOW_CLOSED', data: {}, at: NOW } })
    const order = world.order.get('PO-1')
    expect(order && orderPhones(order, world).map((phone) => phone.lacks)).toEqual([null, 'held: The authentication window is closed'])
    expect(close(world)).toMatchObject({ ok: false, refusal: { message: '1 of 2 phones of PO-1 are not done: 80:5E:C0:00:00:02' } })
  })

  test('with a central store only when it has every token', async () => {
    const world = await bench()
    world.sync.set('bench', { acknowledged: 0, lastSyncAt: null, central: 'https://c/', benchId: 'b', key: 'k' })
    create(world)
    put(world, A, { ...READY, syncedAt: NOW })
    put(world, B, READY)
    expect(close(world, true)).toMatchObject({ ok: false, refusal: { code: 'ORDER_NOT_SYNCED', data: { open: '1' } } })
    put(world, B, { ...READY, syncedAt: NOW })
    expect(close(world)).toMatchObject({ ok: true, value: { closedAs: 'synced', closedBy: 'kim', closedAt: NOW + HOUR } })
  })

  test('without one: after an encrypted export, and by somebody who says that they were not handed over', async () => {
    const world = await bench()
    create(world)
    put(world, A, READY)
    put(world, B, READY)
    const entry = (number: number, mac: string) => ({ number, at: NOW, kind: 'token' as const, body: { mac } })
    world.outbox.set('7', entry(7, A)).set('8', entry(8, B))
    expect(close(world, true)).toMatchObject({ ok: false, refusal: { hint: expect.stringMatching(/make a backup/) } })
    world.sync.set('bench', { acknowledged: 0, exportedThrough: 8, lastSyncAt: null, central: null, benchId: null, key: null })
    expect(close(world)).toMatchObject({ ok: false, refusal: { hint: expect.stringMatching(/not handed over/) } })
    expect(close(world, true)).toMatchObject({ ok: true, value: { closedAs: 'notHandedOver' } })
  })

  test('firmware alone: the right firmware is enough', async () => {
    const world = await bench()
    create(world, { firmwareOnly: true })
    put(world, A, { firmware: 'right' })
    put(world, B, { firmware: 'wrong' }, { firmware: '66.85.0.5', model: 'T46S', pack: 'yealink/t4x-t5x' })
    const order = world.order.get('PO-1')
    expect(order && orderPhones(order, world).map((phone) => phone.lacks)).toEqual([null, 'it runs 66.85.0.5, wanted is 66.86.0.15'])
    put(world, B, { firmware: 'right' })
    expect(close(world)).toMatchObject({ ok: true, value: { closedAs: 'firmwareOnly' } })
  })

  test('what was closed stays as it was; nothing comes to it any more', async () => {
    const world = await bench()
    create(world)
    put(world, A, { ...READY, syncedAt: NOW })
    put(world, B, { ...READY, syncedAt: NOW })
    const { changes } = closeOrder({ id: 'PO-1', checks: { drill: { at: NOW, refused: 10, notRefused: 0, notRun: 0 } } }, 'kim', world, NOW)
    applyChanges(world, changes)
    world.device.delete(A)
    const order = world.order.get('PO-1')
    if (order === undefined) throw new Error('no order')
    expect(orderCounts(orderPhones(order, world))).toMatchObject({ phones: 2, done: 2, synced: 2 })
    expect(scanLabel({ text: C, order: 'PO-1' }, 'kim', world, NOW).reply).toMatchObject({ ok: false, refusal: { code: 'ORDER_CLOSED' } })
    expect(claimDevice({ mac: B, order: 'PO-1' }, 'kim', world, NOW).reply.ok).toBe(false)
    expect(close(world)).toMatchObject({ ok: false, refusal: { code: 'ORDER_CLOSED' } })
    expect(checkedOrder({ id: 'PO-1', checks: {} }, world).reply.ok).toBe(false)
    const text = reportText(order, orderPhones(order, world), { group: 'Nordwind', profile: null }, NOW)
    expect(text).toMatch(/every token is at the central store, by kim/)
    expect(text).toMatch(/10 attacks refused/)
    expect(text).toMatch(/80:5E:C0:00:00:01 {2}model unknown/)
  })
})

test('numbers that only stand on phones are shown, too; a number nobody knows is refused', async () => {
  const world = await bench()
  create(world)
  applyChanges(world, scanLabel({ text: C, order: 'old 17' }, 'kim', world, NOW).changes)
  expect(allOrders(world).map((order) => order.id)).toEqual(['old 17', 'PO-1'])
  expect(closeOrder({ id: 'PO-9' }, 'kim', world, NOW).reply).toMatchObject({
    ok: false,
    refusal: { code: 'ORDER_UNKNOWN', data: { known: 'PO-1' } },
  })
})

test('a table program finds no formula in the CSV', () => {
  const phone = {
    ...{
      mac: A,
      serial: '=1+1',
      model: 'T46S, black',
      line: '+494012',
      firmware: null,
      targetFirmware: null,
      state: 'ready',
      token: 'proven',
    },
    ...{ addedAt: NOW, provenAt: null, readyAt: NOW, syncedAt: null, registered: ['4201', '4202'], lacks: null },
  }
  const [head, row] = reportCsv([phone]).split('\r\n')
  expect(head).toMatch(/^mac,serial,model/)
  expect(row).toContain(`80:5E:C0:00:00:01,'=1+1,"T46S, black",'+494012`)
  expect(row).toMatch(/4201 4202,$/)
})
