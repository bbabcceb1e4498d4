import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/ws'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { type DoorRouter, doorOptions } from '../api/door.ts'
import { isFrame } from '../api/frame.ts'
import type { DoorContext } from '../api/parts.ts'
import type { Log } from '../bench/ports.ts'
import type { Caller } from '../core/model/account.ts'
import { actorOf, type PeopleDesk } from '../people/desk.ts'
import { type DoorError, NOT_FOUND } from './answers.ts'
import type { Gate } from './gate.ts'
import type { Live } from './live.ts'

/** A catalogue is at most 20 million characters; one message more than that is a mistake. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024
/** A page that went without a word (sleeping laptop, pulled cable) is let go after two of these. */
const PING_MS = 15_000

type Door = { router: DoorRouter; gate: Gate; live: Live; people: Pick<PeopleDesk, 'keepAlive'>; log: Log }

/** The page asks who it is, and shows the way in again. */
const SIGNED_OUT = 4401

/** `/rpc` on the server's own port: the contract over one WebSocket per page. Returns what ends them all. */
export function servePageSockets(server: Server, { gate, live, log, people, router }: Door): { close(): void } {
  const rpc = new RPCHandler<DoorContext>(router, doorOptions(log))
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false })
  const open = async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const admission = await admit(gate, request)
    if ('error' in admission) return refuse(socket, admission.error)
    if (socket.destroyed) return
    sockets.handleUpgrade(request, socket, head, (page) => serve(page, admission.caller))
  }
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', (error) => log('debug', 'a page went away while connecting', { error: error.message }))
    open(request, socket, head).catch((fault: unknown) => {
      log('error', 'a page could not be let in', { fault: String(fault) })
      socket.destroy()
    })
  }
  const serve = (page: WebSocket, caller: Caller) => {
    page.on('error', (error) => log('debug', 'a page sent what is no WebSocket', { error: error.message }))
    const { session } = caller
    const signOut = () => page.close(SIGNED_OUT, 'signed out')
    watchPulse(page, session === null ? null : () => keepAlive(session, signOut))
    if (session !== null) page.on('close', live.add(session, signOut))
    void rpc.upgrade(asPeer(page), { context: { actor: actorOf(caller), caller } })
  }
  const keepAlive = (session: string, signOut: () => void) => {
    people.keepAlive(session).then(
      (isAlive) => (isAlive ? undefined : signOut()),
      (fault: unknown) => log('error', 'a session could not be looked up', { fault: String(fault) }),
    )
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

async function admit(gate: Gate, request: IncomingMessage): Promise<{ caller: Caller } | { error: DoorError }> {
  if (request.url?.split('?')[0] !== '/rpc') return { error: NOT_FOUND }
  const error = gate.hostError(request.headers) ?? gate.originError(request.headers)
  if (error !== null) return { error }
  const admission = await gate.admit(request.headers, false)
  return admission.ok ? { caller: admission.caller } : { error: admission.error }
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

/** `beat` at each sign of life. */
function watchPulse(page: WebSocket, beat: (() => void) | null): void {
  let isAlive = true
  page.on('pong', () => {
    isAlive = true
    beat?.()
  })
  const timer = setInterval(() => {
    if (!isAlive) return page.terminate()
    isAlive = false
    page.ping()
  }, PING_MS)
  timer.unref()
  page.on('close', () => clearInterval(timer))
}
