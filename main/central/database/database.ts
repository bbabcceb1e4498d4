/** SQL inside one transaction. Values go by number ($1); jsonb as text. `bigint` comes as a number. */
export type Tx = { query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]> }

/** PostgreSQL or the embedded one behind one face. Plain SQL that both understand. */
export type Database = {
  readonly kind: 'postgresql' | 'embedded'
  /**
   * Runs the work in one transaction and resolves when what it did, and everything it saw, is on disk for good. Work that throws is rolled back; work
   * may run again after a deadlock, so it has no effect outside the transaction. Throws DatabaseUnavailable when the database cannot be used.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** What the person should know about how it was opened: damage found, state restored. */
  readonly warnings: readonly string[]
  close(): Promise<void>
}

/** The database cannot be had now; the caller answers 503. */
export class DatabaseUnavailable extends Error {
  constructor(why: string, cause: unknown) {
    super(why, { cause })
  }
}

/** Errors of SQL itself carry a five-character code (PostgreSQL appendix A); only what stands for a lost or missing server is "unavailable". */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error)
  if (code === null) return error instanceof Error && /terminated|timeout|closed|ended/i.test(error.message)
  return /^(08|57P|53)/.test(code) || /^E[A-Z]+$/.test(code)
}

export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}
