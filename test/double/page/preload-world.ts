/// <reference lib="dom" />
import type { World } from './world.ts'

/** What the preload sends to the main process, as text. */
export type Sent = { kind: 'invoke' | 'send'; channel: string; id: number; args: ReturnType<World['encodePlain']> }
/** What the main process sends to the preload. */
export type Pushed =
  | { kind: 'reply'; id: number; ok: boolean; value: Parameters<World['decode']>[0] }
  | { kind: 'event'; channel: string; args: Parameters<World['decode']>[0] }

type Listener = (event: unknown, ...args: unknown[]) => void

/**
 * The isolated world of a sandboxed preload: `require('electron')` with ipcRenderer and contextBridge, a small `process`, nothing else.
 * Injected as text: it may refer to nothing outside itself.
 */
export function runPreload(
  world: World,
  send: (text: string) => void,
  preload: { source: string; file: string; platform: string; arch: string },
): void {
  const listeners = new Map<string, Listener[]>()
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>()
  let ids = 0
  const refuse = (name: string) => () => {
    throw new Error(`double: ${name} is not offered`)
  }
  const closed = <T extends object>(name: string, object: T): T =>
    new Proxy(object, {
      get(target, key) {
        if (typeof key === 'symbol' || key in target || key === 'then' || key === '__esModule' || key === 'default')
          return Reflect.get(target, key)
        throw new Error(`double: ${name}.${key} is not offered`)
      },
    })
  const post = (kind: Sent['kind'], channel: string, args: unknown[], id = 0) =>
    send(JSON.stringify({ kind, channel, id, args: world.encodePlain(args) } satisfies Sent))
  const on = (channel: string, listener: Listener) => {
    listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
    return ipcRenderer
  }
  const off = (channel: string, listener: Listener) => {
    listeners.set(
      channel,
      (listeners.get(channel) ?? []).filter((one) => one !== listener),
    )
    return ipcRenderer
  }
  const ipcRenderer: object = closed('ipcRenderer', {
    on,
    off,
    send: (channel: string, ...args: unknown[]) => post('send', channel, args),
    invoke: (channel: string, ...args: unknown[]) =>
      new Promise((resolve, reject) => {
        ids += 1
        waiting.set(ids, { resolve, reject })
        post('invoke', channel, args, ids)
      }),
    sendSync: refuse('ipcRenderer.sendSync'),
    postMessage: refuse('ipcRenderer.postMessage (MessagePorts)'),
  })
  const receive = (message: Pushed): void => {
    if (message.kind === 'event') {
      for (const listener of listeners.get(message.channel) ?? [])
        listener(closed('event', { sender: ipcRenderer }), ...(world.decode(message.args) as unknown[]))
      return
    }
    const call = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.ok) call?.resolve(world.decode(message.value))
    else call?.reject(world.decode(message.value))
  }
  Object.assign(globalThis, { __doubleReceive: receive })
  const electron = closed('electron', { ipcRenderer, contextBridge: closed('contextBridge', { exposeInMainWorld: world.expose }) })
  const require = (id: string) => {
    if (id === 'electron') return electron
    throw new Error(`module not found: ${id} (a sandboxed preload of the double can require electron alone)`)
  }
  const process = closed('process', {
    platform: preload.platform,
    arch: preload.arch,
    type: 'renderer',
    sandboxed: true,
    contextIsolated: true,
    versions: {},
    env: {},
  })
  new Function('require', 'module', 'exports', 'process', `${preload.source}\n//# sourceURL=${preload.file}`)(
    require,
    { exports: {} },
    {},
    process,
  )
}
