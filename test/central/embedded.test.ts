import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, DatabaseUnavailable } from '../../main/central/database/database.ts'
import { openEmbedded } from '../../main/central/database/embedded.ts'
import { Journal } from '../../main/central/database/journal.ts'
import { keptLog, quiet } from '../support/central.ts'
import { waitFor } from '../support/wait-for.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'option66-embedded-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const put = (database: Database, id: string, value = 'x') =>
  database.transaction((tx) =>
    tx.query('INSERT INTO profile (id, record) VALUES ($1, $2::jsonb) ON CONFLICT (id) DO UPDATE SET record = excluded.record', [
      id,
      JSON.stringify({ value }),
    ]),
  )
const del = (database: Database, id: string) => database.transaction((tx) => tx.query('DELETE FROM profile WHERE id = $1', [id]))
const all = async (database: Database) => {
  const rows = await database.transaction((tx) =>
    tx.query<{ id: string; record: { value: string } }>('SELECT id, record FROM profile ORDER BY id'),
  )
  return Object.fromEntries(rows.map(({ id, record }) => [id, record.value]))
}

/** What a power cut leaves: our flushed files as they are, of PGlite's folder whatever the system had written by then (`pglite`: an older copy). */
function powerCut(pglite: string | null): string {
  const after = mkdtempSync(join(tmpdir(), 'option66-cut-'))
  for (const name of readdirSync(folder)) if (name.endsWith('.ndjson')) cpSync(join(folder, name), join(after, name))
  if (pglite !== null) cpSync(pglite, join(after, 'pglite'), { recursive: true })
  return after
}

describe('the embedded database', { timeout: 60_000 }, () => {
  test('what was acknowledged is there after a power cut that lost the last writes of its folder', async () => {
    const database = await openEmbedded(folder, quiet)
    await put(database, 'a')
    await put(database, 'b')
    const old = join(folder, 'older-copy')
    cpSync(join(folder, 'pglite'), old, { recursive: true })
    await put(database, 'c', 'new')
    // A table whose name is a type of PostgreSQL's own.
    await database.transaction((tx) =>
      tx.query(`INSERT INTO line (number, group_id, record, password) VALUES ('1', 'g', '{"displayName":"Søren"}', 'sealed')`),
    )
    await put(database, 'a', 'changed')
    await del(database, 'b')
    const failing = database.transaction(async (tx) => {
      await tx.query("INSERT INTO profile (id, record) VALUES ('bad', '{}')")
      throw new Error('on second thoughts')
    })
    await expect(failing).rejects.toThrow('on second thoughts')
    const after = powerCut(old)
    const { lines, log } = keptLog()
    const again = await openEmbedded(after, log)
    expect(await all(again)).toEqual({ a: 'changed', c: 'new' })
    expect(lines.map((line) => line.message)).toContain('the database was built anew from snapshot and journal')
    await put(again, 'd')
    await again.close()
    const third = await openEmbedded(after, quiet)
    expect(await all(third)).toEqual({ a: 'changed', c: 'new', d: 'x' })
    expect(await third.transaction((tx) => tx.query('SELECT number, record FROM line'))).toEqual([
      { number: '1', record: { displayName: 'Søren' } },
    ])
    await third.close()
    await database.close()
    rmSync(after, { recursive: true })
  })

  test('also when its folder is rubbish', async () => {
    const database = await openEmbedded(folder, quiet)
    await put(database, 'a')
    const rubbish = powerCut(join(folder, 'pglite'))
    writeFileSync(join(rubbish, 'pglite', 'PG_VERSION'), 'not a version')
    writeFileSync(join(rubbish, 'pglite', 'base', 'rubbish'), 'x')
    const again = await openEmbedded(rubbish, quiet)
    expect(await all(again)).toEqual({ a: 'x' })
    await again.close()
    rmSync(rubbish, { recursive: true })
    await database.close()
  })

  test('a clean stop is trusted: the folder is used as it stands', async () => {
    const database = await openEmbedded(folder, quiet)
    await put(database, 'a')
    await database.close()
    const { lines, log } = keptLog()
    const again = await openEmbedded(folder, log)
    expect(await all(again)).toEqual({ a: 'x' })
    expect(lines).toEqual([])
    await put(again, 'b')
    await again.close()
    const third = await openEmbedded(folder, log)
    expect(await all(third)).toEqual({ a: 'x', b: 'x' })
    expect(lines).toEqual([])
    await third.close()
    await expect(all(third)).rejects.toBeInstanceOf(DatabaseUnavailable)
    await third.close()
  })

  test('a folder that is older than its mark says is not trusted', async () => {
    const first = await openEmbedded(folder, quiet)
    await put(first, 'a')
    await first.close()
    const older = join(folder, 'older-copy')
    cpSync(join(folder, 'pglite'), older, { recursive: true })
    const second = await openEmbedded(folder, quiet)
    await put(second, 'b')
    await second.close()
    rmSync(join(folder, 'pglite'), { recursive: true })
    cpSync(older, join(folder, 'pglite'), { recursive: true })
    const third = await openEmbedded(folder, quiet)
    expect(await all(third)).toEqual({ a: 'x', b: 'x' })
    await third.close()
  })

  test('a torn last line was never acknowledged and is cut off; damage in the middle costs that line, and is said', async () => {
    const database = await openEmbedded(folder, quiet)
    for (const id of ['a', 'b', 'c']) await put(database, id)
    const after = powerCut(null)
    await database.close()
    const path = join(after, 'journal-000001.ndjson')
    const lines = readFileSync(path, 'utf8').split('\n')
    const damaged = lines.map((line) => (line.includes('"id":"b"') ? line.replace('"x"', '"y"') : line))
    writeFileSync(path, `${damaged.join('\n')}0123abcd {"seq":99,"rows":[{"tab`)
    const { lines: said, log } = keptLog()
    const again = await openEmbedded(after, log)
    expect(await all(again)).toEqual({ a: 'x', c: 'x' })
    expect(again.warnings).toEqual([expect.stringContaining('1 of its lines are damaged')])
    expect(said.some((line) => line.level === 'error')).toBe(true)
    expect(readdirSync(after).some((name) => name.startsWith('journal-000001.ndjson.damaged-'))).toBe(true)
    await again.close()
    rmSync(after, { recursive: true })
  })

  test('checkpoints keep the journal short while work goes on, and lose nothing', async () => {
    const database = await openEmbedded(folder, quiet, 4000)
    const expected: Record<string, string> = {}
    for (let round = 0; round < 12; round++) {
      await Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          const id = `k${(round * 7 + i) % 50}`
          if (i % 5 === 4) {
            delete expected[id]
            await del(database, id)
          } else {
            expected[id] = `${round}-${i}`
            await put(database, id, `${round}-${i}`)
          }
        }),
      )
    }
    await waitFor('old generations to go', () => {
      const names = readdirSync(folder)
      return names.filter((name) => /^snapshot/.test(name)).length <= 2 && !names.includes('journal-000001.ndjson')
    })
    await waitFor('two snapshots', () => readdirSync(folder).filter((name) => /^snapshot-\d+\.ndjson$/.test(name)).length === 2)
    const [whole, damaged] = [powerCut(null), powerCut(null)]
    await database.close()
    // A damaged snapshot: the one before it and the journals since are as good.
    const newest =
      readdirSync(damaged)
        .filter((name) => name.startsWith('snapshot'))
        .sort()
        .at(-1) ?? ''
    const text = readFileSync(join(damaged, newest), 'utf8')
    writeFileSync(join(damaged, newest), text.slice(0, text.length / 2))
    for (const after of [whole, damaged]) {
      const again = await openEmbedded(after, quiet)
      expect(await all(again)).toEqual(expected)
      expect(again.warnings.length).toBe(after === damaged ? 1 : 0)
      await again.close()
      rmSync(after, { recursive: true })
    }
  })
})

describe('the journal', () => {
  test('a disk that refuses ends the acknowledging for good, also of what is read', async () => {
    const path = join(folder, 'journal')
    const journal = await Journal.create(path, { journal: 1, migration: 1 })
    await journal.append({ seq: 1, rows: [] })
    await journal.close() // the file is gone under it: every further write fails as on a full disk
    await expect(journal.append({ seq: 2, rows: [] })).rejects.toThrow()
    await expect(journal.append({ seq: 3, rows: [] })).rejects.toThrow()
    await expect(journal.flushed()).rejects.toThrow()
    expect(journal.fault).not.toBeNull()
  })

  test('all that wait share a flush, and stand in the order they came', async () => {
    const journal = await Journal.create(join(folder, 'journal'), { journal: 1, migration: 1 })
    await Promise.all(Array.from({ length: 500 }, (_, i) => journal.append({ seq: i + 1, rows: [] })))
    const numbers = readFileSync(join(folder, 'journal'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => (JSON.parse(line.slice(9)) as { seq: number }).seq)
    expect(numbers).toEqual(Array.from({ length: 500 }, (_, i) => i + 1))
    await journal.close()
  })
})
