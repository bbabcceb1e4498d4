import { BrowserWindow, Menu, session, type WebContents } from 'electron'
import type { Log } from '../bench/ports.ts'

/** Built files of the window; absolute paths. */
export type WindowFiles = { preload: string; page: string }

/** A page that crashes again within this time stays closed to the eye: reloading it for ever would hide what is wrong. */
const CRASH_PAUSE_MS = 10_000

/** What every page of this app is held to, whoever makes it: it goes nowhere, opens nothing, embeds no other page. */
export function guardPage(contents: WebContents, log: Log): void {
  const refuse = (what: string) => (event: { preventDefault(): void; url?: string }) => {
    event.preventDefault()
    log('warn', 'the page was refused', { what, url: event.url ?? null })
  }
  contents.on('will-navigate', refuse('to leave'))
  contents.on('will-redirect', refuse('to be redirected'))
  contents.on('will-attach-webview', refuse('to embed a page'))
  contents.setWindowOpenHandler(({ url }) => {
    log('warn', 'the page was refused', { what: 'to open a window', url })
    return { action: 'deny' }
  })
}

/** No permission for any page, but one: our own may copy a text, for the commands the board offers. */
export function guardSession(isOwnPage: (url: string) => boolean): void {
  const mayHave = (permission: string, url: string | undefined) =>
    permission === 'clipboard-sanitized-write' && url !== undefined && isOwnPage(url)
  session.defaultSession.setPermissionRequestHandler((_from, permission, done, details) => done(mayHave(permission, details.requestingUrl)))
  session.defaultSession.setPermissionCheckHandler((_from, permission, _origin, details) => mayHave(permission, details.requestingUrl))
}

/** The one window: no Node, sandboxed, isolated; shown when it has something to show. */
export function createWindow({ preload }: WindowFiles): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'Option66',
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      allowRunningInsecureContent: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  })
  window.on('ready-to-show', () => window.show())
  return window
}

/** The bench goes on without its window's page: it is loaded again. */
export function reviveAfterCrash({ webContents }: BrowserWindow, now: () => number, log: Log): void {
  let crashedAt = Number.NEGATIVE_INFINITY
  webContents.on('render-process-gone', (_event, { reason }) => {
    const isAgain = now() - crashedAt < CRASH_PAUSE_MS
    crashedAt = now()
    log('error', 'the page crashed', { reason, isAgain })
    if (!isAgain && reason !== 'clean-exit') webContents.reload()
  })
}

/** What keyboards expect (copy, zoom, full screen), and nothing that reloads or looks inside. */
export function setMenu(platform: string): void {
  const view = {
    label: 'View',
    submenu: [
      { role: 'resetZoom' as const },
      { role: 'zoomIn' as const },
      { role: 'zoomOut' as const },
      { type: 'separator' as const },
      { role: 'togglefullscreen' as const },
    ],
  }
  const first = platform === 'darwin' ? [{ role: 'appMenu' as const }] : [{ label: 'File', submenu: [{ role: 'quit' as const }] }]
  Menu.setApplicationMenu(Menu.buildFromTemplate([...first, { role: 'editMenu' }, view, { role: 'windowMenu' }]))
}
