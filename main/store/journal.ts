import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Log } from '../bench/ports.ts'
import { refusal } from '../core/model/refusals.ts'
import { codeOf, StoreRefused } from './errors.ts'
import { syncFolder } from './files.ts'

type Waiting = { text: string; undo(): void; done(): void; failed(error: Error): void }

/** Lines appended to one file, flushed together; numbered files one after another. */
export type Journal = {
  /** Resolves when the line is on the disk. All that wait share one flush. `undo` is called, newest first, when the disk refuses. */
  append(text: string, undo: () => void): Promise<void>
  /** Resolves when everything appended so far is on the disk. */
  flushed(): Promise<void>
  /** Goes on in another file. `atTurn` is called in the turn of the change: every line appended before it is in the old file, every later one in the new. */
  rotate(path: string, atTurn: () => void): Promise<void>
  /** What stands against writing: set by the first failure, for good. */
  refused(): StoreRefused | null
  sizeBytes(): number
  close(): Promise<void>
}

/** Opens or creates the file. After a failed write or flush nothing more is acknowledged: what the disk then holds is not known. */
export async function openJournal(path: string, log: Log): Promise<Journal> {
  let handle = await openFile(path)
  let size = (await handle.stat()).size
  let queue: Waiting[] = []
  let rotation: { path: string; atTurn(): void; done(): void; failed(error: unknown): void } | null = null
  let draining: Promise<void> | null = null
  let last: Promise<void> | null = null
  let refused: StoreRefused | null = null

  const drain = async (): Promise<void> => {
    await null // everything asked for in this turn shares the flush
    while (queue.length > 0 || rotation !== null) {
      if (queue.length > 0) {
        const batch = queue
        queue = []
        await flush(batch)
      } else if (rotation !== null) {
        const { atTurn, done, failed, path: next } = rotation
        rotation = null
        atTurn()
        await changeFile(next).then(done, failed)
      }
    }
    draining = null
    last = null
  }

  const flush = async (batch: Waiting[]): Promise<void> => {
    try {
      const bytes = Buffer.from(batch.map((waiting) => waiting.text).join(''))
      await handle.appendFile(bytes)
      await handle.datasync()
      size += bytes.length
      for (const waiting of batch) waiting.done()
    } catch (error) {
      await refuse([...batch, ...queue.splice(0)], error)
    }
  }

  const refuse = async (all: Waiting[], error: unknown): Promise<void> => {
    const reason = new StoreRefused(refusal('STORE_UNAVAILABLE', { why: whyOf(error) }))
    refused = reason
    last = null // memory is about to be what the disk has: whoever reads from now on waits for nothing
    log('error', 'the journal could not be written: nothing is kept any more', { fault: String(error) })
    for (const waiting of [...all].reverse()) waiting.undo()
    for (const waiting of all) waiting.failed(reason)
    // Best effort: so that after a restart exactly what was acknowledged is there.
    await handle.truncate(size).catch((fault: unknown) => log('debug', 'the journal could not be cut back', { fault: String(fault) }))
  }

  const changeFile = async (next: string): Promise<void> => {
    if (refused !== null) throw refused
    const opened = await openFile(next)
    const before = handle
    handle = opened
    size = (await opened.stat()).size
    await before.close()
  }

  return {
    append(text, undo) {
      if (refused !== null) return Promise.reject(refused)
      const written = new Promise<void>((done, failed) => queue.push({ text, undo, done, failed }))
      last = written
      draining ??= drain()
      return written
    },
    flushed: () => last ?? Promise.resolve(),
    async rotate(next, atTurn) {
      await new Promise<void>((done, failed) => {
        rotation = { path: next, atTurn, done, failed }
        draining ??= drain()
      })
    },
    refused: () => refused,
    sizeBytes: () => size,
    async close() {
      while (draining !== null) await draining
      await handle.close()
    },
  }
}

async function openFile(path: string): Promise<FileHandle> {
  const handle = await open(path, 'a', 0o600)
  await syncFolder(dirname(path))
  return handle
}

function whyOf(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full'
    case 'EROFS':
      return 'the disk is read-only'
    case 'EIO':
      return 'the disk reports an error'
    default:
      return error instanceof Error ? error.message : String(error)
  }
}
