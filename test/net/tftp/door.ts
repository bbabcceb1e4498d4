import { execFile } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { ImageProgress } from '../../../main/core/files/transfer.ts'
import type { Delivery, FileAnswer, FileRequest } from '../../../main/core/model/files.ts'
import { readTftp, type TftpPacket } from '../../../main/core/tftp/packet.ts'
import { type PhoneTftpOptions, servePhoneTftp } from '../../../main/net/tftp/serve.ts'
import { MAC } from '../../support/builders.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

export type TftpDoor = {
  port: number
  asked: FileRequest[]
  deliveries: { delivery: Delivery; isWhole: boolean }[]
  progress: ImageProgress[]
  log: string[]
  close(): Promise<void>
}

export const TEXT = 'a = 1\nb = "Grüße"\r\nlast line'

function answerOf(path: string): FileAnswer {
  if (path.endsWith('.cfg'))
    return {
      kind: 'text',
      name: 'a.cfg',
      contentType: 'text/plain',
      body: TEXT,
      delivery: { mac: MAC, fileId: 'device', stage: 'first', token: null },
    }
  if (path.endsWith('.rom')) return { kind: 'image', image: 'image', mac: MAC }
  if (path === '/secret') return { kind: 'unauthorized', digest: false }
  return { kind: 'missing' }
}

/** A real server on a free port of loopback, closed after the test. */
export async function openTftp(over: Partial<PhoneTftpOptions> = {}): Promise<TftpDoor> {
  const asked: FileRequest[] = []
  const deliveries: TftpDoor['deliveries'] = []
  const progress: ImageProgress[] = []
  const log: string[] = []
  const { answer = async (request: FileRequest) => answerOf(request.path), ...rest } = over
  const server = await servePhoneTftp({
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
    log: (level, message, detail) => log.push(`${level} ${message} ${JSON.stringify(detail)}`),
    ...rest,
  })
  let isOpen = true
  const close = async () => {
    if (isOpen) await server.close()
    isOpen = false
  }
  closing.push(close)
  return { port: server.port, asked, deliveries, progress, log, close }
}

export async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'option66-tftp-'))
  closing.push(() => rm(made, { recursive: true, force: true }))
  return made
}

export async function imageOf(bytes: Buffer): Promise<string> {
  const path = join(await folder(), 'image.rom')
  await writeFile(path, bytes)
  return path
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

export function run(program: string, args: readonly string[], cwd: string): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd, timeout: 30_000 }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, text: `${out}${err}` })
    })
  })
}

/** A client written for these tests: loses, doubles and delays what it is told to. */
export type RudeOptions = {
  file: string
  mode?: string
  options?: Record<string, string>
  /** Told of every data packet; false = as if it never came. */
  hears?: (block: number, at: number) => boolean
  /** Told of every acknowledgement; how many times it is sent. */
  acks?: (block: number, at: number) => number
}

export type RudeResult = {
  bytes: Buffer
  packets: number
  options: ReadonlyMap<string, string>
  error: { code: number; message: string } | null
}

export async function fetchRudely(port: number, { acks, file, hears, mode = 'octet', options = {} }: RudeOptions): Promise<RudeResult> {
  const socket = await openSocket()
  const asked = [file, mode, ...Object.entries(options).flat()].map((text) => `${text}\0`).join('')
  const request = Buffer.from(`\0\x01${asked}`, 'latin1')
  socket.send(request, port, '127.0.0.1')
  const blocks: Buffer[] = []
  let agreed: ReadonlyMap<string, string> = new Map()
  let packets = 0
  let isFirst = true
  let sinceAck = 0
  let server = 0
  const ack = (to: number, block: number) => {
    const times = acks?.(block, packets) ?? 1
    for (let i = 0; i < times; i++) socket.send(Uint8Array.from([0, 4, (block >> 8) & 255, block & 255]), to, '127.0.0.1')
  }
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => reject(new Error(`no end after ${packets} packets`)), 25_000)
    // As phones do: nothing heard, the request goes again.
    const again = setInterval(() => {
      if (isFirst) socket.send(request, port, '127.0.0.1')
    }, 1500)
    // RFC 7440 section 4: after a silence the receiver acknowledges what it has.
    const remind = setInterval(() => {
      if (sinceAck > 0 && server !== 0) {
        sinceAck = 0
        ack(server, blocks.length & 0xffff)
      }
    }, 300)
    const end = (error: RudeResult['error']) => {
      clearTimeout(deadline)
      clearInterval(again)
      clearInterval(remind)
      resolve({ bytes: Buffer.concat(blocks), packets, options: agreed, error })
    }
    socket.on('message', (message, from) => {
      const packet = readTftp(message) as TftpPacket // the server's own packets are well formed, or the test fails here
      packets += 1
      const window = Number(agreed.get('windowsize') ?? 1)
      if (packet.kind === 'error') return end(packet)
      if (packet.kind === 'options') {
        agreed = packet.options
        return ack(from.port, 0)
      }
      if (packet.kind !== 'data' || hears?.(packet.block, packets) === false) return
      isFirst = false
      const expected = (blocks.length + 1) & 0xffff
      const blockBytes = Number(agreed.get('blksize') ?? 512)
      server = from.port
      if (packet.block !== expected) {
        sinceAck = 0
        return ack(server, blocks.length & 0xffff)
      }
      blocks.push(Buffer.from(packet.bytes))
      sinceAck += 1
      const isLast = packet.bytes.length < blockBytes
      if (isLast || sinceAck >= window) {
        sinceAck = 0
        ack(server, blocks.length & 0xffff)
      }
      if (isLast) end(null)
    })
  })
}

export async function openSocket(): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  closing.push(() => new Promise<void>((resolve) => socket.close(() => resolve())))
  return socket
}
