import { constants } from 'node:fs'
import { access, copyFile, mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Adapter } from 'lowdb'
import type { Log, Sealer } from '../bench/ports.ts'
import { refusal } from '../core/model/refusals.ts'
import { type Change, type MutableWorld, VOLATILE } from '../core/model/world.ts'
import { StoreRefused } from './errors.ts'
import type { FileLayer } from './file-layer.ts'
import { moveAside, putInPlace, removeUnfinished, syncFolder, unfinished } from './files.ts'
import { journalFile, listGenerations, removeOld, snapshotFile } from './generations.ts'
import { type Journal, openJournal, prepareFile, whyOf } from './journal.ts'
import { writeLine } from './line.ts'
import type { Format } from './migrations/format.ts'
import { type LostLease, type Restored, restore } from './restore.ts'
import { sealRecord } from './secrets.ts'
import { writeSnapshot } from './snapshot.ts'
import { readWitness, shortened, writeWitness } from './witness.ts'

/**
 * A lowdb adapter that also commits single decisions: `read` restores the folder, `write` is a checkpoint, `append` one flushed line.
 * lowdb's own file adapters write everything anew for every change and never flush (and its presets keep nothing at all under NODE_ENV=test).
 */
export type JournalAdapter = Adapter<MutableWorld> & {
  /** Resolves when the changes are on the disk, rejects with StoreRefused; `undo` takes them out of memory again in that case. Throws at once for a value that is not JSON. */
  append(changes: readonly Change[], undo: () => void): Promise<void>
  flushed(): Promise<void>
  /** Set while the disk refuses, until memory is what the disk has again. */
  refused(): StoreRefused | null
  /** Why there is no more room than what was taken beforehand; null = there is. */
  short(): string | null
  roomBytes(): number
  journalBytes(): number
  /** A checkpoint is worth its cost. */
  isDue(): boolean
  warnings(): readonly string[]
  repaired(): readonly string[]
  lostLeases(): readonly LostLease[]
  close(): Promise<void>
}

export type AdapterOptions = {
  folder: string
  sealer: Sealer
  format: Format
  log: Log
  files: FileLayer
  checkpointBytes: number
  /** Journal space taken beforehand, on which phones that are on their way finish when the disk is full. */
  reserveBytes: number
  /** After a failure: what the disk has, to be put in the place of memory. */
  onReload(fresh: MutableWorld): void
}

/** Looked at again so often while the disk refuses or is full. */
const AGAIN_MS = 1000
const LOOK_EVERY_MS = 10_000
/** Space is taken again when this much of it is used. */
const STEP_BYTES = 1024 * 1024
/** A disk without room takes no larger change: a list of phones must not use up what running ones need. */
const LARGEST_WHEN_SHORT = 32 * 1024

export function createJournalAdapter(options: AdapterOptions): JournalAdapter {
  const { checkpointBytes, files, folder, format, log, onReload, reserveBytes, sealer } = options
  let journal: Journal | null = null
  let generation = 1
  let number = 0
  let flushedNumber = 0
  let restored: Restored | null = null
  let checkpoint: Promise<void> | null = null
  let dueAtBytes = checkpointBytes
  let isMended = false
  let refused: StoreRefused | null = null
  let failures = 0
  let mending: Promise<void> | null = null
  let short: string | null = null
  let reserving: Promise<void> | null = null
  /** What the file beside the store says is missing, and the number it says now. */
  const cut: string[] = []
  let witnessed = -1
  const stop = new AbortController()
  const stepBytes = Math.min(STEP_BYTES, reserveBytes / 4)
  /** A folder that became read-only is noticed before a checkpoint needs it. */
  let looking: NodeJS.Timeout | null = null

  const opened = (): Journal => {
    if (journal === null) throw new Error('the store is written before it was read')
    return journal
  }
  const openNewest = () => openJournal({ path: journalFile(folder, generation), files, log, onRefused })

  function onRefused(): void {
    refused = opened().refused()
    failures += 1
    mending ??= mend()
      .catch((fault: unknown) =>
        log('error', 'the store could not be read again: it stays closed until a new start', { fault: String(fault) }),
      )
      .finally(() => {
        mending = null
      })
  }

  /** Puts the file right as soon as the disk allows, and reads memory anew from it: only then is anything acknowledged again. */
  const mend = async (): Promise<void> => {
    for (;;) {
      await null
      const isRight = await opened()
        .mend()
        .then(
          () => true,
          (fault: unknown) => log('debug', 'the disk still refuses', { fault: String(fault) }) === null,
        )
      if (stop.signal.aborted) return
      if (isRight) break
      await pause(AGAIN_MS, stop.signal)
    }
    await checkpoint?.catch(() => undefined) // its own log line has been written
    const again = await restore(folder, sealer, format, log)
    if (again !== null) {
      if (again.warnings.length + again.repaired.length > 0) {
        await opened().close()
        journal = await openNewest()
      }
      restored = { ...again, warnings: [...(restored?.warnings ?? []), ...again.warnings], lostLeases: restored?.lostLeases ?? [] }
      number = again.number
      flushedNumber = number
      onReload(again.world)
    }
    refused = null
    log('warn', 'the disk takes changes again: memory was read anew from it', { decisions: number })
    void reserve()
  }

  /** Keeps the space for running phones taken; while that does not work, looks again. */
  const reserve = (): Promise<void> => {
    reserving ??= keepReserve().finally(() => {
      reserving = null
    })
    return reserving
  }
  const keepReserve = async (): Promise<void> => {
    const why = await takeReserve()
    if (why !== short)
      log(why === null ? 'info' : 'error', why === null ? 'there is room on the disk again' : 'no room for new phones', { why })
    short = why
    // Whoever opens the store does not wait for a disk with room.
    if (why !== null) void pause(AGAIN_MS, stop.signal).then(() => (stop.signal.aborted ? undefined : reserve()))
  }
  const takeReserve = async (): Promise<string | null> => {
    try {
      await access(folder, constants.W_OK)
      if (opened().roomBytes() < reserveBytes - stepBytes || short !== null) await opened().reserve(reserveBytes)
      return opened().roomBytes() < reserveBytes - stepBytes ? (short ?? 'the disk refuses') : null
    } catch (error) {
      return whyOf(error)
    }
  }

  /** Not with every change: it is for files that are minutes or days older than they should be. */
  const witness = async (): Promise<void> => {
    if (flushedNumber === witnessed || refused !== null) return
    witnessed = flushedNumber
    await writeWitness(folder, { number: flushedNumber, at: new Date().toISOString() }).catch((fault: unknown) =>
      log('debug', 'the end of the store could not be noted', { fault: String(fault) }),
    )
  }

  const writeCheckpoint = async (world: MutableWorld): Promise<void> => {
    const next = generation + 1
    const failuresBefore = failures
    let before = number
    const name = journalFile(folder, next)
    const prepared = await prepareNext(name)
    try {
      await opened().rotate(prepared, name, () => {
        before = number
        generation = next
      })
    } catch (error) {
      await prepared.file.close()
      await rm(prepared.path, { force: true })
      throw error
    }
    const path = snapshotFile(folder, next)
    const temporary = unfinished(path)
    try {
      await writeSnapshot(temporary, world, { sealer, version: format.version, number: before })
      // The snapshot may hold what the journal has not flushed yet; it counts only once that is acknowledged.
      await opened().flushed()
      if (failures !== failuresBefore) throw new Error('it may hold what the disk has refused')
      await putInPlace(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
    await removeOld(folder, next)
  }

  const prepareNext = async (path: string) => {
    const temporary = unfinished(path)
    try {
      return await prepareFile(temporary, files, reserveBytes)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }

  return {
    async read() {
      await removeUnfinished(folder)
      restored = await restore(folder, sealer, format, log)
      generation = restored?.generation ?? 1
      number = restored?.number ?? 0
      flushedNumber = number
      // A file that is damaged or gone is told already.
      const missing = (restored?.warnings.length ?? 0) > 0 ? null : shortened(await readWitness(folder), number)
      if (missing !== null) cut.push(missing)
      if (restored?.olderVersion != null) await backUp(folder, restored.olderVersion, log)
      journal = await openNewest()
      await reserve()
      await witness()
      looking = setInterval(() => void reserve().then(witness), LOOK_EVERY_MS).unref()
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
      const text = writeLine({ v: format.version, n: number + 1, f: flushedNumber, c })
      if (short !== null && text.length > LARGEST_WHEN_SHORT) throw new StoreRefused(refusal('STORE_SHORT', { why: short }))
      const written = opened().append(text, undo)
      number += 1
      const own = number
      written.then(
        () => {
          flushedNumber = Math.max(flushedNumber, own)
          if (short === null && opened().roomBytes() < reserveBytes - stepBytes) void reserve()
        },
        () => undefined, // whoever called hears of it
      )
      return written
    },
    flushed: () => opened().flushed(),
    refused: () => refused,
    short: () => short,
    roomBytes: () => opened().roomBytes(),
    journalBytes: () => opened().sizeBytes(),
    isDue: () =>
      checkpoint === null &&
      ((restored?.isDue === true && !isMended) || opened().sizeBytes() > dueAtBytes) &&
      refused === null &&
      short === null,
    warnings: () => [...(restored?.warnings ?? []), ...cut],
    repaired: () => restored?.repaired ?? [],
    lostLeases: () => restored?.lostLeases ?? [],
    async close() {
      stop.abort()
      if (looking !== null) clearInterval(looking)
      await checkpoint?.catch((error: unknown) => log('warn', 'the last checkpoint failed', { fault: String(error) }))
      await mending
      await reserving
      await journal?.close()
      await witness()
    },
  }
}

/** Resolves after the time, or with the signal. Never keeps the program alive. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms).unref()
    signal.addEventListener('abort', () => [clearTimeout(timer), resolve()], { once: true })
  })
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
