import { createHash, type Hash, randomBytes } from 'node:crypto'
import { type FileHandle, open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Incoming } from '../bench/ports.ts'
import { refusal } from '../core/model/refusals.ts'
import { ok, refuse, type Result } from '../core/model/result.ts'
import { codeOf } from './errors.ts'
import { makeFolder } from './make-folder.ts'

export const INCOMING_LIMITS = { fileBytes: 2_000_000_000, open: 4, idleMs: 10 * 60_000 } as const
/** Left for the journal: a full disk would stop the bench. */
const KEPT_FREE_BYTES = 64_000_000

type Upload = {
  name: string
  sizeBytes: number
  folder: string
  handle: FileHandle
  hash: Hash
  receivedBytes: number
  touchedAt: number
  /** Parts of one upload come one after the other, however they are sent. */
  turn: Promise<unknown>
}

/**
 * Files on their way from a page to this machine: part by part to disk, never whole in memory, hashed as they come. What a crash or a page that went away
 * leaves behind is swept. `folder` belongs to this alone.
 */
export async function openIncoming(folder: string, now: () => number = Date.now): Promise<Incoming & { close(): Promise<void> }> {
  await rm(folder, { recursive: true, force: true })
  const uploads = new Map<string, Upload>()
  const discard = async (id: string): Promise<void> => {
    const upload = uploads.get(id)
    uploads.delete(id)
    if (upload === undefined) return
    await upload.handle.close().catch(() => undefined) // closed already when it was whole
    await rm(upload.folder, { recursive: true, force: true })
  }
  const sweep = async (): Promise<void> => {
    for (const [id, upload] of uploads) if (now() - upload.touchedAt > INCOMING_LIMITS.idleMs) await discard(id)
  }
  const unknown = (id: string) => refuse<never>(refusal('UPLOAD_UNKNOWN', { id }))

  return {
    async begin({ name, sizeBytes }) {
      await sweep()
      const problem = beginProblem(name, sizeBytes, uploads.size)
      if (problem !== null) return problem
      await makeFolder(folder)
      const { bavail, bsize } = await statfs(folder)
      const free = bavail * bsize - KEPT_FREE_BYTES
      if (sizeBytes > free)
        return refuse(refusal('FIRMWARE_DISK_SMALL', { file: name, size: megabytes(sizeBytes), free: megabytes(Math.max(0, free)) }))
      const id = randomBytes(12).toString('hex')
      const own = join(folder, id)
      await makeFolder(own)
      const handle = await open(join(own, name), 'wx', 0o600)
      uploads.set(id, {
        name,
        sizeBytes,
        folder: own,
        handle,
        hash: createHash('sha256'),
        receivedBytes: 0,
        touchedAt: now(),
        turn: Promise.resolve(),
      })
      return ok({ upload: id })
    },
    part(id, offset, bytes) {
      const upload = uploads.get(id)
      if (upload === undefined) return Promise.resolve(unknown(id))
      const written = upload.turn.then(() => write(upload, offset, bytes, now()))
      upload.turn = written.catch(() => undefined)
      return written
    },
    async end(id, sha256) {
      const upload = uploads.get(id)
      if (upload === undefined) return unknown(id)
      await upload.turn
      const { handle, hash, name, receivedBytes, sizeBytes } = upload
      if (receivedBytes !== sizeBytes) return refuse(refusal('UPLOAD_GAP', { offset: String(sizeBytes), received: String(receivedBytes) }))
      await handle.sync()
      await handle.close()
      const sum = hash.digest('hex')
      if (sha256 !== undefined && sha256.toLowerCase() !== sum) {
        await discard(id)
        return refuse(refusal('UPLOAD_SUM_WRONG', { file: name, sum }))
      }
      return ok({ path: join(upload.folder, name), discard: () => discard(id) })
    },
    cancel: discard,
    async close() {
      for (const id of [...uploads.keys()]) await discard(id)
    },
  }
}

function beginProblem(name: string, sizeBytes: number, count: number): Result<never> | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (name === '' || name.length > 200 || /[\u0000-\u001f\u007f/\\:]|^\.+$/.test(name))
    return refuse(refusal('UPLOAD_NAME', { file: name }))
  if (sizeBytes === 0) return refuse(refusal('FIRMWARE_FILE_EMPTY', { file: name }))
  if (sizeBytes > INCOMING_LIMITS.fileBytes)
    return refuse(refusal('UPLOAD_TOO_LARGE', { file: name, most: megabytes(INCOMING_LIMITS.fileBytes) }))
  return count >= INCOMING_LIMITS.open ? refuse(refusal('UPLOAD_MANY', { most: String(INCOMING_LIMITS.open) })) : null
}

async function write(upload: Upload, offset: number, bytes: Uint8Array, now: number): Promise<Result<{ receivedBytes: number }>> {
  upload.touchedAt = now
  const received = upload.receivedBytes
  if (offset !== received) return refuse(refusal('UPLOAD_GAP', { offset: String(offset), received: String(received) }))
  if (received + bytes.length > upload.sizeBytes)
    return refuse(refusal('UPLOAD_TOO_LARGE', { file: upload.name, most: megabytes(upload.sizeBytes) }))
  try {
    await upload.handle.write(bytes, 0, bytes.length, received)
  } catch (error) {
    if (codeOf(error) === 'ENOSPC') return refuse(refusal('STORE_UNAVAILABLE', { why: 'the disk is full' }))
    throw error
  }
  upload.hash.update(bytes)
  upload.receivedBytes = received + bytes.length
  return ok({ receivedBytes: upload.receivedBytes })
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1)
}
