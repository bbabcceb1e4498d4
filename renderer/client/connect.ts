import type { ClientLink } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import { connectBrowser } from '../../preload/browser.ts'

/** One way to the bench. `closed` resolves when it is gone, however; a new one has to be opened then. */
export type Door = { link: ClientLink<Record<never, never>>; opened: Promise<void>; closed: Promise<void>; close(): void }

/** What `preload/electron.ts` puts into the page: two functions and nothing of the app. */
type ElectronDoor = { post(message: unknown): void; onMessage(listener: (message: unknown) => void): unknown }

declare global {
  interface Window {
    option66?: ElectronDoor
  }
}

/** In Electron the page needs no key: the door is the window's own. */
export function isInElectron(): boolean {
  return window.option66 !== undefined
}

/** Opens doors, one after the other: Electron's pipe where there is one, the browser's WebSocket elsewhere. */
export function chooseDoor(): () => Door {
  const electron = window.option66
  if (electron === undefined) return openSocket
  // One pipe for the life of the window: a second link on it would read the answers of the first.
  const door = openPipe(electron)
  return () => door
}

function openPipe({ onMessage, post }: ElectronDoor): Door {
  const addEventListener = (type: string, listener: (event: { data: unknown }) => void) => {
    if (type === 'message') onMessage((data) => listener({ data }))
  }
  // The four words of a message port that the link uses; the double of Electron has no real ones.
  const port = { addEventListener, postMessage: post } as unknown as Pick<MessagePort, 'addEventListener' | 'postMessage'>
  return { link: new PortLink({ port }), opened: Promise.resolve(), closed: new Promise(() => undefined), close: () => undefined }
}

function openSocket(): Door {
  const url = new URL('/rpc', window.location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = connectBrowser(url.href)
  const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve()))
  const opened = new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    void closed.then(() => reject(new Error('the bench does not answer')))
  })
  return { link: new SocketLink({ websocket: socket }), opened, closed, close: () => socket.close() }
}
