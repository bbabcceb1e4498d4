import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { derive } from './passphrase.ts'

/**
 * A file of any length under a passphrase: one line of JSON, then frames of at most 64 KiB, each AES-256-GCM under a key that scrypt makes. The nonce of a frame is seven
 * random bytes of the head, its number, and one byte that is 1 in the last: frames cannot be changed, moved, left out, added or cut off (Hoang, Reyhanitabar, Rogaway, Vizár:
 * STREAM, as in age and Tink). The head is authenticated with every frame.
 */
export class SealedStreamError extends Error {
  /** `foreign`: no such file. `newer`: of a later program. `passphrase`: it opens nothing. `damaged`: changed or cut short. */
  readonly kind: 'foreign' | 'newer' | 'passphrase' | 'damaged'
  constructor(kind: SealedStreamError['kind'], message: string) {
    super(message)
    this.kind = kind
  }
}

export const SEALED_VERSION = 1
const FRAME_BYTES = 64 * 1024
const TAG_BYTES = 16
const MAX_HEAD_BYTES = 1024
/** 128 MB and about half a second: a file like this is carried about, and whoever has it may guess for years (OWASP: N=2^17, r=8, p=1). */
export type ScryptCost = { N: number; r: number; p: number; maxmem: number }
const COST: ScryptCost = { N: 2 ** 17, r: 8, p: 1, maxmem: 512 * 1024 * 1024 }
/** What is computed for a file that somebody else wrote: its head must not ask for hours or for all memory. */
const MOST = { N: 2 ** 19, r: 16, p: 4 }

type Head = { option66: string; version: number; scrypt: { N: number; r: number; p: number; salt: string }; nonce: string; check: string }

export async function* sealStream(
  kind: string,
  passphrase: string,
  source: AsyncIterable<Uint8Array>,
  cost: ScryptCost = COST,
): AsyncGenerator<Buffer> {
  const salt = randomBytes(16)
  const nonce = randomBytes(7)
  const key = await derive(passphrase, salt, cost)
  const { N, p, r } = cost
  const head: Head = {
    option66: kind,
    version: SEALED_VERSION,
    scrypt: { N, r, p, salt: salt.toString('base64url') },
    nonce: nonce.toString('base64url'),
    check: checkOf(key).toString('base64url'),
  }
  const line = Buffer.from(`${JSON.stringify(head)}\n`)
  yield line
  let number = 0
  const frame = (clear: Uint8Array, isLast: boolean): Buffer => {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(nonce, number, isLast))
    cipher.setAAD(line)
    number += 1
    return Buffer.concat([cipher.update(clear), cipher.final(), cipher.getAuthTag()])
  }
  // The last frame may be full, or empty when there was nothing at all; one that comes before it never is.
  let waiting: Buffer | null = null
  for await (const piece of inPieces(source, FRAME_BYTES)) {
    if (waiting !== null) yield frame(waiting, false)
    waiting = piece
  }
  yield frame(waiting ?? Buffer.alloc(0), true)
}

/** The clear bytes. Throws SealedStreamError; what was given out before a later frame turned out damaged was true. */
export async function* openStream(kind: string, passphrase: string, source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const bytes = source[Symbol.asyncIterator]()
  const { head, line, rest } = await readHead(kind, bytes)
  const key = await derive(passphrase, Buffer.from(head.scrypt.salt, 'base64url'), { ...head.scrypt, maxmem: 1024 * 1024 * 1024 })
  const check = Buffer.from(head.check, 'base64url')
  if (check.length !== 16 || !timingSafeEqual(check, checkOf(key)))
    throw new SealedStreamError('passphrase', 'The passphrase does not open this file')
  const nonce = Buffer.from(head.nonce, 'base64url')
  let number = 0
  const open = (sealed: Buffer, isLast: boolean): Buffer => {
    if (sealed.length < TAG_BYTES) throw damaged('it ends too early')
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(nonce, number, isLast), { authTagLength: TAG_BYTES })
    decipher.setAAD(line)
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
    try {
      const clear = Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()])
      number += 1
      return clear
    } catch {
      throw damaged(
        isLast
          ? 'it was cut short, or changed near its end'
          : `it was changed about ${Math.round((number * FRAME_BYTES) / 1024)} KiB from its beginning`,
      )
    }
  }
  let waiting: Buffer | null = null
  for await (const piece of inPieces(following(rest, bytes), FRAME_BYTES + TAG_BYTES)) {
    if (waiting !== null) yield open(waiting, false)
    waiting = piece
  }
  if (waiting === null) throw damaged('it ends too early')
  yield open(waiting, true)
}

function damaged(why: string): SealedStreamError {
  return new SealedStreamError('damaged', `The file is damaged: ${why}`)
}

function nonceOf(prefix: Buffer, number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  prefix.copy(nonce)
  nonce.writeUInt32BE(number, 7) // 2^32 frames are 256 TB
  nonce[11] = isLast ? 1 : 0
  return nonce
}

/** Tells a wrong passphrase from a damaged file; as hard to guess by as the first frame. */
function checkOf(key: Buffer): Buffer {
  return createHmac('sha256', key).update('option66 passphrase').digest().subarray(0, 16)
}

async function readHead(kind: string, bytes: AsyncIterator<Uint8Array>): Promise<{ head: Head; line: Buffer; rest: Buffer }> {
  let found = Buffer.alloc(0)
  while (!found.includes(10) && found.length < MAX_HEAD_BYTES) {
    const next = await bytes.next()
    if (next.done === true) break
    found = Buffer.concat([found, next.value])
  }
  const end = found.indexOf(10)
  const head = end < 0 || end > MAX_HEAD_BYTES ? null : parseHead(found.toString('utf8', 0, end))
  if (head === null || head.option66 !== kind) throw new SealedStreamError('foreign', `This is no ${kind} of Option66`)
  if (head.version > SEALED_VERSION)
    throw new SealedStreamError(
      'newer',
      `This ${kind} was made by a newer version of Option66 (format ${head.version}; this one reads up to ${SEALED_VERSION})`,
    )
  if (!isUsable(head)) throw damaged('its first line cannot be read')
  return { head, line: found.subarray(0, end + 1), rest: found.subarray(end + 1) }
}

function parseHead(text: string): Head | null {
  try {
    const head = JSON.parse(text) as Partial<Head>
    return typeof head.option66 === 'string' && typeof head.version === 'number' ? (head as Head) : null
  } catch {
    return null
  }
}

function isUsable({ check, nonce, scrypt }: Head): boolean {
  if (typeof check !== 'string' || typeof nonce !== 'string' || typeof scrypt?.salt !== 'string') return false
  const { N, p, r } = scrypt
  const isSane = [N, r, p].every((one) => Number.isInteger(one) && one > 0) && N > 1 && (N & (N - 1)) === 0
  return isSane && N <= MOST.N && r <= MOST.r && p <= MOST.p && Buffer.from(nonce, 'base64url').length === 7
}

async function* following(first: Buffer, bytes: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first
  for (let next = await bytes.next(); next.done !== true; next = await bytes.next()) yield next.value
}

/** The same bytes in pieces of this size; the last one may be shorter, none is empty. */
async function* inPieces(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of source) {
    parts.push(chunk)
    length += chunk.length
    if (length < size) continue
    const all = Buffer.concat(parts)
    let at = 0
    for (; length - at >= size; at += size) yield all.subarray(at, at + size)
    parts = [all.subarray(at)]
    length -= at
  }
  if (length > 0) yield Buffer.concat(parts)
}
