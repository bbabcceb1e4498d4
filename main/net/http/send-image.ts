import { type FileHandle, open } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ImageProgress } from '../../core/files/transfer.ts'
import type { Mac } from '../../core/model/mac.ts'
import { type ByteRange, isSameFile, parseRange } from './byte-range.ts'
import { precondition } from './conditional.ts'
import type { Connection } from './connection.ts'
import type { Coverage } from './coverage.ts'

/** One buffer of this size a transfer, used over and over: 200 phones at once are 13 MB. */
const CHUNK_BYTES = 64 * 1024
const REPORT_EVERY_MS = 200

export type ImageParts = { coverage: Coverage; progress(progress: ImageProgress): void }

/** `isOnlyOne`: a date tells whether the phone has it (see `FileAnswer`). */
export type ImageOrder = { image: string; mac: Mac | null; path: string; isOnlyOne: boolean }

/** Streams a firmware image, whole or the range asked for. Throws before the first byte when the file cannot be read. */
export async function sendImage(
  request: IncomingMessage,
  response: ServerResponse,
  connection: Connection,
  order: ImageOrder,
  parts: ImageParts,
): Promise<void> {
  const file = await open(order.path, 'r')
  try {
    const stats = await file.stat()
    const etag = `"${order.image}"`
    const lastModified = order.isOnlyOne ? stats.mtime.toUTCString() : null
    response.setHeader('ETag', etag)
    if (lastModified !== null) response.setHeader('Last-Modified', lastModified)
    response.setHeader('Accept-Ranges', 'bytes')
    const condition = precondition(request.headers, { etag, lastModified })
    if (condition !== 'go-on') {
      response.writeHead(condition === 'same' ? 304 : 412, condition === 'same' ? {} : { 'Content-Length': 0 }).end()
      return
    }
    // RFC 9110 section 14.2: a range means something to GET alone.
    const isPiece = request.method === 'GET' && isSameFile(oneOf(request.headers['if-range']), etag, lastModified)
    const asked = isPiece ? parseRange(request.headers.range, stats.size) : null
    if (asked === 'unsatisfiable') {
      response.writeHead(416, { 'Content-Range': `bytes */${stats.size}`, 'Content-Length': 0 }).end()
      return
    }
    const range = asked ?? { from: 0, to: stats.size - 1 }
    response.writeHead(asked === null ? 200 : 206, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': range.to - range.from + 1,
      ...(asked === null ? {} : { 'Content-Range': `bytes ${range.from}-${range.to}/${stats.size}` }),
    })
    if (request.method === 'HEAD') {
      response.end()
      return
    }
    await stream(file, range, stats.size, { response, connection, order, parts })
  } finally {
    await file.close()
  }
}

function oneOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}

type Way = { response: ServerResponse; connection: Connection; order: ImageOrder; parts: ImageParts }

async function stream(file: FileHandle, range: ByteRange, sizeBytes: number, { connection, order, parts, response }: Way): Promise<void> {
  const report = createReport(order, range, sizeBytes, parts)
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, range.to - range.from + 1))
  let at = range.from
  while (at <= range.to) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, range.to - at + 1), at)
    // A file cut short while it is read cannot be told in any other way than by breaking off.
    if (bytesRead === 0 || !(await isWritten(response, buffer.subarray(0, bytesRead)))) {
      response.destroy()
      report.ended(at, false)
      return
    }
    at += bytesRead
    report.sent(at)
  }
  response.once('finish', () => connection.sent(range.to - range.from + 1, (isTaken) => report.ended(at, isTaken)))
  response.once('close', () => {
    if (!response.writableFinished) report.ended(at, false)
  })
  response.end()
}

/** True when the kernel took the chunk, which is then free again; false when the connection is gone. */
function isWritten(response: ServerResponse, chunk: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const closed = () => resolve(false)
    response.once('close', closed)
    response.write(chunk, (error) => {
      response.off('close', closed)
      resolve(error === null || error === undefined)
    })
    if (response.destroyed) closed()
  })
}

type Report = { sent(at: number): void; ended(at: number, isTaken: boolean): void }

const NO_REPORT: Report = { sent: () => undefined, ended: () => undefined }

/**
 * At most five reports a second, one at the start and one at the end. None without a phone that they are about, and none of a piece that does not follow
 * what the phone has: some look at the end of a file first.
 */
function createReport({ image, mac }: ImageOrder, range: ByteRange, sizeBytes: number, { coverage, progress }: ImageParts): Report {
  if (mac === null) return NO_REPORT
  const key = `${mac} ${image}`
  const before = coverage.begin(key, range.from)
  if (range.from > before) return NO_REPORT
  const tell = (sentBytes: number, ended: boolean, whole: boolean) => progress({ mac, image, sentBytes, sizeBytes, ended, whole })
  let toldAt = performance.now()
  let isEnded = false
  tell(before, false, false)
  return {
    sent(at) {
      if (performance.now() - toldAt < REPORT_EVERY_MS) return
      toldAt = performance.now()
      tell(Math.max(before, at), false, false)
    },
    ended(at, isTaken) {
      if (isEnded) return
      isEnded = true
      const now = coverage.add(key, range.from, at)
      const isWhole = isTaken && now === sizeBytes
      if (isWhole) coverage.forget(key)
      tell(now, isWhole || !isTaken, isWhole)
    },
  }
}
