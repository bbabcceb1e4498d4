import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dice } from '../support/dice.ts'
import { copyOf, nameAt, names, open, pair } from './folder.ts'

const SLOTS = 30
const ROUNDS = 12

/** A folder with a snapshot, the generation before it, and journals, as a bench leaves it. Made once, copied by every case. */
let whole = ''
beforeAll(async () => {
  whole = await mkdtemp(join(tmpdir(), 'option66-whole-'))
  const store = await open(whole, { checkpointBytes: 20_000 })
  for (let round = 0; round < ROUNDS; round++) for (let slot = 0; slot < SLOTS; slot++) await store.commit(pair(slot, `${round}`))
  await store.close()
})
afterAll(() => rm(whole, { recursive: true, force: true }))

async function flip(path: string, at: number, mask = 1): Promise<void> {
  const bytes = await readFile(path)
  bytes[at] = (bytes[at] ?? 0) ^ mask
  await writeFile(path, bytes)
}

/** State by slot after an opening, and after a second one, which must find nothing wrong any more. */
async function opened(folder: string): Promise<{ rounds: number[]; warnings: readonly string[] }> {
  const store = await open(folder)
  const rounds = Array.from({ length: SLOTS }, (_, slot) => Number(nameAt(store, slot) ?? -1))
  const { warnings } = store
  await store.close()
  const again = await open(folder)
  expect(again.warnings).toEqual([])
  expect(Array.from({ length: SLOTS }, (_, slot) => Number(nameAt(again, slot) ?? -1))).toEqual(rounds)
  await again.commit(pair(0, 'goes on'))
  await again.close()
  return { rounds, warnings }
}

const newest = async (folder: string, kind: string) =>
  join(folder, (await names(folder, new RegExp(`^${kind}-\\d+\\.ndjson$`))).sort(byNumber).at(-1) ?? '')
const byNumber = (a: string, b: string) => Number(/\d+/.exec(a)) - Number(/\d+/.exec(b))
const ALL_NEW = Array.from({ length: SLOTS }, () => ROUNDS - 1)

describe('a damaged snapshot', () => {
  const cases: [string, (path: string) => Promise<void>][] = [
    ['one bit', async (path) => flip(path, Math.floor((await stat(path)).size / 2))],
    ['cut in half', async (path) => truncate(path, Math.floor((await stat(path)).size / 2))],
    ['cut at its last line', async (path) => truncate(path, (await readFile(path, 'utf8')).trimEnd().lastIndexOf('\n') + 1)],
    ['empty', (path) => truncate(path, 0)],
    ['zeros', async (path) => writeFile(path, Buffer.alloc((await stat(path)).size))],
    ['something else', (path) => writeFile(path, 'this is no snapshot\n')],
  ]
  test.each(cases)('%s: nothing is lost, the file is kept aside, the person is told', async (_, damage) => {
    const folder = await copyOf(whole)
    const path = await newest(folder, 'snapshot')
    await damage(path)
    const { rounds, warnings } = await opened(folder)
    expect(rounds).toEqual(ALL_NEW)
    expect(warnings).toEqual([expect.stringMatching(/^snapshot-\d+\.ndjson was damaged; .*kept as snapshot-\d+\.ndjson\.damaged-/)])
    expect(await names(folder, /^snapshot-\d+\.ndjson\.damaged-/)).toHaveLength(1)
  })

  test('all of them: what is readable of the newest, and every journal since', async () => {
    const folder = await copyOf(whole)
    for (const name of await names(folder, /^snapshot-/)) await flip(join(folder, name), 40)
    const { rounds, warnings } = await opened(folder)
    expect(rounds.filter((round) => round === ROUNDS - 1).length).toBeGreaterThanOrEqual(SLOTS - 1)
    expect(warnings.length).toBe(2)
    expect(await names(folder, /\.damaged-/)).toHaveLength(2)
  })
})

describe('a damaged journal', () => {
  test('one bit in the middle: one change is lost, all others are there, the file is kept aside', async () => {
    const folder = await copyOf(whole)
    const path = await newest(folder, 'journal')
    const lines = (await readFile(path, 'utf8')).split('\n')
    await flip(path, (lines[0]?.length ?? 0) + 30)
    const { warnings } = await opened(folder)
    expect(warnings).toEqual([
      expect.stringMatching(/one change in it could not be read, all others were restored\. The damaged file is kept as/),
    ])
    expect(await names(folder, /^journal-\d+\.ndjson\.damaged-/)).toHaveLength(1)
  })

  test('a separator overwritten: the checksum covers it', async () => {
    const folder = await copyOf(whole)
    const path = await newest(folder, 'journal')
    const first = (await readFile(path)).indexOf(10)
    await flip(path, first, 0x20)
    expect((await opened(folder)).warnings.length).toBe(1)
  })

  test('a line taken out whole is noticed by its number', async () => {
    const folder = await copyOf(whole)
    const path = await newest(folder, 'journal')
    const lines = (await readFile(path, 'utf8')).split('\n')
    await writeFile(path, [...lines.slice(0, 2), ...lines.slice(3)].join('\n'))
    expect((await opened(folder)).warnings).toEqual([expect.stringMatching(/one change in it could not be read/)])
  })

  test('missing altogether: told', async () => {
    const folder = await copyOf(whole)
    await rm(await newest(folder, 'journal'))
    expect((await opened(folder)).warnings).toEqual([expect.stringMatching(/^journal-\d+\.ndjson is missing/)])
  })

  test('cut anywhere: every whole change before the cut is there, without a word, for it was never acknowledged', async () => {
    const path = await newest(whole, 'journal')
    const bytes = await readFile(path)
    for (let size = bytes.length; size > bytes.length - 400 && size >= 0; size -= 7) {
      const folder = await copyOf(whole)
      await truncate(join(folder, path.slice(whole.length)), size)
      await rm(join(folder, 'store-end.json'))
      const { warnings } = await opened(folder)
      expect(warnings).toEqual([])
    }
  })
})

test('any one bit anywhere: opens, loses at most one change, and says so when it does', async () => {
  const files = await names(whole, /^(snapshot|journal)-/)
  const roll = dice('flipped bits of the store')
  for (let i = 0; i < 60; i++) {
    const name = files[i % files.length] ?? ''
    const size = (await stat(join(whole, name))).size
    if (size === 0) continue
    const folder = await copyOf(whole)
    await flip(join(folder, name), Math.floor(roll() * size), 1 << Math.floor(roll() * 8))
    const { rounds, warnings } = await opened(folder)
    const lost = rounds.filter((round) => round !== ROUNDS - 1).length
    expect(lost).toBeLessThanOrEqual(1)
    if (lost > 0 && warnings.length === 0) expect(rounds.indexOf(ROUNDS - 2)).toBe(SLOTS - 1) // the very last line looks like a torn one
  }
})

test('a damaged line feed costs no change at all: both lines are read, the person is told once', async () => {
  const name = basename(await newest(whole, 'journal'))
  const bytes = await readFile(join(whole, name))
  const feeds = [...bytes.keys()].filter((at) => bytes[at] === 10 && at < bytes.length - 1)
  for (const at of feeds.slice(0, 8)) {
    const folder = await copyOf(whole)
    await flip(join(folder, name), at, 4)
    expect(await opened(folder)).toMatchObject({ rounds: ALL_NEW, warnings: [expect.stringMatching(/damaged: nothing was lost/)] })
  }
})

test('what a crash left half written is swept', async () => {
  const folder = await copyOf(whole)
  await writeFile(join(folder, 'snapshot-99.ndjson.tmp12345'), 'half')
  const { rounds, warnings } = await opened(folder)
  expect([rounds, warnings]).toEqual([ALL_NEW, []])
  expect(await names(folder, /\.tmp/)).toEqual([])
})
