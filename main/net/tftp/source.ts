import { NETASCII_START, toNetascii } from '../../core/tftp/netascii.ts'
import type { ImageBytes } from '../image-bytes.ts'

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

/** An image of the shelf; `close` gives it back. A file that gets shorter while it is sent ends early: the phone's own check finds that. */
export function imageSource(image: ImageBytes): ByteSource {
  let chunk: Uint8Array = new Uint8Array(0)
  let at = 0
  let position = 0
  const take = (count: number): Uint8Array => {
    const piece = chunk.subarray(at, at + count)
    at += piece.length
    position += piece.length
    return piece
  }
  const takeFrom = (next: Uint8Array, count: number): Uint8Array => {
    chunk = next
    at = 0
    return take(count)
  }
  /** A block that lies in two chunks is put together; nearly all lie in one. */
  const acrossChunks = async (count: number): Promise<Uint8Array> => {
    const block = new Uint8Array(count)
    let filled = 0
    while (filled < count) {
      const piece = at < chunk.length ? take(count - filled) : takeFrom(await image.from(position), count - filled)
      if (piece.length === 0) break
      block.set(piece, filled)
      filled += piece.length
    }
    return block.subarray(0, filled)
  }
  return {
    sizeBytes: image.sizeBytes,
    next(count) {
      if (chunk.length - at >= count) return take(count)
      if (at < chunk.length) return acrossChunks(count)
      const next = image.from(position)
      if (!(next instanceof Uint8Array) || next.length < count) return acrossChunks(count)
      return takeFrom(next, count)
    },
    close: () => image.close(),
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
