import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterEach, expect, test } from 'vitest'
import { type BenchOptions, composeBench } from '../../main/entry/compose.ts'
import { freeTcpPort } from '../../main/entry/demo/free-ports.ts'
import { fileSealer } from '../../main/store/key-file.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

const BENCH = `127.${64 + (process.pid % 64)}.68.1`

test('a work order by call: created with its phones, looked at, reported, kept over a restart, not closed too early', async () => {
  const data = await mkdtemp(join(tmpdir(), 'option66-orders-'))
  toClose.push(() => rm(data, { recursive: true, force: true, maxRetries: 3 }))
  const ports = { ...{ dhcp: 0, https: 0, tftp: 0, ntp: 0, dns: 0, sip: 0, syslog: 0 }, http: await freeTcpPort(BENCH) }
  const options: BenchOptions = {
    ...{ data, interface: null, allowDefaultRoute: null, address: BENCH, ports, pool: null, dhcpFile: null, catalogueFile: null },
    ...{ packs: [], firmware: null, central: null, enrol: null },
  }
  const open = async () => {
    const bench = await composeBench(options, await fileSealer(data), () => undefined)
    let isOpen = true
    const close = async () => {
      if (isOpen) await bench.close()
      isOpen = false
    }
    toClose.push(close)
    await bench.services.start()
    return { bench, api: createRouterClient(bench.router, { context: { actor: 'kim' } }), close }
  }
  const first = await open()
  const csv = 'mac,model\n805ec0000001,T46S\n805ec0000002,\nnonsense,\n'
  const made = await first.api.orders.create({ id: 'PO 7/a', name: 'Warehouse', csv, windowMinutes: 60 })
  expect(made).toMatchObject({ added: 2, updated: 0, errors: [{ row: 4, column: 'mac', code: 'MAC_INVALID' }] })
  expect(made.order).toMatchObject({ id: 'PO 7/a', isRecorded: true, counts: { phones: 2, expected: 2, done: 0 }, createdBy: 'kim' })
  expect((await first.api.devices.list({ order: 'PO 7/a' })).devices.map((one) => one.windowEnd)).toEqual([
    made.order.windowEnd,
    made.order.windowEnd,
  ])
  await expect(first.api.orders.close({ id: 'PO 7/a', notHandedOver: true })).rejects.toMatchObject({ code: 'ORDER_NOT_DONE', status: 409 })
  const looked = await first.api.orders.check({ id: 'PO 7/a' })
  expect(looked.checks.preflight?.lines.length).toBe((looked.checks.preflight?.stops ?? 0) + (looked.checks.preflight?.warnings ?? 0))
  expect(looked.mayClose).toMatchObject({ ok: false, code: 'ORDER_NOT_DONE' })
  await first.close()

  const { api } = await open()
  const kept = await api.orders.get({ id: 'PO 7/a' })
  expect(kept.checks).toEqual(looked.checks)
  expect(kept.phones.map((phone) => `${phone.mac} ${phone.model} ${phone.lacks}`)).toEqual([
    '805ec0000001 T46S it was not plugged in yet',
    '805ec0000002 null it was not plugged in yet',
  ])
  const { name, text } = await api.orders.report({ id: 'PO 7/a', format: 'csv' })
  expect(name).toBe('order-PO_7_a.csv')
  expect(text.split('\r\n')).toHaveLength(4)
  expect((await api.orders.list({ open: false })).orders).toEqual([])
  expect((await api.audit.list({})).entries.map((entry) => entry.action)).toContain('orders.create')
  await expect(api.orders.get({ id: 'PO 8' })).rejects.toMatchObject({ code: 'ORDER_UNKNOWN', status: 404 })
})

test('without a central store: a backup that was carried away, and a person who says that the tokens were not handed over', async () => {
  const data = await mkdtemp(join(tmpdir(), 'option66-orders-'))
  toClose.push(() => rm(data, { recursive: true, force: true, maxRetries: 3 }))
  const ports = { dhcp: 0, http: 0, https: 0, tftp: 0, ntp: 0, dns: 0, sip: 0, syslog: 0 }
  const options: BenchOptions = {
    ...{ data, interface: null, allowDefaultRoute: null, address: null, ports, pool: null, dhcpFile: null, catalogueFile: null },
    ...{ packs: [], firmware: null, central: null, enrol: null },
  }
  const bench = await composeBench(options, await fileSealer(data), () => undefined)
  toClose.push(() => bench.close())
  const api = createRouterClient(bench.router, { context: { actor: 'kim' } })
  const mac = '805ec0000001'
  await api.orders.create({ id: 'PO-1', phones: [mac] })
  const token = {
    mac,
    user: mac,
    hash: 'a'.repeat(64),
    state: 'proven' as const,
    secret: null,
    ha1: null,
    issuedAt: 1,
    provenAt: 2,
    revokedAt: null,
  }
  await bench.loop.ask((world, now) => {
    const device = world.device.get(mac)
    if (device === undefined) throw new Error('no device')
    const staging = { ...device.staging, firmware: 'right' as const, token: 'proven' as const, provenAt: now, readyAt: now }
    return {
      reply: null,
      changes: [
        { entity: 'device', id: mac, value: { ...device, address: '10.66.0.9', staging } },
        { entity: 'token', id: mac, value: { mac, tokens: [{ id: 't', ...token } as never] } }, // a token as far as an order cares
      ],
      effects: [],
    }
  })
  await expect(api.orders.close({ id: 'PO-1', notHandedOver: true })).rejects.toMatchObject({
    code: 'ORDER_NOT_SYNCED',
    data: { hint: expect.stringMatching(/make a backup and carry it away/) },
  })
  const { made } = await api.backup.create({ passphrase: 'four words that nobody guesses 66' })
  expect((await api.orders.get({ id: 'PO-1' })).mayClose.ok).toBe(false)
  await api.backup.part({ name: made.name, offset: 0 })
  expect((await api.orders.get({ id: 'PO-1' })).mayClose).toMatchObject({ ok: true, as: 'notHandedOver' })
  await expect(api.orders.close({ id: 'PO-1' })).rejects.toMatchObject({ code: 'ORDER_NOT_SYNCED' })
  expect(await api.orders.close({ id: 'PO-1', notHandedOver: true })).toMatchObject({
    closedAs: 'notHandedOver',
    counts: { phones: 1, done: 1 },
  })
  expect((await api.orders.report({ id: 'PO-1' })).text).toMatch(/closed, tokens not handed over, by kim/)
})
