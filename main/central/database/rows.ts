import type { Tx } from './database.ts'
import type { SnapshotRow } from './generations.ts'
import type { RowChange } from './journal.ts'

/** Our tables with the columns of their primary keys, read from the database itself: a table that a migration adds is journalled without a word here. */
export type Tables = ReadonlyMap<string, { key: readonly string[]; columns: readonly string[] }>

/** Tables of this machinery itself. */
const OWN = new Set(['journal_out', 'journal_position', 'migration'])
const PAGE = 500

export async function readTables(tx: Tx): Promise<Tables> {
  const columns = await tx.query<{ table: string; column: string }>(
    `SELECT table_name AS table, column_name AS column FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position`,
  )
  const keys = await tx.query<{ table: string; column: string }>(
    `SELECT tc.table_name AS table, kcu.column_name AS column FROM information_schema.table_constraints tc
     JOIN information_schema.key_column_usage kcu ON kcu.constraint_name = tc.constraint_name AND kcu.table_schema = tc.table_schema
     WHERE tc.constraint_type = 'PRIMARY KEY' AND tc.table_schema = 'public' ORDER BY tc.table_name, kcu.ordinal_position`,
  )
  const tables = new Map<string, { key: string[]; columns: string[] }>()
  for (const { column, table } of columns) {
    if (OWN.has(table)) continue
    const entry = tables.get(table) ?? { key: [], columns: [] }
    entry.columns.push(column)
    tables.set(table, entry)
  }
  for (const { column, table } of keys) tables.get(table)?.key.push(column)
  for (const [table, { key }] of tables)
    if (key.length === 0) throw new Error(`The table ${table} has no primary key and cannot be journalled`)
  return tables
}

/** Each change of a row is noted in the transaction that makes it. Names come from the schema, not from outside. */
export async function installTriggers(tx: Tx, tables: Tables): Promise<void> {
  await tx.query('CREATE UNLOGGED TABLE IF NOT EXISTS journal_out (seq bigserial, tbl text NOT NULL, op text NOT NULL, row jsonb NOT NULL)')
  await tx.query('CREATE TABLE IF NOT EXISTS journal_position (id int PRIMARY KEY, seq bigint NOT NULL)')
  await tx.query(`CREATE OR REPLACE FUNCTION journal_row() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' THEN INSERT INTO journal_out (tbl, op, row) VALUES (TG_TABLE_NAME, 'del', to_jsonb(OLD));
      ELSE INSERT INTO journal_out (tbl, op, row) VALUES (TG_TABLE_NAME, 'put', to_jsonb(NEW));
      END IF;
      RETURN NULL;
    END $$`)
  for (const table of tables.keys()) {
    await tx.query(
      `CREATE OR REPLACE TRIGGER journal_row AFTER INSERT OR UPDATE OR DELETE ON "${table}" FOR EACH ROW EXECUTE FUNCTION journal_row()`,
    )
  }
}

/** What this transaction changed, in order; takes it out. */
export async function takeChanges(tx: Tx): Promise<RowChange[]> {
  return tx.query<RowChange>(
    'WITH gone AS (DELETE FROM journal_out RETURNING seq, tbl, op, row) SELECT tbl AS table, op, row FROM gone ORDER BY seq',
  )
}

/**
 * Makes noted changes true, whether or not they are already. Each holds a whole row, so of several of one row only the last counts, and rows of one
 * table go together. Row types carry their schema: a bare `line` is a geometric type of PostgreSQL's own.
 */
export async function applyRows(tx: Tx, tables: Tables, changes: readonly RowChange[]): Promise<void> {
  const last = new Map<string, RowChange>()
  for (const change of changes) {
    const table = tables.get(change.table)
    if (table === undefined) throw new Error(`The journal names a table ${change.table} that is not in the schema`)
    last.set(JSON.stringify([change.table, ...table.key.map((column) => change.row[column])]), change)
  }
  for (const [name, { columns, key }] of tables) {
    const own = [...last.values()].filter((change) => change.table === name)
    const names = key.map((column) => `"${column}"`).join(', ')
    const rest = columns.filter((column) => !key.includes(column)).map((column) => `"${column}" = excluded."${column}"`)
    const conflict = rest.length === 0 ? 'NOTHING' : `UPDATE SET ${rest.join(', ')}`
    const rows = `jsonb_populate_recordset(NULL::public."${name}", $1::jsonb)`
    await inPages(tx, own, 'put', `INSERT INTO "${name}" SELECT * FROM ${rows} ON CONFLICT (${names}) DO ${conflict}`)
    await inPages(tx, own, 'del', `DELETE FROM "${name}" WHERE (${names}) IN (SELECT ${names} FROM ${rows})`)
  }
}

async function inPages(tx: Tx, changes: readonly RowChange[], op: RowChange['op'], sql: string): Promise<void> {
  const rows = changes.filter((change) => change.op === op).map((change) => change.row)
  for (let from = 0; from < rows.length; from += PAGE) await tx.query(sql, [JSON.stringify(rows.slice(from, from + PAGE))])
}

/** Fills an empty schema from a snapshot, many rows a statement. */
export async function loadRows(tx: Tx, rows: readonly SnapshotRow[]): Promise<void> {
  for (let from = 0; from < rows.length; ) {
    const table = rows[from]?.table ?? ''
    let to = from
    while (to < rows.length && rows[to]?.table === table && to - from < PAGE) to += 1
    const page = JSON.stringify(rows.slice(from, to).map((one) => one.row))
    await tx.query(`INSERT INTO "${table}" SELECT * FROM jsonb_populate_recordset(NULL::public."${table}", $1::jsonb)`, [page])
    from = to
  }
}

/** Every row of every table, page by page in the order of the keys; each page in a transaction of its own, so that work goes on between them. */
export async function* readRows(
  transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  tables: Tables,
): AsyncGenerator<SnapshotRow[]> {
  for (const [table, { key }] of tables) {
    const names = key.map((column) => `t."${column}"`).join(', ')
    let after: string | null = null
    for (;;) {
      const last: string | null = after
      const where: string =
        last === null
          ? ''
          : `WHERE (${names}) > (SELECT ${key.map((column) => `r."${column}"`).join(', ')} FROM jsonb_populate_record(NULL::public."${table}", $1::jsonb) r)`
      const sql: string = `SELECT to_jsonb(t) AS row FROM "${table}" t ${where} ORDER BY ${names} LIMIT ${PAGE}`
      const rows: { row: Record<string, unknown> }[] = await transaction((tx) =>
        tx.query<{ row: Record<string, unknown> }>(sql, last === null ? [] : [last]),
      )
      yield rows.map(({ row }) => ({ table, row }))
      after = JSON.stringify(rows.at(-1)?.row ?? null)
      if (rows.length < PAGE) break
    }
  }
}
