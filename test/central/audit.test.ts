import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../../main/central/database/database.ts'
import { callApi, enrolBench, keptLog, startCentral, type TestCentral } from '../support/central.ts'
import { DATABASES } from './databases.ts'

type Verdict = { ok: boolean; entries: number; last: { number: number; hash: string } | null; faults: { number: number; kind: string }[] }

let database: Database
let central: TestCentral
let close: () => Promise<void>

beforeAll(async () => {
  const opened = await DATABASES.find((one) => one.kind === 'embedded')?.open()
  if (opened === undefined) throw new Error('no embedded database')
  database = opened.database
  close = opened.close
  central = await startCentral(database)
}, 60_000)

afterAll(async () => {
  await central.close()
  await close()
})

const verify = async () => (await callApi<Verdict>(central.url, 'audit.verify', {})).body
const sql = (text: string) => database.transaction((tx) => tx.query(text))

test('many at once make one chain; a changed, a removed and a cut entry are named; what an older store kept is chained at its start', {
  timeout: 90_000,
}, async () => {
  await Promise.all(Array.from({ length: 12 }, (_, i) => enrolBench(central.url, `bench ${i}`)))
  const whole = await verify()
  expect(whole).toMatchObject({ ok: true, entries: 24, last: { number: 24 } })
  const { body } = await callApi<{ entries: { number: number; action: string }[] }>(central.url, 'audit.list', {})
  expect(body.entries.map((one) => one.number)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1))

  await sql(`CREATE TABLE kept AS SELECT * FROM audit`)
  const restore = () => sql(`DELETE FROM audit`).then(() => sql(`INSERT INTO audit SELECT * FROM kept`))
  await sql(`UPDATE audit SET record = jsonb_set(record, '{actor}', '"nobody"') WHERE id = 'a-000000000007'`)
  expect(await verify()).toMatchObject({ ok: false, faults: [{ number: 7, kind: 'changed' }] })
  await restore()
  await sql(`DELETE FROM audit WHERE id = 'a-000000000007'`)
  expect(await verify()).toMatchObject({ ok: false, faults: [{ number: 7, kind: 'missing' }] })
  await restore()
  await sql(`DELETE FROM audit WHERE id >= 'a-000000000020'`)
  expect(await verify()).toMatchObject({ ok: false, faults: [{ number: 20, kind: 'cut' }] })
  await sql(`UPDATE audit_head SET number = 19, hash = (SELECT record->>'hash' FROM audit WHERE id = 'a-000000000019')`)
  expect(await verify()).toMatchObject({ ok: false, faults: [{ kind: 'rewritten' }] })
  await restore()

  await central.close()
  await sql(`UPDATE audit SET id = 'old-' || id, record = record - 'hash' - 'previous' - 'number'`)
  await sql(`DELETE FROM audit_head`)
  const { lines, log } = keptLog()
  central = await startCentral(database, { log })
  expect(await verify()).toMatchObject({ ok: true, entries: 25 })
  expect(lines.filter((line) => /chained/.test(line.message))).toMatchObject([{ level: 'warn', detail: { entries: 24 } }])
  const after = await callApi<{ entries: { action: string; detail: string }[] }>(central.url, 'audit.list', {})
  expect(after.body.entries.at(-1)).toMatchObject({ action: 'audit.chained' })
})
