import { cp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { FORMAT, type Format, migrate } from '../../main/store/migrations/format.ts'
import { openStore } from '../../main/store/open.ts'
import { keptLog, names, newFolder, open, pair } from './folder.ts'

/**
 * Version 0 never left this house: it is invented to try the way. In it a group was called `customer` inside, and there was a kind of record that
 * is gone. Two steps after it are invented as well, so that steps are seen to follow one another.
 */
const FIXTURE = fileURLToPath(new URL('./fixtures/format-0', import.meta.url))
const INVENTED: Format = {
  version: 2,
  steps: [
    {
      from: 0,
      change: ([entity, id, value]) => {
        if ((entity as string) === 'board') return null
        if (entity !== 'group' || value === null) return [entity, id, value]
        const { customer, ...rest } = value as { customer: string }
        return [entity, id, { ...rest, name: customer }]
      },
    },
    {
      from: 1,
      change: ([entity, id, value]) =>
        entity === 'group' && value !== null
          ? [entity, id, { ...value, name: `${(value as { name: string }).name}!` }]
          : [entity, id, value],
    },
  ],
}

/** The fixture must not depend on a key. */
const CLEAR = { seal: (text: string) => text, open: (text: string) => text }

async function oldFolder(): Promise<string> {
  const folder = await newFolder()
  await cp(FIXTURE, folder, { recursive: true })
  return folder
}

describe('a folder of an older version', () => {
  test('is read through every step, kept as it was in a folder of its own, and written anew', async () => {
    const folder = await oldFolder()
    const { lines, log } = keptLog()
    const store = await openStore({ folder, format: INVENTED, log, sealer: CLEAR })
    expect(store.world.group.get('north')).toEqual({ id: 'north', name: 'North Ltd!', profile: 'lab' })
    expect(store.world.group.get('south')).toEqual({ id: 'south', name: 'South Ltd!', profile: 'lab' })
    expect(store.world.line.get('100')?.sipPassword).toBe('secret of 100')
    expect(store.warnings).toEqual([])
    await store.close()

    const [backup = ''] = await names(folder, /^format-0-/)
    for (const name of await readdir(FIXTURE))
      expect(await readFile(join(folder, backup, name))).toEqual(await readFile(join(FIXTURE, name)))
    expect(lines.filter((line) => line.detail?.copy === backup)).toHaveLength(1)

    const again = await openStore({ folder, format: INVENTED, log, sealer: CLEAR })
    expect(again.world.group.get('north')?.name).toBe('North Ltd!')
    await again.close()
    expect(await names(folder, /^format-/)).toEqual([backup])
  })

  test('a missing step is a fault, not a guess', () => {
    expect(() => migrate(['group', 'g', {}], 0, { version: 2, steps: INVENTED.steps.slice(1) })).toThrow('no migration from version 0')
  })
})

test('a folder of a newer version is refused and not touched', async () => {
  const folder = await newFolder()
  const store = await open(folder, { format: { version: 7, steps: [] } })
  await store.commit(pair(1, 'one'))
  await store.close()
  const before = await readFile(join(folder, 'journal-1.ndjson'))
  await expect(open(folder)).rejects.toMatchObject({
    name: 'StoreUnreadable',
    message: expect.stringContaining('newer Option66 (format 7)'),
  })
  expect(await readFile(join(folder, 'journal-1.ndjson'))).toEqual(before)
})

test('every version up to this one has a step and a fixture', async () => {
  expect(FORMAT.steps.map((step) => step.from)).toEqual(Array.from({ length: FORMAT.version - 1 }, (_, i) => i + 1))
  const fixtures = await readdir(fileURLToPath(new URL('./fixtures', import.meta.url)))
  expect(fixtures.filter((name) => name !== 'format-0').sort()).toEqual(
    Array.from({ length: FORMAT.version - 1 }, (_, i) => `format-${i + 1}`),
  )
})
