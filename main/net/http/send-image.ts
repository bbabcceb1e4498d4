import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ImageProgress } from '../../core/files/transfer.ts'
import type { Mac } from '../../core/model/mac.ts'
import type { ImageBytes, ImageShelf } from '../image-bytes.ts'
import { type ByteRange, isSameFile, parseRange } from './byte-range.ts'
import { precondition } from './conditional.ts'
import type { Connection } from './connection.ts'
import type { Coverage } from './coverage.ts'

/** What one download sends in its turn. */
const PIECE_BYTES = 64 * 1024
const REPORT_EVERY_MS = 200
/** All downloads together tell no more often than this: a page shows some two hundred tiles, and none of them better for more. */
const REPORT_APART_MS = 5

/** `underWay` = downloads that run now. */
export type ImageParts = { shelf: ImageShelf; coverage: Coverage; underWay: Set<object>; progress(progress: ImageProgress): void }

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
  const file = await parts.shelf.open(order.path)
  try {
    const etag = `"${order.image}"`
    const lastModified = order.isOnlyOne ? file.modifiedAt.toUTCString() : null
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
    const asked = isPiece ? parseRange(request.headers.range, file.sizeBytes) : null
    if (asked === 'unsatisfiable') {
      response.writeHead(416, { 'Content-Range': `bytes */${file.sizeBytes}`, 'Content-Length': 0 }).end()
      return
    }
    const range = asked ?? { from: 0, to: file.sizeBytes - 1 }
    response.writeHead(asked === null ? 200 : 206, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': range.to - range.from + 1,
      ...(asked === null ? {} : { 'Content-Range': `bytes ${range.from}-${range.to}/${file.sizeBytes}` }),
    })
    if (request.method === 'HEAD') {
      response.end()
      return
    }
    await stream(file, range, { response, connection, order, parts })
  } finally {
    await file.close()
  }
}

function oneOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}

type Way = { response: ServerResponse; connection: Connection; order: ImageOrder; parts: ImageParts }

async function stream(file: ImageBytes, range: ByteRange, way: Way): Promise<void> {
  const { connection, order, parts, response } = way
  const report = createReport(order, range, file.sizeBytes, parts)
  let at = range.from
  while (at <= range.to) {
    const rest = await file.from(at)
    const chunk = rest.subarray(0, Math.min(PIECE_BYTES, range.to - at + 1))
    // A file cut short while it is read cannot be told in any other way than by breaking off.
    if (chunk.length === 0 || !(await isWritten(response, chunk))) {
      response.destroy()
      report.ended(at, false)
      return
    }
    at += chunk.length
    report.sent(at)
    // A phone that takes it faster than we look would keep all others waiting, DHCP among them. Behind the last piece it may be gone before its end is heard.
    if (at <= range.to) await turnOfOthers()
  }
  response.once('finish', () => connection.sent(range.to - range.from + 1, (isTaken) => report.ended(at, isTaken)))
  response.once('close', () => {
    if (!response.writableFinished) report.ended(at, false)
  })
  response.end()
}

function turnOfOthers(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** True when the kernel took the piece: no download holds more than one; false when the connection is gone. */
function isWritten(response: ServerResponse, chunk: Uint8Array): Promise<boolean> {
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
 * At most five reports a second, fewer where many downloads run, one at the start and one at the end. None without a phone that they are about, and none of a piece that does not follow
 * what the phone has: some look at the end of a file first.
 */
function createReport(
  { image, mac }: ImageOrder,
  range: ByteRange,
  sizeBytes: number,
  { coverage, progress, underWay }: ImageParts,
): Report {
  if (mac === null) return NO_REPORT
  const key = `${mac} ${image}`
  const before = coverage.begin(key, range.from)
  if (range.from > before) return NO_REPORT
  const tell = (sentBytes: number, ended: boolean, whole: boolean) => progress({ mac, image, sentBytes, sizeBytes, ended, whole })
  let toldAt = performance.now()
  let isEnded = false
  const self = {}
  underWay.add(self)
  tell(before, false, false)
  return {
    sent(at) {
      if (performance.now() - toldAt < Math.max(REPORT_EVERY_MS, underWay.size * REPORT_APART_MS)) return
      toldAt = performance.now()
      tell(Math.max(before, at), false, false)
    },
    ended(at, isTaken) {
      if (isEnded) return
      isEnded = true
      underWay.delete(self)
      const now = coverage.add(key, range.from, at)
      const isWhole = isTaken && now === sizeBytes
      if (isWhole) coverage.forget(key)
      tell(now, isWhole || !isTaken, isWhole)
    },
  }
}
