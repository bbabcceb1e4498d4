import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { copyOf, names, newFolder, open, pair } from './folder.ts'

const TOO_EARLY = /^The store ends too early: on \d{4}-.* it held (\d+|one) changes? more/

/** A folder with `changes` changes in it. */
async function folderWith(changes: number, over: Parameters<typeof open>[1] = {}): Promise<string> {
  const folder = await newFolder()
  const store = await open(folder, over)
  for (let slot = 0; slot < changes; slot++) await store.commit(pair(slot, 'x'))
  await store.close()
  return folder
}

async function warningsOf(folder: string): Promise<readonly string[]> {
  const store = await open(folder)
  await store.close()
  return store.warnings
}

describe('a store that ends too early is told, once', () => {
  const DAMAGES: [string, (folder: string) => Promise<unknown>][] = [
    ['an emptied journal', (folder) => truncate(join(folder, 'journal-1.ndjson'), 0)],
    ['a journal that is gone', (folder) => rm(join(folder, 'journal-1.ndjson'))],
    [
      'a journal cut between two changes',
      async (folder) => {
        const path = join(folder, 'journal-1.ndjson')
        const lines = (await readFile(path, 'utf8')).split('\n')
        await writeFile(path, `${lines.slice(0, 3).join('\n')}\n`)
      },
    ],
  ]
  test.each(DAMAGES)('%s', async (_, damage) => {
    const folder = await folderWith(9)
    await damage(folder)
    expect(await warningsOf(folder)).toEqual([expect.stringMatching(TOO_EARLY)])
    expect(await warningsOf(folder)).toEqual([])
  })

  test('a copy of yesterday beside the end of today', async () => {
    const folder = await folderWith(3)
    const yesterday = await copyOf(folder)
    const store = await open(folder, { checkpointBytes: 500 })
    for (let slot = 0; slot < 20; slot++) await store.commit(pair(slot, 'y'))
    await store.close()
    const end = await readFile(join(folder, 'store-end.json'))
    await writeFile(join(yesterday, 'store-end.json'), end)
    expect(await warningsOf(yesterday)).toEqual([expect.stringMatching(TOO_EARLY)])
  })
})

test.each([
  ['whole', async () => undefined],
  ['the file beside it gone', (folder: string) => rm(join(folder, 'store-end.json'))],
  ['the file beside it damaged', (folder: string) => writeFile(join(folder, 'store-end.json'), '{"number":"many"}')],
])('nothing is told of a store that is whole: %s', async (_, change) => {
  const folder = await folderWith(5, { checkpointBytes: 500 })
  await change(folder)
  expect(await warningsOf(folder)).toEqual([])
  expect(await names(folder, /^store-end\.json$/)).toHaveLength(1)
})
