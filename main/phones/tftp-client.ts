import { Buffer } from 'node:buffer'
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Ipv4 } from '../core/model/ipv4.ts'
import type { PhoneAnswer } from './answer.ts'
import { ackPacket, dataPacket, errorPacket, readTftp, requestPacket, type TftpMessage } from './tftp-packet.ts'

export type TftpRequest = {
  method: 'GET' | 'PUT'
  host: string
  port: number
  /** As it goes out: phones write no slash before it. */
  file: string
  /** Options of the maker beside blksize and tsize. */
  options: Readonly<Record<string, string>>
  localAddress: Ipv4 | null
  body: Buffer | null
  signal: AbortSignal
}

const BLOCK_BYTES = 1428
const PLAIN_BLOCK_BYTES = 512
/** A phone asks again after a second, then after two, and gives up after seven tries. */
const FIRST_WAIT_MS = 1000
const MOST_WAIT_MS = 8000
const TRIES = 7

/**
 * Asks for one file (RFC 1350 with 2347, 2348, 2349), or sends one. Rejects when nobody answers. Blocks are taken as they are read, one acknowledged before the
 * next is sent, so that a slow reader slows the server down.
 */
export async function openTftp(request: TftpRequest): Promise<PhoneAnswer> {
  const talk = await openTalk(request)
  try {
    const options = { ...(request.method === 'GET' ? { blksize: String(BLOCK_BYTES), tsize: '0' } : {}), ...request.options }
    const first = await talk.ask(requestPacket(request.method, request.file, options))
    if (request.method === 'PUT') return await sent(talk, first, request.body ?? Buffer.alloc(0))
    if (first.kind === 'data' || first.kind === 'oack') return reading(talk, first)
    talk.close()
    return ended(first.kind === 'error' ? 404 : 502)
  } catch (error) {
    talk.close()
    throw error
  }
}

type Talk = {
  /** Sends and waits for what comes; sends again while nothing does. */
  ask(packet: Buffer): Promise<TftpMessage>
  /** Resolves when it left: a socket that is closed before drops it. */
  tell(packet: Buffer): Promise<void>
  close(): void
}

async function openTalk({ host, localAddress, port, signal }: TftpRequest): Promise<Talk> {
  signal.throwIfAborted()
  const socket = createSocket('udp4')
  socket.bind(0, localAddress ?? undefined)
  await once(socket, 'listening')
  const inbox = openInbox(socket)
  const stop = () => inbox.fail(new Error('the power went'))
  signal.addEventListener('abort', stop)
  let isClosed = false
  const target = () => inbox.peer ?? { address: host, port }
  const tell = (packet: Buffer) =>
    new Promise<void>((resolve) => {
      const { address, port: to } = target()
      if (isClosed) return resolve()
      socket.send(packet, to, address, (error) => {
        if (error !== null) inbox.fail(error)
        resolve()
      })
    })
  return {
    tell,
    async ask(packet) {
      for (let turn = 0; turn < TRIES; turn++) {
        await tell(packet)
        const message = await inbox.next(Math.min(FIRST_WAIT_MS * 2 ** turn, MOST_WAIT_MS))
        if (message !== null) return message
      }
      throw new Error(`no answer by TFTP from ${host}`)
    },
    close() {
      if (isClosed) return
      isClosed = true
      signal.removeEventListener('abort', stop)
      socket.close()
    },
  }
}

/** Messages in order; the first one says by its port who answers (RFC 1350 section 4), others are nobody's. */
function openInbox(socket: Socket) {
  const waiting: TftpMessage[] = []
  let wake: (() => void) | null = null
  let fault: Error | null = null
  const inbox = {
    peer: null as { address: string; port: number } | null,
    fail(error: Error): void {
      fault ??= error
      wake?.()
    },
    /** null = nothing in that time. */
    async next(waitMs: number): Promise<TftpMessage | null> {
      if (waiting.length === 0 && fault === null) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, waitMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
        wake = null
      }
      if (fault !== null) throw fault
      return waiting.shift() ?? null
    },
  }
  socket.on('message', (bytes: Buffer, { address, port }: RemoteInfo) => {
    inbox.peer ??= { address, port }
    if (inbox.peer.address !== address || inbox.peer.port !== port) return
    const message = readTftp(bytes)
    if (message === null) return
    waiting.push(message)
    wake?.()
  })
  socket.on('error', (error) => inbox.fail(error))
  return inbox
}

function reading(talk: Talk, first: TftpMessage & { kind: 'data' | 'oack' }): PhoneAnswer {
  const options = first.kind === 'oack' ? first.options : new Map<string, string>()
  const blockBytes = Number(options.get('blksize') ?? PLAIN_BLOCK_BYTES)
  const size = options.get('tsize')
  let isStopped = false
  async function* blocks(): AsyncGenerator<Buffer> {
    try {
      let block = 1
      let message = first.kind === 'data' ? first : await talk.ask(ackPacket(0))
      while (true) {
        if (message.kind === 'error') throw new Error(`the server broke off: ${message.text}`)
        if (message.kind === 'data' && message.block === (block & 0xffff)) {
          const isLast = message.data.length < blockBytes
          if (isLast) await talk.tell(ackPacket(block))
          yield message.data
          if (isLast) return
          block += 1
        }
        // An old block again: our acknowledgement was lost.
        message = await talk.ask(ackPacket(block - 1))
      }
    } finally {
      isStopped = true
      talk.close()
    }
  }
  const stop = () => {
    if (isStopped) return
    isStopped = true
    void talk.tell(errorPacket(0, 'not wanted')).then(() => talk.close())
  }
  return {
    statusCode: 200,
    headers: size === undefined ? {} : { 'content-length': size },
    [Symbol.asyncIterator]: blocks,
    resume: stop,
    destroy: stop,
  }
}

/** A body of one block is all that fake phones send. */
async function sent(talk: Talk, first: TftpMessage, body: Buffer): Promise<PhoneAnswer> {
  const isWelcome = first.kind === 'ack' || first.kind === 'oack'
  if (isWelcome) await talk.ask(dataPacket(1, body.subarray(0, PLAIN_BLOCK_BYTES - 1)))
  talk.close()
  return ended(isWelcome ? 201 : 403)
}

function ended(statusCode: number): PhoneAnswer {
  async function* nothing(): AsyncGenerator<Buffer> {}
  return { statusCode, headers: {}, [Symbol.asyncIterator]: nothing, resume: () => undefined, destroy: () => undefined }
}
