import { existsSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Chromium, startChromium } from './chromium.ts'
import { takeLock } from './single-instance.ts'
import { cancellable, NotOffered, StrictEmitter, strict } from './strict.ts'

/** What the launcher knows of the app. */
export type Started = { appPath: string; name: string; version: string; isPackaged: boolean; switches: readonly string[] }

/** A window as the app's life sees it. */
export type LiveWindow = { close(): void; isDestroyed(): boolean }

const EVENTS = [
  'will-finish-launching',
  'ready',
  'activate',
  'window-all-closed',
  'before-quit',
  'will-quit',
  'quit',
  'second-instance',
  'browser-window-created',
  'web-contents-created',
] as const
const FOLDERS: Readonly<Record<string, () => string>> = {
  home: homedir,
  temp: tmpdir,
  appData: () => process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'),
  documents: () => join(homedir(), 'Documents'),
  downloads: () => join(homedir(), 'Downloads'),
  exe: () => process.execPath,
}

let started: Started = { appPath: process.cwd(), name: 'app', version: '0', isPackaged: false, switches: [] }
let isReady = false
let isQuitting = false
let becomeReady: () => void = () => undefined
const ready = new Promise<void>((done) => (becomeReady = done))
const paths = new Map<string, string>()
const switches: string[] = []
const windows = new Set<LiveWindow>()
let chromium: Promise<Chromium> | null = null

/** Electron's `app`. */
class App extends StrictEmitter {
  commandLine = strict('app.commandLine', {
    appendSwitch: (name: string, value = '') => void switches.push(value === '' ? `--${name}` : `--${name}=${value}`),
  })
  get isPackaged() {
    return started.isPackaged
  }
  whenReady = () => ready
  isReady = () => isReady
  getAppPath = () => started.appPath
  getName = () => started.name
  getVersion = () => started.version
  setAppUserModelId = () => undefined
  enableSandbox = () => {
    if (isReady) throw new Error('app.enableSandbox() can only be called before app is ready')
  }
  getPath(name: string): string {
    const set = paths.get(name)
    if (set !== undefined) return set
    if (name === 'userData' || name === 'sessionData') return join(this.getPath('appData'), started.name)
    const folder = FOLDERS[name]
    if (folder === undefined) throw new NotOffered(`app.getPath('${name}')`)
    return folder()
  }
  setPath(name: string, path: string): void {
    if (name !== 'userData' && name !== 'sessionData') throw new NotOffered(`app.setPath('${name}')`)
    if (!existsSync(path)) throw new Error(`Failed to set path for '${name}': ${path} does not exist`)
    paths.set(name, resolve(path))
  }
  requestSingleInstanceLock = (): boolean =>
    takeLock(this.getPath('userData'), ({ argv, cwd }) => this.emit('second-instance', cancellable(), argv, cwd, {}))
  /** before-quit, then every window is asked, then will-quit; each may say no. */
  quit(): void {
    if (isQuitting) return
    isQuitting = true
    const isRefused = this.#ask('before-quit') || closeWindows() || this.#ask('will-quit')
    if (isRefused) isQuitting = false
    else this.exit(0)
  }
  #ask(event: string): boolean {
    const asked = cancellable()
    this.emit(event, asked)
    return asked.defaultPrevented
  }
  /** Ends at once: no before-quit, no will-quit. */
  exit(code = 0): void {
    this.emit('quit', cancellable(), code)
    process.exit(code)
  }
}

function closeWindows(): boolean {
  for (const window of windows) window.close()
  return [...windows].some((window) => !window.isDestroyed())
}

const bare = new App('app', EVENTS)
export const app = strict('app', bare)

/** For the double's own parts. */
export const life = {
  isReady: () => isReady,
  appPath: () => started.appPath,
  chromium(): Promise<Chromium> {
    chromium ??= startChromium([...started.switches, ...switches])
    return chromium
  },
  opened(window: LiveWindow): void {
    windows.add(window)
  },
  closed(window: LiveWindow): void {
    windows.delete(window)
    if (windows.size > 0 || isQuitting) return
    if (bare.listenerCount('window-all-closed') > 0) bare.emit('window-all-closed')
    else bare.quit()
  },
  emit: (event: string, ...args: unknown[]) => bare.emit(event, ...args),
  /** Called by the launcher before the app's own code runs; `ready` comes when the browser is there. */
  start(given: Started): void {
    started = given
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => bare.quit())
    life.chromium().then(
      () => {
        isReady = true
        bare.emit('will-finish-launching')
        bare.emit('ready', cancellable(), {})
        becomeReady()
      },
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`)
        process.exit(1)
      },
    )
  },
}
