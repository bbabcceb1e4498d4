import { app } from './app.ts'
import { dialog, Menu, safeStorage } from './desktop.ts'
import { ipcMain } from './ipc.ts'
import { journal } from './journal.ts'
import { defaultSession } from './permissions.ts'
import { strict } from './strict.ts'
import { BrowserWindow, webContents } from './window.ts'

/** What `import … from 'electron'` finds in the main process under the double. An export that is missing here is refused by the module system. */
const session = strict('session', { defaultSession })

export { app, BrowserWindow, dialog, ipcMain, journal, Menu, safeStorage, session, webContents }
