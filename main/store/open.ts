import { join } from 'node:path'
import { Low } from 'lowdb'
import type { Log, Sealer, Store } from '../bench/ports.ts'
import { applyChanges, type Change, emptyWorld, type MutableWorld, VOLATILE } from '../core/model/world.ts'
import { createJournalAdapter, type JournalAdapter } from './journal-adapter.ts'
import { makeUsableFolder } from './make-folder.ts'
import { FORMAT, type Format } from './migrations/format.ts'
import { takeOwnership } from './owner.ts'
import type { LostLease } from './restore.ts'
import { openTimelines } from './timelines.ts'
import { troubleOf } from './trouble.ts'

/** Network and packs of the world are set by whoever composes the bench; everything else only by `commit`. */
export type OpenStore = Store & { readonly world: MutableWorld; readonly lostLeases: readonly LostLease[] }

export type StoreOptions = {
  folder: string
  sealer: Sealer
  log: Log
  /** Of the records on disk; another one only in tests of migrations. */
  format?: Format
  /** Size of a journal at which a snapshot is due. */
  checkpointBytes?: number
}

const CHECKPOINT_BYTES = 32 * 1024 * 1024

/**
 * Opens a data folder and becomes its only owner. Throws StoreRefused when another program has it (STORE_IN_USE) or the file system refuses it
 * (STORE_FOLDER_UNUSABLE), StoreUnreadable when it belongs to
 * a newer version or another key.
 */
export async function openStore(options: StoreOptions): Promise<OpenStore> {
  try {
    return await openFolder(options)
  } catch (error) {
    throw troubleOf(error) ?? error
  }
}

async function openFolder(options: StoreOptions): Promise<OpenStore> {
  const { folder, log, sealer } = options
  await makeUsableFolder(folder)
  const owner = await takeOwnership(folder)
  try {
    const adapter = createJournalAdapter({
      folder,
      sealer,
      log,
      format: options.format ?? FORMAT,
      checkpointBytes: options.checkpointBytes ?? CHECKPOINT_BYTES,
    })
    const database = new Low<MutableWorld>(adapter, emptyWorld('bench'))
    await database.read()
    const warnings = [...adapter.warnings()]
    const checkpointIfDue = async (): Promise<void> => {
      if (!adapter.isDue()) return
      await database
        .write()
        .catch((error: unknown) => log('error', 'a checkpoint failed: the journal goes on growing', { fault: String(error) }))
    }
    await checkpointIfDue()
    const timelines = await openTimelines(join(folder, 'timelines'), log)
    return {
      world: database.data,
      warnings,
      lostLeases: adapter.lostLeases(),
      commit: (changes) => commit({ adapter, world: database.data, checkpointIfDue }, changes),
      append: timelines.append,
      timeline: timelines.read,
      async close() {
        await Promise.all([adapter.close(), timelines.close()])
        await owner.release()
      },
    }
  } catch (error) {
    await owner.release()
    throw error
  }
}

type Parts = { adapter: JournalAdapter; world: MutableWorld; checkpointIfDue(): Promise<void> }

async function commit({ adapter, checkpointIfDue, world }: Parts, changes: readonly Change[]): Promise<void> {
  const durable = changes.filter((change) => !VOLATILE.has(change.entity))
  if (durable.length === 0) {
    applyChanges(world, changes)
    // A reply may rest on what another request decided a moment ago: it waits until that is on the disk, too.
    return adapter.flushed()
  }
  const refused = adapter.refused()
  if (refused !== null) throw refused
  const before = durable.map(({ entity, id }) => ({ entity, id, value: world[entity].get(id) ?? null }) as Change).reverse() // the value is the entity's own
  const written = adapter.append(durable, () => applyChanges(world, before))
  applyChanges(world, changes)
  await written
  void checkpointIfDue()
}
