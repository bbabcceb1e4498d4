import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { ImageProgress } from '../../../main/core/files/transfer.ts'
import type { Delivery, FileAnswer, FileRequest } from '../../../main/core/model/files.ts'
import type { PhoneHttpOptions } from '../../../main/net/http/options.ts'
import { type PhoneHttp, servePhoneHttp } from '../../../main/net/http/serve.ts'
import { MAC } from '../../support/builders.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

export type Door = {
  port: number
  url(path: string): string
  asked: FileRequest[]
  deliveries: { delivery: Delivery; isWhole: boolean }[]
  progress: ImageProgress[]
  log: { level: string; message: string; detail: unknown }[]
  renew: PhoneHttp['renew']
  close(): Promise<void>
}

export const CONFIG: FileAnswer = {
  kind: 'text',
  name: 'a.cfg',
  contentType: 'text/plain; charset=utf-8',
  body: 'sip.server = 10.66.0.9\n# Grüße\n',
  delivery: { mac: MAC, fileId: 'device', stage: 'first', token: null },
}

/** What most tests ask for, by path. A test gives its own `answer` where it needs another one. */
function answerOf(path: string): FileAnswer {
  if (path.endsWith('.cfg')) return CONFIG
  if (path.endsWith('.rom')) return { kind: 'image', image: 'image', mac: MAC, isOnlyOne: true }
  if (path === '/basic') return { kind: 'unauthorized', digest: false }
  if (path === '/digest') return { kind: 'unauthorized', digest: true }
  if (path === '/upload.log') return { kind: 'accepted' }
  return { kind: 'missing' }
}

/** A real server on a free port of loopback, closed after the test. */
export async function openDoor(over: Partial<PhoneHttpOptions> = {}): Promise<Door> {
  const asked: FileRequest[] = []
  const deliveries: Door['deliveries'] = []
  const progress: ImageProgress[] = []
  const log: Door['log'] = []
  const { answer = async (request: FileRequest) => answerOf(request.path), ...rest } = over
  const server = await servePhoneHttp({
    interface: null,
    address: '127.0.0.1',
    port: 0,
    answer: (request) => {
      asked.push(request)
      return answer(request)
    },
    delivered: async (delivery, isWhole) => void deliveries.push({ delivery, isWhole }),
    imageFile: () => null,
    progress: (one) => progress.push(one),
    random: { bytes: (length) => new Uint8Array(randomBytes(length)) },
    log: (level, message, detail) => log.push({ level, message, detail }),
    ...rest,
    limits: { idleMs: 100, lingerMs: 300, ...over.limits },
  })
  closing.push(() => server.close())
  return {
    port: server.port,
    url: (path) => `http://127.0.0.1:${server.port}${path}`,
    asked,
    deliveries,
    progress,
    log,
    renew: server.renew,
    close: server.close,
  }
}

export type Image = { path: string; bytes: Buffer; sha256: string }

export async function imageOf(sizeBytes: number): Promise<Image> {
  const folder = await mkdtemp(join(tmpdir(), 'option66-http-'))
  closing.push(() => rm(folder, { recursive: true, force: true }))
  const bytes = randomBytes(sizeBytes)
  const path = join(folder, 'image.rom')
  await writeFile(path, bytes)
  return { path, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** What curl prints: heads and body. */
export function curl(...args: string[]): Promise<{ code: number; out: Buffer; text: string }> {
  return new Promise((resolve) => {
    execFile('curl', ['-sS', '--max-time', '15', ...args], { encoding: 'buffer', maxBuffer: 1 << 28 }, (error, out) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, text: out.toString('utf8') })
    })
  })
}

export type Raw = { socket: Socket; received(): Buffer; text(): string; ended: Promise<'end' | 'error' | 'close'> }

/** A plain socket: a phone as rude as a test needs it. */
export async function rawTo(port: number, over: { reads?: boolean; halfOpen?: boolean } = {}): Promise<Raw> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: over.halfOpen ?? true })
  closing.push(() => socket.destroy())
  const chunks: Buffer[] = []
  const ended = new Promise<'end' | 'error' | 'close'>((resolve) => {
    socket.once('end', () => resolve('end'))
    socket.once('error', () => resolve('error'))
    socket.once('close', () => resolve('close'))
  })
  if (over.reads !== false) socket.on('data', (chunk) => chunks.push(chunk))
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return { socket, received: () => Buffer.concat(chunks), text: () => Buffer.concat(chunks).toString('latin1'), ended }
}
