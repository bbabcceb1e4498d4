import { describe, expect, test } from 'vitest'
import type { OpenStore } from '../../main/store/open.ts'
import { dice } from '../support/dice.ts'
import { waitFor } from '../support/wait-for.ts'
import { keptLog, nameAt, names, newFolder, open, pair } from './folder.ts'
import { TornDisk } from './torn-disk.ts'

const RESERVE = { reserveBytes: 24 * 1024 }

/** Decisions one after another and many at once, each with a slot of its own; the numbers that were acknowledged. */
async function commitUntil(store: OpenStore, isOver: () => boolean, roll: () => number, from: number): Promise<Set<number>> {
  const acknowledged = new Set<number>()
  let next = from
  while (!isOver()) {
    const many = Array.from({ length: 1 + Math.floor(roll() * 12) }, () => next++)
    const size = Math.floor(roll() * 1500)
    await Promise.allSettled(many.map((slot) => store.commit(pair(slot, 'x'.repeat(size))).then(() => !isOver() && acknowledged.add(slot))))
  }
  return acknowledged
}

test('power cuts that tear writes at any sector: what was acknowledged is there, the rest is a clean end, and that is said', async () => {
  const roll = dice('torn writes of the journal')
  let torn = 0
  for (let round = 0; round < 50; round++) {
    const folder = await newFolder()
    const disk = new TornDisk(roll)
    const store = await open(folder, { ...RESERVE, files: disk })
    disk.cutAtFlush = 1 + Math.floor(roll() * 20)
    const acknowledged = await commitUntil(store, () => disk.isOff, roll, 0)
    await store.close()

    const again = await open(folder, RESERVE)
    expect(again.warnings).toEqual([])
    torn += again.repaired.length
    const there = [...again.world.group.keys()].map((id) => Number(id.slice(1))).sort((a, b) => a - b)
    expect(there).toEqual(there.map((_, index) => index)) // a later decision is never there without an earlier one
    for (const slot of acknowledged) expect(nameAt(again, slot)).toBeDefined()
    await again.commit(pair(99_999, 'goes on'))
    await again.close()
    const third = await open(folder, RESERVE)
    expect([third.warnings, third.repaired, nameAt(third, 99_999)]).toEqual([[], [], 'goes on'])
    await third.close()
  }
  expect(torn).toBeGreaterThan(10)
}, 120_000)

describe('a disk that refuses and comes back', () => {
  test.each([
    ['a write is refused', ['write']],
    ['half of a write is refused', ['half-write']],
    ['a flush fails, some of it reached the disk', [null, 'sync']],
    ['it goes on refusing while it is put right', [null, 'sync', 'write', 'write']],
  ] as const)('%s: nothing of it is acknowledged or stays in memory; then memory is the disk, and work goes on', async (_, faults) => {
    const folder = await newFolder()
    const { lines, log } = keptLog()
    const disk = new TornDisk(dice('a disk that refuses'))
    const store = await open(folder, { ...RESERVE, files: disk, log })
    await store.commit(pair(1, 'one'))
    disk.faults = [...faults]
    const [two, three] = await Promise.allSettled([store.commit(pair(2, 'two')), store.commit(pair(3, 'three'))])
    expect([two.status, three.status]).toEqual(['rejected', 'rejected'])
    expect([nameAt(store, 1), nameAt(store, 2), nameAt(store, 3)]).toEqual(['one', undefined, undefined])
    await waitFor('the disk', () => !store.room().refuses)
    expect(lines.map((line) => line.message)).toContain('the disk takes changes again: memory was read anew from it')
    expect(lines.map((line) => line.message)).not.toContain('memory held what the disk has not')
    await store.commit(pair(4, 'four'))
    await store.close()
    const again = await open(folder, RESERVE)
    expect([again.warnings, again.repaired]).toEqual([[], []])
    expect([1, 2, 3, 4].map((slot) => nameAt(again, slot))).toEqual(['one', undefined, undefined, 'four'])
    await again.close()
  })

  test('while it refuses, replies that read what it refused are not given, and later ones wait for nothing', async () => {
    const disk = new TornDisk(dice('replies'))
    const store = await open(await newFolder(), { ...RESERVE, files: disk })
    disk.faults = [null, 'sync', 'write', 'write', 'write']
    const refused = store.commit(pair(1, 'one'))
    const read = store.flushed()
    await expect(refused).rejects.toMatchObject({ refusal: { code: 'STORE_UNAVAILABLE' } })
    await expect(read).rejects.toMatchObject({ refusal: { code: 'STORE_UNAVAILABLE' } })
    await expect(store.flushed()).resolves.toBeUndefined()
    await expect(store.commit(pair(2, 'two'))).rejects.toMatchObject({ refusal: { code: 'STORE_UNAVAILABLE' } })
    await waitFor('the disk', () => !store.room().refuses)
    await store.close()
  })

  test('again and again, with checkpoints under way: memory and disk stay the same', async () => {
    const roll = dice('faults again and again')
    const folder = await newFolder()
    const disk = new TornDisk(roll)
    const store = await open(folder, { ...RESERVE, files: disk, checkpointBytes: 30_000 })
    const acknowledged = new Map<number, string>()
    let refusals = 0
    for (let i = 0; i < 400; i++) {
      const slot = Math.floor(roll() * 60)
      if (roll() < 0.06) disk.faults = [roll() < 0.5 ? 'write' : null, roll() < 0.5 ? 'sync' : 'half-write']
      const name = `${i} ${'y'.repeat(roll() * 600)}`
      await store.commit(pair(slot, name)).then(
        () => acknowledged.set(slot, name),
        () => {
          refusals += 1
        },
      )
      if (store.room().refuses) await waitFor('the disk', () => !store.room().refuses, 20)
      for (const [one, said] of acknowledged) expect(nameAt(store, one)).toBe(said)
    }
    disk.faults = []
    await store.close()
    const again = await open(folder, RESERVE)
    expect(again.warnings).toEqual([])
    for (const [slot, name] of acknowledged) expect(nameAt(again, slot)).toBe(name)
    expect(again.world.group.size).toBe(acknowledged.size)
    await again.close()
    expect(refusals).toBeGreaterThan(5)
    expect((await names(folder, /^snapshot-/)).length).toBeGreaterThan(0)
  }, 60_000)
})
