import { copyFile, mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Adapter } from 'lowdb'
import type { Log, Sealer } from '../bench/ports.ts'
import { type Change, type MutableWorld, VOLATILE } from '../core/model/world.ts'
import type { StoreRefused } from './errors.ts'
import { moveAside, putInPlace, removeUnfinished, syncFolder, unfinished } from './files.ts'
import { journalFile, listGenerations, removeOld, snapshotFile } from './generations.ts'
import { type Journal, openJournal } from './journal.ts'
import { writeLine } from './line.ts'
import type { Format } from './migrations/format.ts'
import { type LostLease, type Restored, restore } from './restore.ts'
import { sealRecord } from './secrets.ts'
import { writeSnapshot } from './snapshot.ts'

/**
 * A lowdb adapter that also commits single decisions: `read` restores the folder, `write` is a checkpoint, `append` one flushed line.
 * lowdb's own file adapters write everything anew for every change and never flush (and its presets keep nothing at all under NODE_ENV=test).
 */
export type JournalAdapter = Adapter<MutableWorld> & {
  /** Resolves when the changes are on the disk, rejects with StoreRefused; `undo` takes them out of memory again in that case. Throws at once for a value that is not JSON. */
  append(changes: readonly Change[], undo: () => void): Promise<void>
  flushed(): Promise<void>
  /** Set once the disk has refused something. */
  refused(): StoreRefused | null
  /** A checkpoint is worth its cost. */
  isDue(): boolean
  warnings(): readonly string[]
  lostLeases(): readonly LostLease[]
  close(): Promise<void>
}

export type AdapterOptions = { folder: string; sealer: Sealer; format: Format; log: Log; checkpointBytes: number }

export function createJournalAdapter(options: AdapterOptions): JournalAdapter {
  const { checkpointBytes, folder, format, log, sealer } = options
  let journal: Journal | null = null
  let generation = 1
  let number = 0
  let restored: Restored | null = null
  let checkpoint: Promise<void> | null = null
  let dueAtBytes = checkpointBytes
  let isMended = false

  const opened = (): Journal => {
    if (journal === null) throw new Error('the store is written before it was read')
    return journal
  }

  const writeCheckpoint = async (world: MutableWorld): Promise<void> => {
    const next = generation + 1
    let before = number
    await opened().rotate(journalFile(folder, next), () => {
      before = number
    })
    generation = next
    const path = snapshotFile(folder, next)
    const temporary = unfinished(path)
    try {
      await writeSnapshot(temporary, world, { sealer, version: format.version, number: before })
      // The snapshot may hold what the journal has not flushed yet; it counts only once that is acknowledged.
      await opened().flushed()
      await putInPlace(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
    await removeOld(folder, next)
  }

  return {
    async read() {
      await removeUnfinished(folder)
      restored = await restore(folder, sealer, format, log)
      generation = restored?.generation ?? 1
      number = restored?.number ?? 0
      if (restored?.olderVersion != null) await backUp(folder, restored.olderVersion, log)
      journal = await openJournal(journalFile(folder, generation), log)
      return restored?.world ?? null
    },
    async write(world) {
      checkpoint ??= writeCheckpoint(world).finally(() => {
        checkpoint = null
        // After a checkpoint that failed, the next try is not at the very next change.
        dueAtBytes = opened().sizeBytes() + checkpointBytes
        isMended = true
      })
      await checkpoint
      const source = restored?.source ?? null
      restored = restored === null ? null : { ...restored, source: null }
      if (source !== null) await moveAside(source)
    },
    append(changes, undo) {
      const c = changes.flatMap((change) =>
        VOLATILE.has(change.entity) ? [] : [[change.entity, change.id, sealRecord(change.entity, change.value, sealer)] as const],
      )
      const text = writeLine({ v: format.version, n: number + 1, c })
      const written = opened().append(text, undo)
      number += 1
      return written
    },
    flushed: () => opened().flushed(),
    refused: () => opened().refused(),
    isDue: () =>
      checkpoint === null && ((restored?.isDue === true && !isMended) || opened().sizeBytes() > dueAtBytes) && opened().refused() === null,
    warnings: () => restored?.warnings ?? [],
    lostLeases: () => restored?.lostLeases ?? [],
    async close() {
      await checkpoint?.catch((error: unknown) => log('warn', 'the last checkpoint failed', { fault: String(error) }))
      await journal?.close()
    },
  }
}

/** Before a folder is written in a newer format: everything as it was, in a folder of its own. */
async function backUp(folder: string, version: number, log: Log): Promise<void> {
  const target = join(folder, `format-${version}-${new Date().toISOString().replace(/[:.]/g, '-')}`)
  await mkdir(target, { mode: 0o700 })
  const { journals, snapshots } = await listGenerations(folder)
  const paths = [...snapshots.map((one) => snapshotFile(folder, one)), ...journals.map((one) => journalFile(folder, one))]
  for (const path of paths) await copyFile(path, join(target, basename(path)))
  await syncFolder(target)
  log('info', 'the data folder is brought to the format of this program; a copy of the old one is kept', {
    from: version,
    copy: basename(target),
  })
}
