import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'

/**
 * A firmware image for fake phones: one line of text `OPTION66-FAKE-IMAGE <models> <version> <size> <sha256>`, then filling. Models are separated by commas as the
 * family's User-Agent spells them; `*` means any. Size is that of the whole file; the hash is that of the filling.
 */
export const FAKE_MAGIC = 'OPTION66-FAKE-IMAGE'

export type FakeHeader = { models: readonly string[]; version: string; sizeBytes: number | null; sha256: string | null }

const CHUNK_BYTES = 256 * 1024

/** Writes an image of exactly `sizeBytes` (at least 256). */
export async function writeFakeImage(
  path: string,
  image: { models: readonly string[]; version: string; sizeBytes: number },
): Promise<void> {
  const lead = `${FAKE_MAGIC} ${image.models.join(',')} ${image.version} ${image.sizeBytes} `
  const fillBytes = image.sizeBytes - Buffer.byteLength(lead) - 65
  if (fillBytes < 0) throw new Error(`A fake image of ${image.sizeBytes} bytes has no room for its header`)
  const hash = createHash('sha256')
  for (const chunk of filling(fillBytes)) hash.update(chunk)
  const file = await open(path, 'w')
  try {
    await file.write(`${lead}${hash.digest('hex')}\n`)
    for (const chunk of filling(fillBytes)) await file.write(chunk)
  } finally {
    await file.close()
  }
}

/** The same bytes each time; each chunk differs from the next, so that a piece in the wrong place is found out. */
function* filling(bytes: number): Generator<Buffer> {
  for (let at = 0; at < bytes; at += CHUNK_BYTES) {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, bytes - at), `${at.toString(16)}:`)
    yield chunk
  }
}

/** Reads the first line; null when these bytes are no fake image. Needs up to the first 512 bytes. */
export function readFakeHeader(start: Buffer): { header: FakeHeader; headerBytes: number } | null {
  const end = start.indexOf(10)
  if (end === -1) return null
  const [magic, models, version, size, sha256] = start.subarray(0, end).toString('latin1').trim().split(' ')
  if (magic !== FAKE_MAGIC || models === undefined || version === undefined) return null
  const sizeBytes = size === undefined ? null : Number(size)
  return { header: { models: models.split(','), version, sizeBytes, sha256: sha256 ?? null }, headerBytes: end + 1 }
}
