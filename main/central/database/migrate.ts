import { LATEST, MIGRATIONS } from '../migrations/index.ts'
import type { Tx } from './database.ts'

/** Any number that nobody else locks: several nodes that start at once migrate one after another. */
const LOCK = 660_066

/**
 * Brings the schema to `upTo`, inside the caller's transaction: all steps or none. Replies the number it found and the one it left.
 * Throws when the database is newer than this program.
 */
export async function migrate(tx: Tx, upTo: number = LATEST): Promise<{ from: number; to: number }> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
  await tx.query(
    'CREATE TABLE IF NOT EXISTS migration (number int PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
  )
  const [row] = await tx.query<{ number: number | null }>('SELECT max(number) AS number FROM migration')
  const from = row?.number ?? 0
  if (from > LATEST) throw new Error(`The database has schema ${from}, this Option66 knows ${LATEST}. Start the newer Option66.`)
  for (const { name, number, sql } of MIGRATIONS) {
    if (number <= from || number > upTo) continue
    for (const statement of statementsOf(sql)) await tx.query(statement)
    await tx.query('INSERT INTO migration (number, name) VALUES ($1, $2)', [number, name])
  }
  return { from, to: Math.max(from, upTo) }
}

/** One statement a query, as the extended protocol wants it. Migrations hold no semicolon inside a statement. */
function statementsOf(sql: string): string[] {
  return sql
    .replace(/--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}
