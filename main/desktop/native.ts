import { writeFile } from 'node:fs/promises'
import { type BrowserWindow, dialog, ipcMain } from 'electron'
import { CHANNELS } from '../../preload/native.ts'
import type { Log } from '../bench/ports.ts'
import { isOurs } from './door.ts'

const MAX_TEXT = 50_000_000
const MAX_NAME = 200

/** The few things only the desktop can do; each asks the person through the system's own dialog, so a page alone can read and write nothing. */
export function serveNative(window: BrowserWindow, isOwnPage: (url: string) => boolean, log: Log): { close(): void } {
  const handle = (channel: string, answer: (...given: unknown[]) => Promise<unknown>) => {
    ipcMain.handle(channel, (event, ...given: unknown[]) => {
      if (isOurs(event, window.webContents, isOwnPage)) return answer(...given)
      log('warn', 'a message of a foreign sender was refused', { channel })
      throw new Error('Only the app itself may ask this')
    })
  }
  handle(CHANNELS.chooseFolder, async () => {
    const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openDirectory'] })
    return filePaths[0] ?? null
  })
  handle(CHANNELS.saveFile, async (name, text) => {
    if (typeof name !== 'string' || typeof text !== 'string' || name.length > MAX_NAME || text.length > MAX_TEXT)
      throw new Error('A file has a name and a text')
    const { filePath } = await dialog.showSaveDialog(window, { defaultPath: name })
    if (filePath === '') return false
    await writeFile(filePath, text)
    return true
  })
  return {
    close() {
      ipcMain.removeHandler(CHANNELS.chooseFolder)
      ipcMain.removeHandler(CHANNELS.saveFile)
    },
  }
}
