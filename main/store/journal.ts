import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Log } from '../bench/ports.ts'
import { refusal } from '../core/model/refusals.ts'
import { codeOf, StoreRefused } from './errors.ts'
import type { FileLayer, JournalFile } from './file-layer.ts'
import { syncFolder } from './files.ts'

type Waiting = { text: string; undo(): void; done(): void; failed(error: Error): void }

/** Lines appended to one file, flushed together; numbered files one after another. */
export type Journal = {
  /** Resolves when the line is on the disk. All that wait share one flush. `undo` is called, newest first, when the disk refuses. */
  append(text: string, undo: () => void): Promise<void>
  /** Resolves when everything appended so far is on the disk. */
  flushed(): Promise<void>
  /** Goes on in another file. `atTurn` is called in the turn of the change: every line appended before it is in the old file, every later one in the new. */
  rotate(next: PreparedFile, path: string, atTurn: () => void): Promise<void>
  /** What stands against writing: set by the first failure, until `mend` has put the file right. */
  refused(): StoreRefused | null
  sizeBytes(): number
  /** Bytes that are taken on the disk and not written yet. */
  roomBytes(): number
  /** Takes space until `roomBytes` are there. Rejects with the file system's error when the disk has no more; what was taken stays. */
  reserve(roomBytes: number): Promise<void>
  /** After a failure: puts the file back to what was acknowledged, flushed. Rejects while the disk still refuses. */
  mend(): Promise<void>
  close(): Promise<void>
}

/** A file with space taken, that is no journal yet. */
export type PreparedFile = { file: JournalFile; path: string; roomBytes: number }

export type JournalOptions = { path: string; files: FileLayer; log: Log; onRefused(): void }

const ZEROS = Buffer.alloc(256 * 1024)

/**
 * Opens or creates the file and goes on behind its last byte that is not zero: zeros are space taken beforehand, no line holds one. After a failed write
 * or flush nothing more is acknowledged until the file is what was acknowledged again.
 */
export async function openJournal({ files, log, onRefused, path }: JournalOptions): Promise<Journal> {
  let handle = await files.open(path)
  await syncFolder(dirname(path))
  let taken = (await handle.stat()).size
  let size = await writtenBytes(handle, taken)
  /** Bytes behind `size` that a failed write may have touched. */
  let spoiledTo = 0
  let queue: Waiting[] = []
  let rotation: { next: PreparedFile; path: string; atTurn(): void; done(): void; failed(error: unknown): void } | null = null
  let draining: Promise<void> | null = null
  let last: Promise<void> | null = null
  let refused: StoreRefused | null = null
  let reserving: { roomBytes: number; done(): void; failed(error: unknown): void } | null = null

  const drain = async (): Promise<void> => {
    await null // everything asked for in this turn shares the flush
    while (queue.length > 0 || rotation !== null || reserving !== null) {
      if (queue.length > 0) {
        const batch = queue
        queue = []
        await flush(batch)
      } else if (rotation !== null) {
        const { done, failed, ...change } = rotation
        rotation = null
        await changeFile(change).then(done, failed)
      }
      // One part between two flushes: whoever waits for a line does not wait for all of it.
      if (reserving !== null && (await takePart(reserving))) reserving = null
    }
    draining = null
    last = null
  }

  const flush = async (batch: Waiting[]): Promise<void> => {
    const bytes = Buffer.from(batch.map((waiting) => waiting.text).join(''))
    try {
      spoiledTo = size + bytes.length
      await writeWhole(handle, bytes, size)
      await handle.datasync()
      size += bytes.length
      taken = Math.max(taken, size)
      for (const waiting of batch) waiting.done()
    } catch (error) {
      refuse([...batch, ...queue.splice(0)], error)
    }
  }

  /** True when it is over, for good or ill. */
  const takePart = async ({ done, failed, roomBytes }: NonNullable<typeof reserving>): Promise<boolean> => {
    const missing = roomBytes - (taken - size)
    if (missing <= 0 || refused !== null) {
      done()
      return true
    }
    try {
      const part = ZEROS.subarray(0, Math.min(ZEROS.length, missing))
      await writeWhole(handle, part, taken)
      await handle.datasync()
      taken += part.length
      return false
    } catch (error) {
      failed(error)
      return true
    }
  }

  const refuse = (all: Waiting[], error: unknown): void => {
    const reason = new StoreRefused(refusal('STORE_UNAVAILABLE', { why: whyOf(error) }), error)
    refused = reason
    last = null // memory is about to be what the disk has: whoever reads from now on waits for nothing
    log('error', 'the journal could not be written: nothing is kept until it can be', { fault: String(error) })
    for (const waiting of [...all].reverse()) waiting.undo()
    for (const waiting of all) waiting.failed(reason)
    onRefused()
  }

  const changeFile = async (change: { next: PreparedFile; path: string; atTurn(): void }): Promise<void> => {
    if (refused !== null) throw refused
    // Under its own name only now, when all of the old one is on the disk: a torn end is always in the newest file.
    await rename(change.next.path, change.path)
    try {
      await syncFolder(dirname(change.path))
    } catch (error) {
      await rm(change.path, { force: true }) // a file whose name may not last is no place for what is acknowledged
      throw error
    }
    const [old, oldSize] = [handle, size]
    change.atTurn()
    handle = change.next.file
    size = 0
    taken = change.next.roomBytes
    spoiledTo = 0
    await cut(old, oldSize, log)
    await old.close()
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
    async rotate(next, nextPath, atTurn) {
      await new Promise<void>((done, failed) => {
        rotation = { next, path: nextPath, atTurn, done, failed }
        draining ??= drain()
      })
    },
    refused: () => refused,
    sizeBytes: () => size,
    roomBytes: () => Math.max(0, taken - size),
    reserve: (roomBytes) =>
      new Promise<void>((done, failed) => {
        const before = reserving
        // One at a time is enough: the earlier one is heard with the later one.
        reserving = {
          roomBytes: Math.max(roomBytes, before?.roomBytes ?? 0),
          done: () => [before?.done(), done()],
          failed: (error) => [before?.failed(error), failed(error)],
        }
        draining ??= drain()
      }),
    async mend() {
      if (refused === null) return
      await draining
      // Zeros where they fit: the space stays ours on a disk that others fill.
      for (let at = size; at < Math.min(spoiledTo, taken); at += ZEROS.length)
        await writeWhole(handle, ZEROS.subarray(0, Math.min(ZEROS.length, Math.min(spoiledTo, taken) - at)), at)
      if ((await handle.stat()).size > taken) await handle.truncate(taken)
      await handle.datasync()
      refused = null
    },
    async close() {
      while (draining !== null) await draining
      // Space that was only taken goes back; what a failed write left behind is cut with it.
      await cut(handle, size, log)
      await handle.close()
    },
  }
}

/** A new file with space taken, under a name that a start sweeps away. Removing it when it is not used is up to the caller. */
export async function prepareFile(path: string, files: FileLayer, roomBytes: number): Promise<PreparedFile> {
  const file = await files.open(path)
  try {
    for (let at = 0; at < roomBytes; at += ZEROS.length)
      await writeWhole(file, ZEROS.subarray(0, Math.min(ZEROS.length, roomBytes - at)), at)
    await file.datasync()
    return { file, path, roomBytes }
  } catch (error) {
    await file.close()
    throw error
  }
}

/** The disk may take a part and refuse the rest: only all of it counts. */
async function writeWhole(file: JournalFile, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten
}

/** Where the last byte that is not zero ends. */
async function writtenBytes(file: JournalFile, sizeBytes: number): Promise<number> {
  const chunk = Buffer.alloc(ZEROS.length)
  for (let end = sizeBytes; end > 0; ) {
    const from = Math.max(0, end - chunk.length)
    const { bytesRead } = await file.read(chunk, 0, end - from, from)
    for (let i = bytesRead - 1; i >= 0; i--) if (chunk[i] !== 0) return from + i + 1
    end = from
  }
  return 0
}

async function cut(file: JournalFile, sizeBytes: number, log: Log): Promise<void> {
  try {
    await file.truncate(sizeBytes)
    await file.datasync()
  } catch (fault) {
    log('debug', 'the journal could not be cut to its size', { fault: String(fault) })
  }
}

/** The file system's "no" in words. */
export function whyOf(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full'
    case 'EROFS':
      return 'the disk is read-only'
    case 'EACCES':
    case 'EPERM':
      return 'the folder may not be written any more'
    case 'EIO':
      return 'the disk reports an error'
    default:
      return error instanceof Error ? error.message : String(error)
  }
}
