import pg from 'pg'
import type { Log } from '../../bench/ports.ts'
import { codeOf, type Database, DatabaseUnavailable, isUnavailable, type Tx } from './database.ts'
import { migrate } from './migrate.ts'

const BIGINT = 20
const ATTEMPTS = 4

/** A PostgreSQL server, or anything that speaks its protocol. The server flushes at COMMIT; nodes share nothing but it. Throws when it cannot be reached. */
export async function openPostgres(url: string, log: Log): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 30_000,
    // An acknowledged write is on disk, whatever the server's default says.
    options: '-c synchronous_commit=on -c statement_timeout=30000 -c idle_in_transaction_session_timeout=30000',
    // Instants and numbers stay far below 2^53.
    types: { getTypeParser: (oid: number, format?: string) => (oid === BIGINT ? Number : pg.types.getTypeParser(oid, format as 'text')) },
  })
  // A connection that dies while idle is replaced; without a listener it would end the process.
  pool.on('error', (error) => log('warn', 'a connection to the database was lost', { why: error.message }))
  const transaction: Database['transaction'] = async (work) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once(pool, work)
      } catch (error) {
        const code = codeOf(error)
        // Deadlock or serialization failure (40P01, 40001): PostgreSQL asks to run it again.
        if ((code === '40P01' || code === '40001') && attempt < ATTEMPTS) continue
        throw isUnavailable(error) ? new DatabaseUnavailable(error instanceof Error ? error.message : String(error), error) : error
      }
    }
  }
  try {
    await transaction((tx) => migrate(tx))
  } catch (error) {
    await pool.end()
    throw error
  }
  return { kind: 'postgresql', transaction, warnings: [], close: () => pool.end() }
}

async function once<T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let isBroken = false
  try {
    await client.query('BEGIN')
    const value = await work({
      async query<Row extends object>(sql: string, values: readonly unknown[] = []) {
        return (await client.query<Row & pg.QueryResultRow>(sql, [...values])).rows
      },
    })
    await client.query('COMMIT')
    return value
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      isBroken = true
    })
    throw error
  } finally {
    client.release(isBroken)
  }
}
