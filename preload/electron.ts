import { contextBridge, ipcRenderer } from 'electron'
import { type Bridge, CHANNELS } from './native.ts'

/** The desktop's door, page side. Runs sandboxed in a world of its own; the page sees `window.option66` and nothing else. */
const bridge: Bridge = {
  post(message) {
    ipcRenderer.send(CHANNELS.toBench, message)
  },
  onMessage(listener) {
    // The event is kept back: it carries the sender, and with it all of IPC.
    ipcRenderer.on(CHANNELS.toPage, (_event, message: unknown) => listener(message))
  },
  native: {
    platform: process.platform,
    chooseFolder: () => ipcRenderer.invoke(CHANNELS.chooseFolder),
    saveFile: (name, text) => ipcRenderer.invoke(CHANNELS.saveFile, name, text),
  },
}

ipcRenderer.send(CHANNELS.hello)
contextBridge.exposeInMainWorld('option66', bridge)
