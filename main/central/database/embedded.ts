import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PGlite, Transaction } from '@electric-sql/pglite'
import type { Log } from '../../bench/ports.ts'
import { LATEST } from '../migrations/index.ts'
import { type Database, DatabaseUnavailable, type Tx } from './database.ts'
import { syncFolder, syncTree } from './files.ts'
import {
  generationsOf,
  journalPath,
  keepAside,
  readJournal,
  readSnapshot,
  removeOlder,
  snapshotPath,
  writeSnapshot,
} from './generations.ts'
import { Journal } from './journal.ts'
import { migrate } from './migrate.ts'
import { applyRows, installTriggers, loadRows, readRows, readTables, takeChanges, type Tables } from './rows.ts'

/** A checkpoint is made when the journal has grown to this. */
const CHECKPOINT_BYTES = 16 * 1024 * 1024

/**
 * PGlite in the data folder. It never flushes, so its own files prove nothing after a power cut. The truth is ours: snapshots and a flushed journal of
 * whole rows (`generations.ts`). PGlite's folder is used as it stands only after a stop that flushed it file by file and said so; after anything else
 * it is built anew from snapshot and journal. So no acknowledged write depends on what the system wrote when.
 */
export async function openEmbedded(folder: string, log: Log, checkpointBytes = CHECKPOINT_BYTES): Promise<Database> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const engine = new Engine(folder, log, checkpointBytes)
  await engine.open()
  return engine
}

type State = { db: PGlite; journal: Journal; tables: Tables; generation: number; seq: number }

class Engine implements Database {
  readonly kind = 'embedded'
  readonly warnings: string[] = []
  readonly #folder: string
  readonly #log: Log
  readonly #checkpointBytes: number
  #state: State | null = null
  /** One transaction after another: PGlite is one session. Commit order is journal order. */
  #turn: Promise<unknown> = Promise.resolve()
  #checkpoint: Promise<void> | null = null

  constructor(folder: string, log: Log, checkpointBytes: number) {
    this.#folder = folder
    this.#log = log
    this.#checkpointBytes = checkpointBytes
  }

  get #pglite(): string {
    return join(this.#folder, 'pglite')
  }

  get #marker(): string {
    return join(this.#folder, 'pglite-is-whole.json')
  }

  async open(): Promise<void> {
    const clean = await this.#openClean()
    this.#state = clean ?? (await this.#rebuild())
    if (clean !== null) return
    // Rebuilt, or brought to a newer schema: a generation of its own, so that the next start does not do it again.
    await this.#makeCheckpoint()
  }

  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const state = this.#state
    if (state === null) throw new DatabaseUnavailable('the database is closed', null)
    if (state.journal.fault !== null) throw unflushed(state.journal.fault)
    const { durable, value } = await this.#exclusive(async () => {
      const done = await state.db.transaction(async (inner) => {
        const tx = txOf(inner)
        const result = await work(tx)
        return { result, rows: await takeChanges(tx) }
      })
      // Committed in PGlite, not yet acknowledged. The journal may have been exchanged by a checkpoint since: always the current one.
      const { journal } = state
      if (done.rows.length === 0) return { value: done.result, durable: journal.flushed() }
      state.seq += 1
      return { value: done.result, durable: journal.append({ seq: state.seq, rows: done.rows }) }
    })
    await durable.catch((error: unknown) => {
      throw unflushed(error)
    })
    if (state.journal.bytes > this.#checkpointBytes) this.#checkpointSoon()
    return value
  }

  async close(): Promise<void> {
    const state = this.#state
    this.#state = null
    if (state === null) return
    await this.#checkpoint
    await this.#turn
    await state.db.exec(`INSERT INTO journal_position (id, seq) VALUES (1, ${state.seq}) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq`)
    await state.db.close()
    const isWhole = state.journal.fault === null
    await state.journal.close()
    if (!isWhole) return
    await syncTree(this.#pglite)
    await writeFile(this.#marker, JSON.stringify({ seq: state.seq, migration: LATEST }), { flush: true, mode: 0o600 })
    await syncFolder(this.#folder)
  }

  /** Runs one after another, in the order asked. */
  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  /** The folder as the last stop left it, when that stop flushed it and nothing is missing. The mark is gone before anything is written. */
  async #openClean(): Promise<State | null> {
    const mark = await readMark(this.#marker)
    await rm(this.#marker, { force: true })
    await syncFolder(this.#folder)
    const generation = (await generationsOf(this.#folder, 'journal')).at(-1)
    if (mark === null || mark.migration !== LATEST || generation === undefined) return null
    const read = await readJournal(journalPath(this.#folder, generation))
    const snapshot = snapshotPath(this.#folder, generation)
    const last = read.lines.at(-1)?.seq ?? (await readSnapshot(snapshot).catch(() => null))?.head.seq
    if (last !== mark.seq || read.damagedLines > 0) return null
    const db = await this.#start()
    try {
      const { rows } = await db.query<{ seq: number }>('SELECT seq FROM journal_position')
      if (rows[0]?.seq === mark.seq) {
        const tables = await readTables(txOf(db))
        const journal = await Journal.resume(journalPath(this.#folder, generation), read.wholeBytes)
        return { db, journal, tables, generation, seq: mark.seq }
      }
    } catch (error) {
      this.#log('warn', 'the database folder is not what its mark says', { why: String(error) })
    }
    await db.close()
    return null
  }

  async #start(): Promise<PGlite> {
    const { PGlite: Pg } = await import('@electric-sql/pglite')
    return Pg.create({ dataDir: this.#pglite })
  }

  async #rebuild(): Promise<State> {
    const base = await this.#newestSnapshot()
    const journals = (await generationsOf(this.#folder, 'journal')).filter((generation) => generation >= base.generation)
    await rm(this.#pglite, { recursive: true, force: true })
    const db = await this.#start()
    let seq = base.seq
    let count = 0
    let schema = base.migration
    let tables = await db.transaction(async (inner) => {
      const tx = txOf(inner)
      await migrate(tx, base.migration)
      await loadRows(tx, base.rows)
      return readTables(tx)
    })
    for (const generation of journals) {
      const read = await readJournal(journalPath(this.#folder, generation))
      if (read.damagedLines > 0)
        await this.#warnOfDamage(journalPath(this.#folder, generation), `${read.damagedLines} of its lines are damaged and lost`)
      const { migration } = read.head ?? { migration: schema }
      if (migration > schema) tables = await migrated(db, migration)
      schema = Math.max(schema, migration)
      const rows = read.lines.flatMap((line) => line.rows)
      const known = tables
      await db.transaction((inner) => applyRows(txOf(inner), known, rows))
      count += read.lines.length
      seq = Math.max(seq, read.lines.at(-1)?.seq ?? 0)
    }
    if (base.rows.length > 0 || count > 0)
      this.#log('info', 'the database was built anew from snapshot and journal', { rows: base.rows.length, transactions: count })
    const current = await migrated(db, LATEST)
    await db.transaction((inner) => installTriggers(txOf(inner), current))
    const generation = Math.max(base.generation, journals.at(-1) ?? 0) + 1
    const journal = await Journal.create(journalPath(this.#folder, generation), { journal: 1, migration: LATEST })
    return { db, journal, tables: current, generation, seq }
  }

  /** The newest whole snapshot; a damaged one is kept aside, and the one before it with two journals is as good. */
  async #newestSnapshot(): Promise<{
    generation: number
    migration: number
    seq: number
    rows: { table: string; row: Record<string, unknown> }[]
  }> {
    for (const generation of (await generationsOf(this.#folder, 'snapshot')).reverse()) {
      const path = snapshotPath(this.#folder, generation)
      const read = await readSnapshot(path)
      if (read !== null) return { generation, migration: read.head.migration, seq: read.head.seq, rows: read.rows }
      await this.#warnOfDamage(path, 'the one before it and its journal were taken')
      await rm(path)
    }
    return { generation: 0, migration: LATEST, seq: 0, rows: [] }
  }

  async #warnOfDamage(path: string, what: string): Promise<void> {
    const warning = `${path} is damaged: ${what}. A copy is kept as ${await keepAside(path, Date.now())}`
    this.warnings.push(warning)
    this.#log('error', warning)
  }

  #checkpointSoon(): void {
    this.#checkpoint ??= this.#nextGeneration()
      .catch((error: unknown) => this.#log('error', 'a checkpoint failed; the journal goes on', { why: String(error) }))
      .finally(() => {
        this.#checkpoint = null
      })
  }

  /** First a new journal, then the snapshot while work goes on, then what is older goes. */
  async #nextGeneration(): Promise<void> {
    const state = this.#state
    if (state === null) return
    const generation = state.generation + 1
    const fresh = await Journal.create(journalPath(this.#folder, generation), { journal: 1, migration: LATEST })
    const old = await this.#exclusive(async () => {
      const { journal } = state
      // Whoever reads from here on waits for the new journal only: what he can see of the old one must be on disk before.
      await journal.flushed()
      state.journal = fresh
      state.generation = generation
      return journal
    })
    await old.close()
    await this.#makeCheckpoint()
  }

  async #makeCheckpoint(): Promise<void> {
    const state = this.#state
    if (state === null) return
    const { generation, seq, tables } = state
    const read = <T>(work: (tx: Tx) => Promise<T>) => this.#exclusive(() => state.db.transaction((inner) => work(txOf(inner))))
    await writeSnapshot(this.#folder, generation, { snapshot: 1, migration: LATEST, seq }, readRows(read, tables))
    // The generation before stays, in case this snapshot turns out to be damaged; with it every journal since.
    await removeOlder(this.#folder, (await generationsOf(this.#folder, 'snapshot')).at(-2) ?? generation)
    // No background process does it here (there is none in PGlite).
    await this.#exclusive(() => state.db.exec('VACUUM'))
  }
}

function migrated(db: PGlite, upTo: number): Promise<Tables> {
  return db.transaction(async (inner) => {
    const tx = txOf(inner)
    await migrate(tx, upTo)
    return readTables(tx)
  })
}

function txOf(inner: Pick<Transaction, 'query'>): Tx {
  return {
    async query<Row extends object>(sql: string, values: readonly unknown[] = []) {
      return (await inner.query<Row>(sql, [...values])).rows
    },
  }
}

async function readMark(path: string): Promise<{ seq: number; migration: number } | null> {
  try {
    const mark: unknown = JSON.parse(await readFile(path, 'utf8'))
    return typeof mark === 'object' && mark !== null && 'seq' in mark && 'migration' in mark
      ? { seq: Number(mark.seq), migration: Number(mark.migration) }
      : null
  } catch {
    // No mark, or one cut short: the folder is built anew, which is always right.
    return null
  }
}

function unflushed(error: unknown): DatabaseUnavailable {
  return new DatabaseUnavailable(`the journal cannot be written (${error instanceof Error ? error.message : String(error)})`, error)
}
