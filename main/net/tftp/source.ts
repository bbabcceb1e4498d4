import { type FileHandle, open } from 'node:fs/promises'
import { NETASCII_START, toNetascii } from '../../core/tftp/netascii.ts'

/** Bytes in order. `next` gives exactly as many as asked for, fewer only at the end; without waiting where they are at hand. */
export type ByteSource = { sizeBytes: number | null; next(bytes: number): Uint8Array | Promise<Uint8Array>; close(): Promise<void> }

const CHUNK_BYTES = 128 * 1024

export function bytesSource(bytes: Uint8Array): ByteSource {
  let at = 0
  return {
    sizeBytes: bytes.length,
    next(count) {
      const piece = bytes.subarray(at, at + count)
      at += piece.length
      return piece
    },
    close: async () => undefined,
  }
}

/** Throws when the file cannot be opened. A file that gets shorter while it is sent ends early: the phone's own check finds that. */
export async function fileSource(path: string): Promise<ByteSource> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    return readAhead(file, size)
  } catch (error) {
    await file.close()
    throw error
  }
}

function readAhead(file: FileHandle, sizeBytes: number): ByteSource {
  let chunk: Uint8Array = new Uint8Array(0)
  let at = 0
  let position = 0
  const refill = async (count: number): Promise<Uint8Array> => {
    const buffer = new Uint8Array(CHUNK_BYTES + count)
    const rest = chunk.subarray(at)
    buffer.set(rest)
    let filled = rest.length
    while (filled < buffer.length) {
      const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, position)
      if (bytesRead === 0) break
      filled += bytesRead
      position += bytesRead
    }
    chunk = buffer.subarray(0, filled)
    at = 0
    return take(count)
  }
  const take = (count: number): Uint8Array => {
    const piece = chunk.subarray(at, at + count)
    at += piece.length
    return piece
  }
  return {
    sizeBytes,
    next: (count) => (chunk.length - at >= count ? take(count) : refill(count)),
    close: () => file.close(),
  }
}

/** The same source as netascii. Its size is known only for bytes at hand, so `tsize` is left out for files (RFC 2349 section 4 leaves that open). */
export function netasciiSource(source: ByteSource): ByteSource {
  let state = NETASCII_START
  let ready: Uint8Array = new Uint8Array(0)
  let isEnded = false
  return {
    sizeBytes: null,
    async next(count) {
      while (ready.length < count && !isEnded) {
        const piece = await source.next(CHUNK_BYTES)
        isEnded = piece.length < CHUNK_BYTES
        const made = toNetascii(piece, state, isEnded)
        state = made.state
        ready = joined(ready, made.bytes)
      }
      const block = ready.subarray(0, count)
      ready = ready.subarray(block.length)
      return block
    },
    close: () => source.close(),
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
