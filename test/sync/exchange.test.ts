import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Exchange } from '../../main/bench/ports.ts'
import { createExchange } from '../../main/sync/exchange.ts'
import { exchangeSecret, sealExchange } from '../../main/sync/exchange-seal.ts'
import { DATABASES } from '../central/databases.ts'
import { callApi, startCentral, type TestCentral } from '../support/central.ts'
import { isSynced, type MemoryBench, memoryBench } from './memory-bench.ts'

let central: TestCentral
let closeDatabase: () => Promise<void>

beforeAll(async () => {
  const { close, database } = await (DATABASES.find((one) => one.kind === 'embedded') ?? unreachable()).open()
  closeDatabase = close
  central = await startCentral(database)
}, 180_000)
afterAll(async () => {
  await central?.close()
  await closeDatabase?.()
})

type Carrier = { bench: MemoryBench; exchange: Exchange; id: string }
type Bytes = Uint8Array

const base64 = (bytes: Bytes) => Buffer.from(bytes).toString('base64')

/** A bench that never had a network, enrolled by a file. */
async function carrier(): Promise<Carrier> {
  const bench = memoryBench()
  const exchange = createExchange({ store: bench.store, ask: bench.ask, clock: { now: () => Date.now() } })
  const { body } = await callApi<{ file: string }>(central.url, 'enrolment.file', { bench: 'island' })
  const { bench: id } = await exchange.enrol(Buffer.from(body.file, 'base64'))
  return { bench, exchange, id }
}

/** The central store takes reports; the receipts. */
async function taken(bytes: Bytes): Promise<Bytes> {
  const { body, status } = await callApi<{ file: string }>(central.url, 'sync.import', { file: base64(bytes) })
  expect(status, JSON.stringify(body)).toBe(200)
  return Buffer.from(body.file, 'base64')
}

const refusedThere = async (bytes: Bytes) =>
  (await callApi<{ code: string }>(central.url, 'sync.import', { file: base64(bytes) })).body.code
const tokenAtCentral = async (mac: string) => (await callApi<{ token: string }>(central.url, 'devices.get', { mac })).body.token

describe('reports and receipts on a stick', () => {
  test('there and back: the central store has the tokens, the bench knows it; both sides may do it again', async () => {
    const { bench, exchange } = await carrier()
    const macs = await bench.stage(3)
    const reports = await exchange.export()
    expect([reports.entries, bench.world.outbox.size]).toEqual([9, 9])
    const receipts = await taken(reports.bytes)
    for (const mac of macs) expect(await tokenAtCentral(mac)).toBe('proven')
    expect(await exchange.import(receipts)).toEqual({ acknowledged: 9, refused: 0, pending: 0 })
    expect(macs.every((mac) => isSynced(bench, mac))).toBe(true)
    expect(await exchange.import(receipts)).toEqual({ acknowledged: 0, refused: 0, pending: 0 })
    expect(await exchange.import(await taken(reports.bytes))).toEqual({ acknowledged: 0, refused: 0, pending: 0 })
  })

  test('nothing is readable on the way: no token, no hash, no MAC', async () => {
    const { bench, exchange } = await carrier()
    const [mac = ''] = await bench.stage(1)
    const { bytes } = await exchange.export()
    const text = Buffer.from(bytes).toString('latin1')
    const hash = bench.world.token.get(mac)?.tokens[0]?.hash ?? ''
    expect(hash.length).toBe(64)
    for (const secret of [mac, hash, bench.world.sync.get('bench')?.key ?? '?']) expect(text).not.toContain(secret)
  })

  test('out of order, twice, and with work in between', async () => {
    const { bench, exchange } = await carrier()
    const first = await bench.stage(2)
    const one = await exchange.export()
    const second = await bench.stage(2)
    const two = await exchange.export()
    const receiptsOfTwo = await taken(two.bytes)
    const receiptsOfOne = await taken(one.bytes)
    expect((await exchange.import(receiptsOfOne)).pending).toBe(6)
    expect(first.map((mac) => isSynced(bench, mac))).toEqual([true, true])
    expect(second.map((mac) => isSynced(bench, mac))).toEqual([false, false])
    expect((await exchange.import(receiptsOfTwo)).pending).toBe(0)
    expect(second.map((mac) => isSynced(bench, mac))).toEqual([true, true])
  })

  test('receipts of another life of the bench acknowledge nothing of this one', async () => {
    const { bench, exchange, id } = await carrier()
    await bench.stage(2)
    const key = bench.world.sync.get('bench')?.key ?? ''
    const receipts = [...bench.world.outbox.values()].map(({ at, kind, number }) => ({ number, at: at - 1, kind, refused: null }))
    const old = sealExchange('receipts', id, exchangeSecret(key), { bench: id, at: 1, receipts })
    expect((await exchange.import(old)).acknowledged).toBe(0)
    expect(bench.world.outbox.size).toBe(6)
  })

  test('in whatever order files are made, carried, lost and repeated: in the end both sides agree, and nothing is acknowledged that is not there', async () => {
    const act = fc.constantFrom('stage', 'export', 'take', 'receive')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(act, fc.nat(20)), { maxLength: 14 }), async (acts) => {
        const { bench, exchange } = await carrier()
        const reports: Bytes[] = []
        const receipts: Bytes[] = []
        const macs: string[] = []
        for (const [what, n] of acts) {
          if (what === 'stage') macs.push(...(await bench.stage(1)))
          else if (what === 'export') reports.push((await exchange.export()).bytes)
          else if (what === 'take' && reports.length > 0) receipts.push(await taken(reports[n % reports.length] ?? unreachable()))
          else if (receipts.length > 0) await exchange.import(receipts[n % receipts.length] ?? unreachable())
          for (const mac of macs) if (isSynced(bench, mac)) expect(await tokenAtCentral(mac)).toBe('proven')
        }
        await exchange.import(await taken((await exchange.export()).bytes))
        expect(bench.world.outbox.size).toBe(0)
        for (const mac of macs) expect([isSynced(bench, mac), await tokenAtCentral(mac)]).toEqual([true, 'proven'])
      }),
      { numRuns: 12 },
    )
  }, 180_000)
})

describe('what is refused', () => {
  test('a file with any one bit changed, cut or longer: nothing of it is taken', async () => {
    const { bench, exchange } = await carrier()
    const [mac = ''] = await bench.stage(1)
    const { bytes } = await exchange.export()
    const line = Buffer.from(bytes).indexOf(10)
    const places = [line + 1, line + 40, bytes.length - 1, bytes.length - 17, Buffer.from(bytes).indexOf('salt') + 12]
    for (const at of places) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(['EXCHANGE_DAMAGED', 'EXCHANGE_NO_FILE'], `byte ${at}`).toContain(await refusedThere(changed))
    }
    for (const end of [0, 10, line + 1, line + 10, bytes.length - 1])
      expect(await refusedThere(bytes.subarray(0, end))).toMatch(/EXCHANGE_(DAMAGED|NO_FILE)/)
    expect(await refusedThere(Buffer.concat([bytes, Buffer.from('x')]))).toBe('EXCHANGE_DAMAGED')
    expect((await callApi<{ code: string }>(central.url, 'devices.get', { mac })).body.code).toBe('DEVICE_UNKNOWN')
  })

  test('of another bench, of a bench nobody knows, the wrong way round, of a newer program, no such file', async () => {
    const [one, other] = [await carrier(), await carrier()]
    await one.bench.stage(1)
    const reports = (await one.exchange.export()).bytes
    const receipts = await taken(reports)
    await expect(other.exchange.import(receipts)).rejects.toMatchObject({ refusal: { code: 'EXCHANGE_OTHER_BENCH' } })
    await expect(one.exchange.import(reports)).rejects.toMatchObject({ refusal: { code: 'EXCHANGE_WRONG_WAY' } })
    expect(await refusedThere(receipts)).toBe('EXCHANGE_WRONG_WAY')
    // The head says another bench: its secret does not open it.
    const forged = Buffer.from(Buffer.from(reports).toString('latin1').replace(one.id, other.id), 'latin1')
    expect(await refusedThere(forged)).toBe('EXCHANGE_DAMAGED')
    expect(await refusedThere(sealExchange('outbox', 'b-unknown', 'secret', { bench: 'b-unknown', at: 1, entries: [] }))).toBe(
      'EXCHANGE_UNKNOWN_BENCH',
    )
    const newer = Buffer.from(Buffer.from(reports).toString('latin1').replace('"version":1', '"version":2'), 'latin1')
    expect(await refusedThere(newer)).toBe('EXCHANGE_NEWER')
    expect(await refusedThere(Buffer.from('{"hello":1}\nworld'))).toBe('EXCHANGE_NO_FILE')
  })

  test('a bench that is not enrolled has nobody to carry to', async () => {
    const bench = memoryBench()
    const exchange = createExchange({ store: bench.store, ask: bench.ask, clock: { now: () => Date.now() } })
    await expect(exchange.export()).rejects.toMatchObject({ refusal: { code: 'EXCHANGE_NOT_ENROLLED' } })
    await expect(exchange.enrol(Buffer.from('{"option66":"enrolment"}'))).rejects.toMatchObject({ refusal: { code: 'EXCHANGE_NO_FILE' } })
  })
})

function unreachable(): never {
  throw new Error('unreachable')
}
