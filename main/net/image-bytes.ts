import { type FileHandle, open, stat } from 'node:fs/promises'

/** A file that many phones draw at once: read once, in chunks that all of them share. Nobody may write into what it gives. */
export type ImageBytes = {
  sizeBytes: number
  modifiedAt: Date
  /** The bytes from here to the end of their chunk, at hand or read; none at the end, and where a file was cut short meanwhile. Rejects with what the disk says. */
  from(at: number): Uint8Array | Promise<Uint8Array>
  close(): Promise<void>
}

export type ImageShelf = {
  /** Throws what the file system says. */
  open(path: string): Promise<ImageBytes>
}

export type ShelfLimits = { chunkBytes: number; keptBytes: number }

/** Phones of one start are near each other in the file: some seconds of gigabit Ethernet are kept. */
const LIMITS: ShelfLimits = { chunkBytes: 128 * 1024, keptBytes: 16 * 1024 * 1024 }

type OpenFile = { key: string; handle: FileHandle; sizeBytes: number; modifiedAt: Date; users: number }

/** Open files and their chunks, of one thread. Bounded: the chunks used last are kept, and of each transfer the one that it is at. */
export function createImageShelf(limits: ShelfLimits = LIMITS): ImageShelf {
  const files = new Map<string, OpenFile>()
  // In the order of their last use.
  const kept = new Map<string, Uint8Array>()
  const reading = new Map<string, Promise<Uint8Array>>()
  let keptBytes = 0

  const use = (key: string, chunk: Uint8Array): Uint8Array => {
    if (kept.delete(key)) keptBytes -= chunk.length
    kept.set(key, chunk)
    keptBytes += chunk.length
    for (const [oldest, bytes] of kept) {
      if (keptBytes <= limits.keptBytes) break
      kept.delete(oldest)
      keptBytes -= bytes.length
    }
    return chunk
  }
  const chunkOf = (file: OpenFile, number: number): Uint8Array | Promise<Uint8Array> => {
    const key = `${file.key} ${number}`
    const known = kept.get(key)
    if (known !== undefined) return use(key, known)
    const underWay = reading.get(key)
    if (underWay !== undefined) return underWay
    const read = readChunk(file, number * limits.chunkBytes, limits.chunkBytes).then((chunk) => use(key, chunk))
    reading.set(key, read)
    // Whoever waits for it hears of a fault; here it only makes room.
    read.then(
      () => reading.delete(key),
      () => reading.delete(key),
    )
    return read
  }

  /** Counts its user in the same turn: a file whose last user leaves is closed. */
  const takenBy = (file: OpenFile): OpenFile => {
    file.users += 1
    return file
  }
  const opened = async (path: string): Promise<OpenFile> => {
    const known = files.get(keyOf(path, await stat(path)))
    if (known !== undefined) return takenBy(known)
    const handle = await open(path, 'r')
    try {
      const stats = await handle.stat()
      const key = keyOf(path, stats)
      const meanwhile = files.get(key)
      if (meanwhile !== undefined) {
        takenBy(meanwhile)
        await handle.close()
        return meanwhile
      }
      const file = { key, handle, sizeBytes: stats.size, modifiedAt: stats.mtime, users: 0 }
      files.set(key, file)
      return takenBy(file)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  return {
    async open(path) {
      const file = await opened(path)
      let isClosed = false
      return {
        sizeBytes: file.sizeBytes,
        modifiedAt: file.modifiedAt,
        from(at) {
          const number = Math.floor(at / limits.chunkBytes)
          const chunk = chunkOf(file, number)
          const skip = at - number * limits.chunkBytes
          return chunk instanceof Uint8Array ? chunk.subarray(skip) : chunk.then((bytes) => bytes.subarray(skip))
        },
        async close() {
          if (isClosed) return
          isClosed = true
          file.users -= 1
          if (file.users > 0) return
          files.delete(file.key)
          await file.handle.close()
        },
      }
    },
  }
}

/** Another file of the same name is another file. */
function keyOf(path: string, { dev, ino, mtimeMs, size }: { dev: number; ino: number; mtimeMs: number; size: number }): string {
  return `${dev} ${ino} ${size} ${mtimeMs} ${path}`
}

/** As much as the file has there, at most a chunk. */
async function readChunk({ handle }: OpenFile, position: number, length: number): Promise<Uint8Array> {
  const chunk = Buffer.allocUnsafeSlow(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(chunk, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return chunk.subarray(0, filled)
}
