import { EventEmitter } from 'node:events'
import type { Sent } from './page/preload-world.ts'
import { createWorld } from './page/world.ts'
import { strict } from './strict.ts'

/** The same copying of values as in the page, for this side of the pipe; no events ever reach it. */
export const codec = createWorld('main', 'preload', { addEventListener: () => undefined, dispatchEvent: () => true })

type Handler = (event: object, ...args: unknown[]) => unknown

const handlers = new Map<string, Handler>()

class IpcMain extends EventEmitter {
  handle(channel: string, handler: Handler): void {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    handlers.set(channel, handler)
  }
  removeHandler(channel: string): void {
    handlers.delete(channel)
  }
}

const bare = new IpcMain()
export const ipcMain = strict('ipcMain', bare)

/** A message that a preload sent; the answer of an `invoke` goes back through `reply`. */
export async function deliver(event: object, { args, channel, id, kind }: Sent, reply: (message: object) => void): Promise<void> {
  const values = codec.decode(args) as unknown[]
  if (kind === 'send') return void bare.emit(channel, event, ...values)
  try {
    const handler = handlers.get(channel)
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`)
    reply({ kind: 'reply', id, ok: true, value: codec.encodePlain(await handler(event, ...values)) })
  } catch (error) {
    // Electron keeps the message of a thrown error and nothing else.
    reply({
      kind: 'reply',
      id,
      ok: false,
      value: codec.encodeError(new Error(`Error invoking remote method '${channel}': ${String(error)}`)),
    })
  }
}
