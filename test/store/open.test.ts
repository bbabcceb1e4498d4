import { describe, expect, test } from 'vitest'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Change } from '../../main/core/model/world.ts'
import { device, MAC, NOW } from '../support/builders.ts'
import { waitFor } from '../support/wait-for.ts'
import { nameAt, names, newFolder, open, pair } from './folder.ts'

describe('commit', () => {
  test('memory at once, the disk before the promise; also under NODE_ENV=test, where presets of lowdb keep nothing', async () => {
    expect(process.env.NODE_ENV).toBe('test')
    const folder = await newFolder()
    const store = await open(folder)
    const kept = store.commit([{ entity: 'device', id: MAC, value: device() }])
    expect(store.world.device.get(MAC)).toEqual(device())
    await kept
    expect((await stat(join(folder, 'journal-1.ndjson'))).size).toBeGreaterThan(100)
    await store.close()
    const again = await open(folder)
    expect(again.world.device.get(MAC)).toEqual(device())
    expect(again.warnings).toEqual([])
    await again.close()
  })

  test('null removes a record for good', async () => {
    const folder = await newFolder()
    const store = await open(folder)
    await store.commit(pair(1, 'one'))
    await store.commit([{ entity: 'group', id: 'g1', value: null }])
    await store.close()
    const again = await open(folder)
    expect([again.world.group.size, again.world.department.size]).toEqual([0, 1])
    await again.close()
  })

  test('volatile records live in memory only', async () => {
    const folder = await newFolder()
    const store = await open(folder)
    const offer: Change = { entity: 'offer', id: MAC, value: { mac: MAC, address: '10.66.0.20', xid: 1, expiresAt: NOW } }
    await store.commit([offer])
    await store.commit([offer, ...pair(1, 'one')])
    expect(store.world.offer.size).toBe(1)
    await store.close()
    const again = await open(folder)
    expect([again.world.offer.size, nameAt(again, 1)]).toEqual([0, 'one'])
    await again.close()
  })

  test('a decision that changes nothing waits for what it may have read and is not on the disk yet', async () => {
    const store = await open(await newFolder())
    const order: string[] = []
    await Promise.all([store.commit(pair(1, 'one')).then(() => order.push('write')), store.commit([]).then(() => order.push('read'))])
    expect(order).toEqual(['write', 'read'])
    await store.close()
  })

  test('a value that is no JSON is refused and changes nothing, the next one is kept', async () => {
    const folder = await newFolder()
    const store = await open(folder)
    const circular: Record<string, unknown> = {}
    circular.self = circular
    const bad = { entity: 'outbox', id: '1', value: { number: 1, at: NOW, kind: 'device', body: circular } } as Change
    await expect(store.commit([bad])).rejects.toThrow(/circular/i)
    expect(store.world.outbox.size).toBe(0)
    await store.commit(pair(1, 'one'))
    await store.close()
    const again = await open(folder)
    expect([nameAt(again, 1), again.warnings]).toEqual(['one', []])
    await again.close()
  })

  test('thousands at once share flushes and all survive', async () => {
    const folder = await newFolder()
    const store = await open(folder)
    await Promise.all(Array.from({ length: 5000 }, (_, i) => store.commit(pair(i, `name ${i}`))))
    await store.close()
    const again = await open(folder)
    for (let i = 0; i < 5000; i++) expect(nameAt(again, i)).toBe(`name ${i}`)
    await again.close()
  })
})

describe('checkpoint', () => {
  test('while phones go on: newest state restored, two generations kept, nothing half', async () => {
    const folder = await newFolder()
    const store = await open(folder, { checkpointBytes: 40_000 })
    const enough = async () => (await names(folder, /^snapshot-\d+\.ndjson$/)).length >= 2
    let last = -1
    while (last < 59 || !(await enough())) {
      last += 1
      await Promise.all(Array.from({ length: 40 }, (_, slot) => store.commit(pair(slot, `${last}`))))
    }
    await store.close()
    const snapshots = await names(folder, /^snapshot-/)
    expect(snapshots.length).toBe(2)
    expect((await names(folder, /^journal-/)).length).toBeLessThanOrEqual(3)
    const again = await open(folder)
    for (let slot = 0; slot < 40; slot++) expect(nameAt(again, slot)).toBe(`${last}`)
    expect(again.warnings).toEqual([])
    await again.close()
  }, 60_000)

  test('records deleted while it is written stay deleted', async () => {
    const folder = await newFolder()
    const store = await open(folder, { checkpointBytes: 1000 })
    for (let slot = 0; slot < 3000; slot += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, i) => store.commit(pair(slot + i, 'x'))))
      await store.commit([{ entity: 'group', id: `g${slot}`, value: null }])
    }
    await waitFor('a snapshot', async () => (await names(folder, /^snapshot-\d+\.ndjson$/)).length > 0)
    await store.close()
    const again = await open(folder)
    expect([again.world.group.size, again.world.department.size]).toEqual([2970, 3000])
    await again.close()
  })
})
