import { RPCHandler } from '@orpc/server/message-port'
import type { IpcMain, IpcMainEvent, IpcMainInvokeEvent, WebContents } from 'electron'
import { CHANNELS } from '../../preload/native.ts'
import { type DoorRouter, doorOptions } from '../api/door.ts'
import { isFrame } from '../api/frame.ts'
import type { DoorContext } from '../api/parts.ts'
import type { Log } from '../bench/ports.ts'
import { type Caller, KEY_CALLER } from '../core/model/account.ts'

/** The parts of Electron that the door uses, so that tests can stand in for them. */
export type DoorParts = {
  ipcMain: Pick<IpcMain, 'on' | 'off'>
  page: Pick<WebContents, 'id' | 'send' | 'isDestroyed' | 'on'>
  isOwnPage(url: string): boolean
  router: DoorRouter
  /** The OS user: whoever sits at the machine. */
  actor: string
  log: Log
}

type Sent = Pick<IpcMainEvent | IpcMainInvokeEvent, 'sender' | 'senderFrame'>

/** Whether a message comes from our window's main frame and shows our own page; asked for every message. */
export function isOurs({ sender, senderFrame }: Sent, page: Pick<WebContents, 'id'>, isOwnPage: (url: string) => boolean): boolean {
  return sender.id === page.id && senderFrame !== null && senderFrame.parent === null && isOwnPage(senderFrame.url)
}

/** The contract over one IPC channel each way, dressed as a message port. One port per loaded page: a reload ends the old page's streams. */
export function openDoor({ actor, ipcMain, isOwnPage, log, page, router }: DoorParts): { close(): void } {
  // With an account of that name the user has its role, asked at each call; without one he owns the data folder, and may everything.
  const caller: Caller = { ...KEY_CALLER, by: 'os', account: actor.toLowerCase() }
  const handler = new RPCHandler<DoorContext>(router, doorOptions(log))
  let port: Port | null = null
  const end = () => {
    port?.close()
    port = null
  }
  const checked = (listener: (message: unknown) => void) => (event: Sent, message: unknown) => {
    if (isOurs(event, page, isOwnPage)) listener(message)
    else log('warn', 'a message of a foreign sender was refused', { url: event.senderFrame?.url ?? null })
  }
  const onHello = checked(() => {
    end()
    port = createPort((message) => {
      if (!page.isDestroyed()) page.send(CHANNELS.toPage, message)
    })
    handler.upgrade(port, { context: { actor, caller } })
  })
  const onMessage = checked((message) => {
    if (isFrame(message)) port?.receive(message)
    else log('warn', 'the page sent what is no message of the contract')
  })
  ipcMain.on(CHANNELS.hello, onHello)
  ipcMain.on(CHANNELS.toBench, onMessage)
  page.on('render-process-gone', end)
  page.on('destroyed', end)
  return {
    close() {
      ipcMain.off(CHANNELS.hello, onHello)
      ipcMain.off(CHANNELS.toBench, onMessage)
      end()
    },
  }
}

type PortListener = (event: { data?: unknown }) => void
type Port = Parameters<RPCHandler<DoorContext>['upgrade']>[0] & { receive(message: string): void; close(): void }

function createPort(send: (message: unknown) => void): Port {
  const listeners: Record<'message' | 'close', PortListener[]> = { message: [], close: [] }
  let isOpen = true
  const port = {
    addEventListener(type: string, listener: PortListener) {
      if (type === 'message' || type === 'close') listeners[type].push(listener)
    },
    postMessage(message: unknown) {
      if (isOpen) send(message)
    },
    receive(message: string) {
      for (const listener of listeners.message) listener({ data: message })
    },
    close() {
      isOpen = false
      for (const listener of listeners.close) listener({})
    },
  }
  return port as unknown as Port // oRPC calls these two words of a port with plain objects for events
}
