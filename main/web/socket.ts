import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/ws'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { type DoorRouter, doorOptions } from '../api/door.ts'
import { isFrame } from '../api/frame.ts'
import type { ApiContext } from '../api/parts.ts'
import type { Log } from '../bench/ports.ts'
import { type DoorError, NOT_FOUND } from './answers.ts'
import type { Gate } from './gate.ts'

/** A catalogue is at most 20 million characters; one message more than that is a mistake. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024
/** A page that went without a word (sleeping laptop, pulled cable) is let go after two of these. */
const PING_MS = 15_000

type Door = { router: DoorRouter; gate: Gate; log: Log }

/** `/rpc` on the server's own port: the contract over one WebSocket per page. Returns what ends them all. */
export function servePageSockets(server: Server, { gate, log, router }: Door): { close(): void } {
  const rpc = new RPCHandler<ApiContext>(router, doorOptions(log))
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false })
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', (error) => log('debug', 'a page went away while connecting', { error: error.message }))
    const admission = admit(gate, request)
    if ('error' in admission) return refuse(socket, admission.error)
    sockets.handleUpgrade(request, socket, head, (page) => serve(page, admission.actor))
  }
  const serve = (page: WebSocket, actor: string) => {
    page.on('error', (error) => log('debug', 'a page sent what is no WebSocket', { error: error.message }))
    watchPulse(page)
    void rpc.upgrade(asPeer(page), { context: { actor } })
  }
  server.on('upgrade', onUpgrade)
  return {
    close() {
      server.off('upgrade', onUpgrade)
      for (const page of sockets.clients) {
        page.close(1001, 'the bench stops')
        page.terminate()
      }
    },
  }
}

function admit(gate: Gate, request: IncomingMessage): { actor: string } | { error: DoorError } {
  if (request.url?.split('?')[0] !== '/rpc') return { error: NOT_FOUND }
  const error = gate.hostError(request.headers) ?? gate.originError(request.headers)
  if (error !== null) return { error }
  const admission = gate.admit(request.headers, false)
  return admission.ok ? { actor: admission.actor } : { error: admission.error }
}

function refuse(socket: Duplex, { code, data, message, status }: DoorError): void {
  const body = JSON.stringify({ code, message, data })
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

/** The two words of a socket that oRPC uses: reading checked, sending with back pressure. */
function asPeer(page: WebSocket): Pick<WebSocket, 'addEventListener' | 'send'> {
  const addEventListener = (type: string, listener: (event: { data?: unknown }) => void) => {
    if (type === 'close') page.on('close', () => listener({}))
    if (type !== 'message') return
    page.on('message', (data: RawData, isBinary: boolean) => {
      const text = isBinary ? null : String(data)
      if (isFrame(text)) listener({ data: text })
      else page.close(1007, 'not a message of Option66')
    })
  }
  // Resolves when the system took the bytes: a page that reads slowly slows its own stream down instead of filling our memory.
  const send = (data: string) => new Promise<void>((resolve) => page.send(data, () => resolve()))
  return { addEventListener, send } as unknown as Pick<WebSocket, 'addEventListener' | 'send'> // ws types more overloads than oRPC calls
}

function watchPulse(page: WebSocket): void {
  let isAlive = true
  page.on('pong', () => {
    isAlive = true
  })
  const timer = setInterval(() => {
    if (!isAlive) return page.terminate()
    isAlive = false
    page.ping()
  }, PING_MS)
  timer.unref()
  page.on('close', () => clearInterval(timer))
}
