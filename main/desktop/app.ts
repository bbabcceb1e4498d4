import { mkdirSync } from 'node:fs'
import { userInfo } from 'node:os'
import { app, BrowserWindow, dialog, ipcMain, safeStorage } from 'electron'
import type { DoorRouter } from '../api/door.ts'
import type { Log } from '../bench/ports.ts'
import { openDoor } from './door.ts'
import { type Keychain, openKeychain } from './keychain.ts'
import { serveNative } from './native.ts'
import { isOwnPageOf } from './own-page.ts'
import { createWindow, guardPage, guardSession, reviveAfterCrash, setMenu, type WindowFiles } from './window.ts'

/** Everything must be closed this long after a person (or a signal) ends the app. */
const STOP_MS = 4500

export type DesktopParts = {
  /** Folder of the window itself (browser profile, single-instance lock), below the bench's data folder: one app per bench. */
  windowFolder: string
  files: WindowFiles
  /** Opens the bench. `keychain` is null where there is none, and `missing` says why. */
  openBench(keys: {
    keychain: Keychain | null
    missing: string | null
  }): Promise<{ router: DoorRouter; ready: Record<string, unknown>; close(): Promise<void> }>
  log: Log
}

/** The desktop app: one instance, one window, one bench. The window's end is the bench's end. */
export function runDesktop({ files, log, openBench, windowFolder }: DesktopParts): void {
  // Electron takes a folder that exists; the lock below belongs to it.
  mkdirSync(windowFolder, { recursive: true, mode: 0o700 })
  app.setPath('userData', windowFolder)
  if (!app.requestSingleInstanceLock()) {
    // The first one comes to the front; there is nothing to do here.
    app.exit(0)
    return
  }
  app.enableSandbox()
  const closing: (() => Promise<void> | void)[] = []
  stopInOrder(closing, log)
  app.on('window-all-closed', () => app.quit())
  app.on('second-instance', () => showWindow(BrowserWindow.getAllWindows()[0]))
  const isOwnPage = isOwnPageOf(files.page)
  app.on('web-contents-created', (_event, contents) => guardPage(contents, log))

  const start = async () => {
    await app.whenReady()
    guardSession(isOwnPage)
    setMenu(process.platform)
    const keys = await openKeychain(safeStorage, process.platform)
    const found = 'keychain' in keys ? { keychain: keys.keychain, missing: null } : { keychain: null, missing: keys.missing }
    const bench = await openBench(found)
    closing.push(() => bench.close())
    const window = createWindow(files)
    reviveAfterCrash(window, Date.now, log)
    const native = serveNative(window, isOwnPage, log)
    const door = openDoor({ ipcMain, page: window.webContents, isOwnPage, router: bench.router, actor: personAtTheMachine(), log })
    closing.push(
      () => native.close(),
      () => door.close(),
    )
    await window.loadFile(files.page)
    process.stdout.write(`${JSON.stringify({ ready: true, program: 'desktop', ...bench.ready })}\n`)
  }
  start().catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error)
    const hint = error instanceof Error && 'hint' in error ? String(error.hint) : ''
    log('error', 'Option66 cannot start', { fault: error instanceof Error ? (error.stack ?? message) : message })
    dialog.showErrorBox('Option66 cannot start', `${message}\n${hint}`)
    void closeAll(closing, log).then(() => app.exit(1))
  })
}

/** Window, then bench, then exit: Electron waits in `will-quit` until the bench has stopped, and no longer than STOP_MS. */
function stopInOrder(closing: (() => Promise<void> | void)[], log: Log): void {
  let isStopping = false
  app.on('will-quit', (event) => {
    event.preventDefault()
    if (isStopping) return
    isStopping = true
    const late = setTimeout(() => {
      log('error', 'the bench did not stop in time', {})
      app.exit(0)
    }, STOP_MS)
    void closeAll(closing, log).then(() => {
      clearTimeout(late)
      app.exit(0)
    })
  })
}

/** The last opened first. What fails is logged and does not keep the next one open. */
async function closeAll(closing: (() => Promise<void> | void)[], log: Log): Promise<void> {
  for (const close of closing.splice(0).reverse()) {
    try {
      await close()
    } catch (error) {
      log('error', 'stopping failed', { fault: String(error) })
    }
  }
}

function showWindow(window: BrowserWindow | undefined): void {
  if (window === undefined) return
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

function personAtTheMachine(): string {
  try {
    return userInfo().username
  } catch {
    return 'desktop' // an account without a name in the system's list
  }
}
