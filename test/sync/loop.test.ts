import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Refused } from '../../main/bench/refused.ts'
import type { SyncLink } from '../../main/bench/ports.ts'
import { MAX_BATCH } from '../../main/core/sync/protocol.ts'
import { type Pace, startSync } from '../../main/sync/loop.ts'
import { DATABASES } from '../central/databases.ts'
import { callApi, CENTRAL_KEY, keptLog, quiet, startCentral, type TestCentral } from '../support/central.ts'
import { type Cut, type CutProxy, startCutProxy } from '../support/cut-proxy.ts'
import { waitFor } from '../support/wait-for.ts'
import { isSynced, type MemoryBench, memoryBench } from './memory-bench.ts'

const FAST: Pace = { soonMs: 5, idleMs: 50, retryMs: 10, retryMaxMs: 40 }
/** Nothing happens by itself within a test. */
const BY_HAND: Pace = { soonMs: 600_000, idleMs: 600_000, retryMs: 600_000, retryMaxMs: 600_000 }

let central: TestCentral
let closeDatabase: () => Promise<void>
let proxy: CutProxy
const links: SyncLink[] = []

beforeAll(async () => {
  const { close, database } = await (DATABASES.find((one) => one.why === null) ?? unreachable()).open()
  closeDatabase = close
  central = await startCentral(database)
})

afterEach(async () => {
  for (const link of links.splice(0)) await link.close()
  await proxy?.close()
})

afterAll(async () => {
  await central?.close()
  await closeDatabase?.()
})

const newCode = async () => (await callApi<{ code: string }>(central.url, 'enrolment.create', { bench: 'lab' })).body.code

async function link(
  bench: MemoryBench,
  over: { code?: string | null; pace?: Pace; log?: typeof quiet; url?: string | null } = {},
): Promise<SyncLink> {
  const started = startSync({
    store: bench.store,
    ask: bench.ask,
    url: over.url === undefined ? proxy.url : over.url,
    enrolCode: over.code === undefined ? await newCode() : over.code,
    clock: { now: () => Date.now() },
    log: over.log ?? quiet,
    pace: over.pace ?? BY_HAND,
  })
  if (started === null) throw new Error('no link')
  links.push(started)
  return started
}

const atCentral = async (mac: string) =>
  (await callApi<{ token: string; state: string; timeline: { kind: string }[] }>(central.url, 'devices.get', { mac })).body
const benches = async () => (await callApi<{ benches: unknown[] }>(central.url, 'status', {})).body.benches.length

/** Calls `now` until it goes through, as a person would. */
async function untilThrough(sync: SyncLink): Promise<void> {
  await waitFor('a sync that goes through', () =>
    sync
      .now()
      .then(() => true)
      .catch((error: unknown) => (error instanceof Refused ? false : Promise.reject(error))),
  )
}

describe('sync', () => {
  test('enrols, reports, is synced', async () => {
    proxy = await startCutProxy(central.url)
    const bench = memoryBench()
    const [mac = ''] = await bench.stage(1)
    const sync = await link(bench)
    expect(sync.status()).toEqual({ state: 'offline', url: proxy.url, error: null })
    expect(await sync.now()).toEqual({ sent: 3, acknowledged: 3, pending: 0 })
    expect(sync.status()).toEqual({ state: 'online', url: proxy.url, error: null })
    expect(isSynced(bench, mac)).toBe(true)
    expect(await atCentral(mac)).toMatchObject({ token: 'proven', state: 'synced' })
    expect(bench.notes.map((note) => note.kind)).toEqual(expect.arrayContaining(['sync.enrolled', 'token.synced']))
    expect(await sync.now()).toEqual({ sent: 0, acknowledged: 0, pending: 0 })
  })

  test('by itself, soon after something waits, and again after a new start of the bench', async () => {
    proxy = await startCutProxy(central.url)
    const bench = memoryBench()
    const first = await link(bench, { pace: FAST })
    await waitFor('online', () => first.status().state === 'online')
    const [one = ''] = await bench.stage(1)
    first.soon()
    await waitFor('synced', () => isSynced(bench, one))
    await first.close()
    const [two = ''] = await bench.stage(1)
    // Without a code and without a URL: it is enrolled, and knows where.
    await link(bench, { code: null, url: null, pace: FAST })
    await waitFor('synced after the restart', () => isSynced(bench, two))
  })

  test('many entries go in bounded batches, oldest first', async () => {
    proxy = await startCutProxy(central.url)
    const bench = memoryBench()
    const macs = await bench.stage(150)
    const sync = await link(bench)
    expect(await sync.now()).toEqual({ sent: 450, acknowledged: 450, pending: 0 })
    expect(proxy.seen.filter((one) => one.path.endsWith('sync.push')).length).toBe(Math.ceil(450 / MAX_BATCH))
    expect(macs.every((mac) => isSynced(bench, mac))).toBe(true)
  })

  // Enrolment is one request, 450 entries are three: a cut of each kind at each of them, and at two in a row.
  const cuts: Cut[] = ['before', 'after', 'half']
  const plans = [0, 1, 2, 3].flatMap((place) =>
    cuts.flatMap((cut): Cut[][] => [
      [...Array.from({ length: place }, (): Cut => 'pass'), cut],
      [...Array.from({ length: place }, (): Cut => 'pass'), cut, 'after'],
    ]),
  )

  test.each(plans.map((plan) => [plan.join(' '), plan] as const))('survives: %s', async (_, plan) => {
    proxy = await startCutProxy(central.url)
    const before = await benches()
    const bench = memoryBench()
    const macs = await bench.stage(150)
    const sync = await link(bench)
    proxy.plan = [...plan]
    await expect(sync.now()).rejects.toMatchObject({ refusal: { code: 'SYNC_OFFLINE', status: 503 } })
    expect(sync.status()).toMatchObject({ state: 'offline', error: expect.stringContaining('The central store cannot be reached') })
    await untilThrough(sync)
    expect([bench.world.outbox.size, macs.filter((mac) => !isSynced(bench, mac)), await benches()]).toEqual([0, [], before + 1])
    const last = macs.at(-1) ?? ''
    // Told twice, taken once.
    expect((await atCentral(last)).timeline.map((note) => note.kind)).toEqual(['token.received', 'bench.ready'])
  })

  test('a central store that is away is tried again by itself; what is staged meanwhile is not lost', async () => {
    proxy = await startCutProxy(central.url)
    const bench = memoryBench()
    const { lines, log } = keptLog()
    const code = await newCode()
    const alive = proxy.target
    proxy.target = 'http://127.0.0.1:1/'
    const sync = await link(bench, { pace: FAST, log, code })
    await waitFor('offline with a reason', () => sync.status().error !== null)
    const [mac = ''] = await bench.stage(1)
    sync.soon()
    await waitFor('several tries', () => proxy.seen.length >= 0 && lines.filter((line) => line.level === 'debug').length > 3)
    // One line when it goes offline, not one a try.
    expect(lines.filter((line) => line.level === 'warn').length).toBe(1)
    proxy.target = alive
    await waitFor('synced', () => isSynced(bench, mac))
    expect(sync.status()).toMatchObject({ state: 'online', error: null })
  })

  test('a wrong code is said once and not tried again by itself', async () => {
    proxy = await startCutProxy(central.url)
    const bench = memoryBench()
    const sync = await link(bench, { code: 'WRONG-WRONG-WRONG-WRONG', pace: FAST })
    await waitFor('the refusal', () => sync.status().error !== null)
    expect(sync.status()).toMatchObject({ state: 'offline', error: 'The enrolment code is used up or unknown' })
    const tries = proxy.seen.length
    await bench.stage(1)
    sync.soon()
    await expect(sync.now()).rejects.toMatchObject({ refusal: { code: 'SYNC_CODE_INVALID', hint: expect.any(String) } })
    expect(proxy.seen.length).toBe(tries + 1)
    expect(bench.world.outbox.size).toBe(3)
  })

  test('a code that another bench used is refused', async () => {
    proxy = await startCutProxy(central.url)
    const code = await newCode()
    await (await link(memoryBench(), { code })).now()
    await expect((await link(memoryBench(), { code })).now()).rejects.toMatchObject({ refusal: { code: 'SYNC_CODE_INVALID' } })
  })

  test('a key that is no longer good is said, nothing is dropped', async () => {
    proxy = await startCutProxy(central.url)
    const bench = memoryBench()
    const sync = await link(bench)
    await sync.now()
    const state = bench.world.sync.get('bench')
    if (state !== undefined) bench.world.sync.set('bench', { ...state, key: 'revoked-key-revoked-key-revoked' })
    await bench.stage(1)
    await expect(sync.now()).rejects.toMatchObject({ refusal: { message: expect.stringContaining('does not accept the key') } })
    expect(bench.world.outbox.size).toBe(3)
  })

  test('something else at that address is no central store', async () => {
    const bench = memoryBench()
    proxy = await startCutProxy(central.url)
    const sync = await link(bench, { url: `${proxy.url}nowhere/` })
    await expect(sync.now()).rejects.toMatchObject({ refusal: { code: 'SYNC_OFFLINE' } })
  })

  test('the same moment asked twice is one push; close ends a call under way', async () => {
    proxy = await startCutProxy(central.url)
    const bench = memoryBench()
    await bench.stage(1)
    const sync = await link(bench)
    await Promise.all([sync.now(), sync.now(), sync.now()])
    expect(bench.world.outbox.size).toBe(0)
    let answered = false
    let open: () => void = () => undefined
    proxy.onAnswered = () =>
      new Promise<void>((resolve) => {
        answered = true
        open = resolve
      })
    const under = sync.now().catch((error: unknown) => error)
    await waitFor('the call to be under way', () => answered)
    await sync.close()
    expect(await under).toBeInstanceOf(Refused)
    open()
  })

  test('a bench without a central store has no link', () => {
    expect(
      startSync({ store: memoryBench().store, ask: memoryBench().ask, url: null, enrolCode: null, clock: { now: () => 0 }, log: quiet }),
    ).toBeNull()
  })

  test('the key of the store itself is no key of a bench', async () => {
    expect((await callApi(central.url, 'sync.push', { bench: 'b', entries: [] }, CENTRAL_KEY)).status).toBe(401)
  })
})

function unreachable(): never {
  throw new Error('the embedded database can always be had')
}
