import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from '../../bench/ports.ts'
import type { Delivery, FileAnswer } from '../../core/model/files.ts'
import { REALM } from '../../core/model/token.ts'
import { precondition } from './conditional.ts'
import type { Connection } from './connection.ts'

/** A few words for people, whole and never kept by anybody. */
export function sendWords(response: ServerResponse, status: number, words: string, headers: Record<string, string | string[]> = {}): void {
  const body = `${words}\n`
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    ...headers,
  })
  response.end(body)
}

/**
 * Always the same two, whatever the reason. Basic first: phones that know one scheme look at the first. `stale` says that the nonce was old, which the phone
 * knows itself; without it a phone would think its password wrong (RFC 7616 3.3).
 */
export function challenges(hasDigest: boolean, nonce: string, isStale: boolean): string[] {
  const basic = `Basic realm="${REALM}"`
  const digest = `Digest realm="${REALM}", qop="auth", algorithm=MD5, nonce="${nonce}"${isStale ? ', stale=true' : ''}`
  return hasDigest ? [basic, digest] : [basic]
}

type TextAnswer = Extract<FileAnswer, { kind: 'text' }>
type Told = { delivered(delivery: Delivery, isWhole: boolean): Promise<void>; log: Log }

/**
 * A rendered file. Only one that is nobody's own has a tag: over a secret it would be a way to guess it, and "has it already" would stand for a delivery that no
 * phone acknowledged. Everything else is sent whole each time and not to be stored.
 */
export function sendText(request: IncomingMessage, response: ServerResponse, connection: Connection, answer: TextAnswer, told: Told): void {
  const { body, contentType, delivery, encoding, mayBeKnown } = answer
  const bytes = Buffer.from(body, encoding === 'latin-1' ? 'latin1' : 'utf8')
  const isHead = request.method === 'HEAD'
  if (mayBeKnown === true && delivery === null) {
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
    response.setHeader('ETag', etag)
    response.setHeader('Cache-Control', 'no-cache')
    const condition = precondition(request.headers, { etag, lastModified: null })
    if (condition === 'same') {
      response.writeHead(304).end()
      return
    }
  } else response.setHeader('Cache-Control', 'no-store')
  response.writeHead(200, { 'Content-Type': contentType, 'Content-Length': bytes.length })
  if (delivery !== null && !isHead) {
    onceTaken(response, connection, bytes.length, (isWhole) => {
      told
        .delivered(delivery, isWhole)
        .catch((fault: unknown) => told.log('error', 'a delivery could not be kept', { fault: faultText(fault) }))
    })
  }
  response.end(isHead ? undefined : bytes)
}

/** A page of the bench itself, for phones and people alike. */
export type Page = { contentType: string; body: string | Uint8Array; fileName?: string }

export function sendPage(request: IncomingMessage, response: ServerResponse, { body, contentType, fileName }: Page): void {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body
  response.writeHead(200, {
    'Content-Type': contentType,
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
    ...(fileName === undefined ? {} : { 'Content-Disposition': `attachment; filename="${fileName}"` }),
  })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

export function faultText(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault)
}

/** Calls `taken` once: when the phone has taken an answer of this length, or never will. */
function onceTaken(response: ServerResponse, connection: Connection, bytes: number, taken: (isWhole: boolean) => void): void {
  if (response.destroyed) {
    taken(false)
    return
  }
  response.once('finish', () => connection.sent(bytes, taken))
  response.once('close', () => {
    if (!response.writableFinished) taken(false)
  })
}
