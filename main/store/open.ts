import { join } from 'node:path'
import { Low } from 'lowdb'
import type { Log, Sealer, Store, StoreRoom } from '../bench/ports.ts'
import { applyChanges, type Change, emptyWorld, ENTITY_NAMES, type MutableWorld, VOLATILE } from '../core/model/world.ts'
import { diskFiles, type FileLayer } from './file-layer.ts'
import { createJournalAdapter, type JournalAdapter } from './journal-adapter.ts'
import { makeUsableFolder } from './make-folder.ts'
import { FORMAT, type Format } from './migrations/format.ts'
import { takeOwnership } from './owner.ts'
import type { LostLease } from './restore.ts'
import { pruneCopies } from './storage.ts'
import { openTimelines } from './timelines.ts'
import { troubleOf } from './trouble.ts'

/** Network and packs of the world are set by whoever composes the bench; everything else only by `commit`. */
export type OpenStore = Store & {
  readonly world: MutableWorld
  readonly lostLeases: readonly LostLease[]
  /** What a crash left and was put right without a loss. */
  readonly repaired: readonly string[]
  room(): StoreRoom
  flushed(): Promise<void>
}

export type StoreOptions = {
  folder: string
  sealer: Sealer
  log: Log
  /** Of the records on disk; another one only in tests of migrations. */
  format?: Format
  /** Size of a journal at which a snapshot is due. */
  checkpointBytes?: number
  /** Journal space taken beforehand for the phones that are on their way. */
  reserveBytes?: number
  /** The way to the journal's file; another one only in tests of faults. */
  files?: FileLayer
}

export const CHECKPOINT_BYTES = 32 * 1024 * 1024
/** A phone takes some 80 kB of journal from its first packet to synced: room for two hundred. */
const RESERVE_BYTES = 16 * 1024 * 1024

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
      reserveBytes: options.reserveBytes ?? RESERVE_BYTES,
      files: options.files ?? diskFiles,
      onReload: (fresh) => reload(database.data, fresh, log),
    })
    const database: Low<MutableWorld> = new Low<MutableWorld>(adapter, emptyWorld('bench'))
    await database.read()
    const warnings = [...adapter.warnings()]
    const checkpointIfDue = async (): Promise<void> => {
      if (!adapter.isDue()) return
      await database
        .write()
        .catch((error: unknown) => log('error', 'a checkpoint failed: the journal goes on growing', { fault: String(error) }))
    }
    await checkpointIfDue()
    await pruneCopies(folder).catch((error: unknown) => log('warn', 'old copies could not be removed', { fault: String(error) }))
    const timelines = await openTimelines(join(folder, 'timelines'), log)
    return {
      world: database.data,
      warnings,
      repaired: [...adapter.repaired()],
      lostLeases: adapter.lostLeases(),
      commit: (changes) => commit({ adapter, world: database.data, checkpointIfDue }, changes),
      flushed: adapter.flushed,
      room: () => roomOf(adapter),
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

function roomOf(adapter: JournalAdapter): StoreRoom {
  const why = adapter.refused()?.refusal.data.why ?? adapter.short()
  return {
    mayGrow: why === null,
    why,
    refuses: adapter.refused() !== null,
    leftBytes: adapter.roomBytes(),
    journalBytes: adapter.journalBytes(),
  }
}

/** What the disk has takes the place of what memory has. Nothing should differ: what was refused was taken back at once. */
function reload(world: MutableWorld, fresh: MutableWorld, log: Log): void {
  const changes: Change[] = []
  for (const entity of ENTITY_NAMES) {
    if (VOLATILE.has(entity)) continue
    for (const id of world[entity].keys()) if (!fresh[entity].has(id)) changes.push({ entity, id, value: null } as Change) // null fits every entity
    for (const [id, value] of fresh[entity])
      if (JSON.stringify(world[entity].get(id)) !== JSON.stringify(value)) changes.push({ entity, id, value } as Change) // the value is the entity's own
  }
  applyChanges(world, changes)
  if (changes.length > 0) log('warn', 'memory held what the disk has not', { records: changes.length })
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
