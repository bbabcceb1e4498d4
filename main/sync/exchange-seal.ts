import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Refused } from '../bench/refused.ts'
import { refusal } from '../core/model/refusals.ts'

export type ExchangeKind = 'outbox' | 'receipts'

/** In clear at the head of a file, and under its seal: changing a letter of it breaks the seal. */
export type ExchangeHeader = { option66: ExchangeKind; version: number; bench: string; salt: string; nonce: string }

const VERSION = 1
const TAG_BYTES = 16
/** What a file may become when it is unpacked. */
const MOST_BYTES = 256 * 1024 * 1024

/**
 * The secret that seals what a bench and its central store carry to each other: drawn from the key of the bench, which both had when it was enrolled. The
 * central store keeps it sealed; of the key itself it keeps a hash alone.
 */
export function exchangeSecret(benchKey: string): string {
  return createHmac('sha256', benchKey).update('option66 exchange').digest('base64url')
}

/**
 * One file: a line of JSON (what it is, of which bench, salt, nonce), then AES-256-GCM over the packed JSON. The key is drawn by HKDF-SHA256 from the
 * secret, the file's own salt and its kind, so that receipts cannot pass as an outbox; the line is authenticated with the rest.
 */
export function sealExchange(kind: ExchangeKind, bench: string, secret: string, content: object): Buffer {
  const [salt, nonce] = [randomBytes(32), randomBytes(12)]
  const header: ExchangeHeader = {
    option66: kind,
    version: VERSION,
    bench,
    salt: salt.toString('base64url'),
    nonce: nonce.toString('base64url'),
  }
  const line = Buffer.from(`${JSON.stringify(header)}\n`)
  const cipher = createCipheriv('aes-256-gcm', keyOf(kind, secret, salt), nonce).setAAD(line)
  return Buffer.concat([line, cipher.update(gzipSync(JSON.stringify(content))), cipher.final(), cipher.getAuthTag()])
}

/** Reads the clear line. Throws Refused in words: no such file, of a newer program, or of the other direction. */
export function exchangeHeader(bytes: Uint8Array, wanted: ExchangeKind): ExchangeHeader {
  const end = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 2000)).indexOf(10)
  const header = end < 0 ? null : parsed(Buffer.from(bytes.subarray(0, end)).toString('utf8'))
  if (header === null) throw new Refused(refusal('EXCHANGE_NO_FILE'))
  if (header.version !== VERSION) throw new Refused(refusal('EXCHANGE_NEWER', { version: String(header.version) }))
  if (header.option66 !== wanted) throw new Refused(refusal('EXCHANGE_WRONG_WAY', { is: WORDS[header.option66], wanted: WORDS[wanted] }))
  return header
}

const WORDS: Readonly<Record<ExchangeKind, string>> = { outbox: 'reports of a bench', receipts: 'receipts of the central store' }

/** Opens what `sealExchange` made. Throws Refused (EXCHANGE_DAMAGED) when a bit of it is not as it was, or the secret is another one. */
export function openExchange(bytes: Uint8Array, header: ExchangeHeader, secret: string): unknown {
  const all = Buffer.from(bytes)
  const line = all.subarray(0, all.indexOf(10) + 1)
  const sealed = all.subarray(line.length)
  try {
    const key = keyOf(header.option66, secret, Buffer.from(header.salt, 'base64url'))
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(header.nonce, 'base64url'), { authTagLength: TAG_BYTES })
    decipher.setAAD(line).setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
    const packed = Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()])
    return JSON.parse(gunzipSync(packed, { maxOutputLength: MOST_BYTES }).toString('utf8'))
  } catch (fault) {
    if (!(fault instanceof Error)) throw fault
    throw new Refused(refusal('EXCHANGE_DAMAGED')) // which bit is wrong is nobody's affair
  }
}

function keyOf(kind: ExchangeKind, secret: string, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, `option66 exchange ${kind}`, 32))
}

function parsed(line: string): ExchangeHeader | null {
  try {
    const { bench, nonce, option66, salt, version } = JSON.parse(line) as Partial<Record<string, unknown>>
    if ((option66 !== 'outbox' && option66 !== 'receipts') || typeof version !== 'number') return null
    if (typeof bench !== 'string' || typeof salt !== 'string' || typeof nonce !== 'string') return null
    return { option66, version, bench, salt, nonce }
  } catch (fault) {
    if (fault instanceof SyntaxError) return null
    throw fault
  }
}
