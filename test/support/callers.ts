import { EventEmitter } from 'node:events'
import { createORPCClient, getEventMeta, ORPCError } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import { WebSocket } from 'ws'
import type { Log } from '../../main/bench/ports.ts'
import { openDoor } from '../../main/desktop/door.ts'
import type { DoorRouter } from '../../main/api/door.ts'
import { CHANNELS } from '../../preload/native.ts'

export type Answer = { value: unknown } | { code: string; status: number; message: string; data: unknown }
export type Followed = { ids: string[]; texts: string[]; snapshots: number; ended: Promise<void>; cut(): void }

/** One way to call a bench, whatever lies between. */
export type Caller = {
  call(name: string, input?: unknown): Promise<Answer>
  follow(lastEventId?: string): Promise<Followed>
  close(): Promise<void>
}

/** A page at its WebSocket. `headers` as a browser or a script would send them. */
export async function socketCaller(url: string, headers: Record<string, string>): Promise<Caller> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}rpc`, { headers })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve())
    socket.once('error', reject)
    socket.once('unexpected-response', (_request, response) => reject(new Error(`HTTP ${response.statusCode}`)))
  })
  return fromClient(createORPCClient(new SocketLink({ websocket: socket as unknown as globalThis.WebSocket })), async () => socket.close())
}

/** What stands for Electron's IPC: two ends, and a sender that can be false. */
export function createPipe() {
  const ipcMain = new EventEmitter()
  const page = Object.assign(new EventEmitter(), {
    id: 1,
    isDestroyed: () => false,
    send: (channel: string, message: unknown) => void setImmediate(() => toPage.emit(channel, message)),
  })
  const toPage = new EventEmitter()
  const ours = { sender: { id: 1 }, senderFrame: { url: 'file:///app/index.html', parent: null } }
  /** Text only, as structured cloning would let through. */
  const send = (channel: string, message?: unknown, from: unknown = ours) => void setImmediate(() => ipcMain.emit(channel, from, message))
  return { ipcMain, page, toPage, send, ours }
}

/** The desktop's door without a desktop. */
export async function pipeCaller(router: DoorRouter, log: Log): Promise<Caller> {
  const pipe = createPipe()
  const door = openDoor({
    ipcMain: pipe.ipcMain as never,
    page: pipe.page as never,
    isOwnPage: (url) => url === 'file:///app/index.html',
    router,
    actor: 'anna',
    log,
  })
  pipe.send(CHANNELS.hello)
  const port = {
    addEventListener: (type: string, listener: (event: { data: unknown }) => void) =>
      type === 'message' && pipe.toPage.on(CHANNELS.toPage, (data) => listener({ data })),
    postMessage: (message: unknown) => pipe.send(CHANNELS.toBench, message),
  }
  return fromClient(createORPCClient(new PortLink({ port: port as never })), async () => door.close())
}

/** A script with its key. */
export function httpCaller(url: string, key: string): Caller {
  const headers = { authorization: `Bearer ${key}` }
  return {
    async call(name, input) {
      const response = await fetch(`${url}api/${name}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(input ?? {}),
      })
      const body = (await response.json()) as { code: string; status: number; message: string; data: unknown }
      return response.ok ? { value: body } : { ...body, status: response.status }
    },
    async follow(lastEventId) {
      const control = new AbortController()
      const response = await fetch(`${url}api/events`, {
        headers: { ...headers, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
        signal: control.signal,
      })
      if (response.body === null) throw new Error('no stream')
      return collect(serverSentEvents(response.body), () => control.abort())
    },
    close: async () => undefined,
  }
}

type Nested = { [name: string]: Nested } & ((input?: unknown, options?: unknown) => Promise<unknown>)

function fromClient(client: unknown, close: () => Promise<void>): Caller {
  const procedure = (name: string) => name.split('.').reduce((at, part) => at[part] as Nested, client as Nested)
  return {
    async call(name, input) {
      try {
        return { value: await procedure(name)(input ?? {}) }
      } catch (error) {
        if (!(error instanceof ORPCError)) throw error
        return { code: error.code, status: error.status, message: error.message, data: error.data }
      }
    },
    async follow(lastEventId) {
      const control = new AbortController()
      const stream = (await procedure('events')(undefined, { signal: control.signal, lastEventId })) as AsyncIterable<Message>
      const withIds = async function* () {
        for await (const message of stream) yield { id: getEventMeta(message)?.id ?? '', message }
      }
      return collect(withIds(), () => control.abort())
    },
    close,
  }
}

type Message = { snapshot: boolean; changes: { entity: string; value: { text?: string } | null }[] }

function collect(stream: AsyncIterable<{ id: string; message: Message }>, cut: () => void): Followed {
  const followed: Followed = { ids: [], texts: [], snapshots: 0, ended: Promise.resolve(), cut }
  const read = async () => {
    try {
      for await (const { id, message } of stream) {
        followed.ids.push(id)
        if (message.snapshot) followed.snapshots += 1
        for (const change of message.changes) if (change.entity === 'note') followed.texts.push(change.value?.text ?? '')
      }
    } catch {
      // cut by the test or by the server; what arrived until then is what the test looks at
    }
  }
  followed.ended = read()
  return followed
}

async function* serverSentEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<{ id: string; message: Message }> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = Object.fromEntries(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => line.split(/: ?(.*)/s).slice(0, 2) as [string, string]),
      )
      text = text.slice(end + 2)
      if (fields.event === 'message') yield { id: fields.id ?? '', message: JSON.parse(fields.data ?? 'null') as Message }
    }
  }
}
