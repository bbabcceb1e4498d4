import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app, life } from './app.ts'
import type { Chromium } from './chromium.ts'
import { codec, deliver } from './ipc.ts'
import { journal } from './journal.ts'
import { refuseToOpen } from './page/open.ts'
import { runPreload, type Sent } from './page/preload-world.ts'
import { createWorld } from './page/world.ts'
import { applyPermissions, defaultSession } from './permissions.ts'
import { cancellable, NotOffered, onlyKnown, StrictEmitter, strict } from './strict.ts'

type WebPreferences = Record<string, unknown> & { preload?: string }
type Options = Record<string, unknown> & {
  width?: number
  height?: number
  title?: string
  show?: boolean
  webPreferences?: WebPreferences
}
type OpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' }

const WINDOW_EVENTS = ['close', 'closed', 'ready-to-show', 'show', 'focus']
const PAGE_EVENTS = [
  'did-finish-load',
  'did-fail-load',
  'will-navigate',
  'will-redirect',
  'will-attach-webview',
  'render-process-gone',
  'destroyed',
  'dom-ready',
]
const WINDOW_OPTIONS = [
  'width',
  'height',
  'minWidth',
  'minHeight',
  'title',
  'show',
  'backgroundColor',
  'autoHideMenuBar',
  'icon',
  'webPreferences',
]
/** Preferences the double can hold a page to, and the only value it takes. */
const HELD = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  webviewTag: false,
  allowRunningInsecureContent: false,
}
const OTHER_PREFERENCES = ['preload', 'navigateOnDragDrop', 'spellcheck', 'devTools']

function checkOptions({ webPreferences = {}, ...options }: Options): void {
  onlyKnown('BrowserWindow option', options, WINDOW_OPTIONS)
  onlyKnown('web preference', webPreferences, [...Object.keys(HELD), ...OTHER_PREFERENCES])
  for (const [name, value] of Object.entries(HELD))
    if (webPreferences[name] !== undefined && webPreferences[name] !== value)
      throw new NotOffered(`web preference ${name}: ${String(webPreferences[name])}`)
  if (webPreferences.preload?.endsWith('.mjs')) throw new NotOffered('a sandboxed preload that is an ES module (.mjs)')
}

let ids = 0
const all = new Map<number, Page>()

/** One page in the browser: DevTools session, preload, navigation. */
class Page {
  readonly id: number
  readonly contents: WebContents
  readonly window: Win
  targetId = ''
  url = ''
  isGone = false
  readonly opened: Promise<void>
  #session = ''
  #chromium: Chromium | null = null
  #preloadContext = 0
  #backlog: object[] = []
  /** URL that the app itself is loading: not the page's own navigation. */
  #loading: string | null = null

  constructor(window: Win, options: Options) {
    ids += 1
    this.id = ids
    this.window = window
    this.contents = new WebContents(this)
    this.opened = this.#open(options)
    this.opened.catch((error: unknown) => process.stderr.write(`double: no window: ${String(error)}\n`))
  }

  async #open({ height = 600, webPreferences = {}, width = 800 }: Options): Promise<void> {
    const chromium = await life.chromium()
    this.#chromium = chromium
    this.targetId = String((await chromium.send('Target.createTarget', { url: 'about:blank', width, height, newWindow: true })).targetId)
    this.#session = String((await chromium.send('Target.attachToTarget', { targetId: this.targetId, flatten: true })).sessionId)
    chromium.listen(this.#session, (method, params) => this.#onEvent(method, params))
    await Promise.all([
      this.raw('Page.enable'),
      this.raw('Runtime.enable'),
      this.raw('Runtime.addBinding', { name: '__doubleSend', executionContextName: 'preload' }),
      this.raw('Runtime.addBinding', { name: '__doubleOpen' }),
      this.raw('Fetch.enable', { patterns: [{ resourceType: 'Document' }] }),
    ])
    // In the main frame only, as Electron does without nodeIntegrationInSubFrames.
    await this.#inject(`(${createWorld.toString()})('main', 'preload', window)`)
    // The binding is taken from the window before any script of the page runs.
    await this.#inject(`const ask = window.__doubleOpen; delete window.__doubleOpen; (${refuseToOpen.toString()})(ask)`)
    const file = webPreferences.preload
    if (file === undefined) return
    const preload = { source: readFileSync(file, 'utf8'), file, platform: process.platform, arch: process.arch }
    const world = `(${createWorld.toString()})('preload', 'main', window)`
    await this.#inject(`(${runPreload.toString()})(${world}, globalThis.__doubleSend, ${JSON.stringify(preload)})`, 'preload')
  }

  #inject(source: string, worldName?: string): Promise<unknown> {
    return this.raw('Page.addScriptToEvaluateOnNewDocument', {
      source: `if (window === top) { ${source} }`,
      ...(worldName === undefined ? {} : { worldName }),
    })
  }

  raw(method: string, params: object = {}): Promise<Record<string, unknown>> {
    if (this.#chromium === null) return Promise.reject(new Error('double: the window is not open yet'))
    return this.#chromium.send(method, { ...params }, this.#session)
  }

  #onEvent(method: string, params: Record<string, unknown>): void {
    if (method === 'Fetch.requestPaused')
      void this.#onNavigation(params as { requestId: string; request: { url: string }; frameId: string })
    else if (method === 'Runtime.executionContextCreated')
      this.#onContext(params.context as { id: number; name: string; auxData?: { frameId?: string } })
    else if (method === 'Runtime.bindingCalled' && params.name === '__doubleSend')
      void deliver(this.#ipcEvent(), JSON.parse(String(params.payload)) as Sent, (message) => this.push(message))
    else if (method === 'Runtime.bindingCalled' && params.name === '__doubleOpen') this.#onWindowOpen(String(params.payload))
    else if (method === 'Runtime.exceptionThrown')
      process.stderr.write(
        `[page] ${JSON.stringify((params.exceptionDetails as { exception?: { description?: string } }).exception?.description ?? params)}\n`,
      )
    else if (method === 'Page.frameNavigated') this.#onNavigated(params.frame as { url: string; parentId?: string })
    else if (method === 'Page.loadEventFired' && this.url !== 'about:blank') this.#onLoaded()
    else if (method === 'Page.windowOpen') this.#onWindowOpen(String(params.url))
    else if (method === 'Inspector.targetCrashed')
      this.contents.emit('render-process-gone', cancellable(), { reason: 'crashed', exitCode: 1 })
  }

  /** Every document request stops here: what the page itself asks for goes to `will-navigate` first, in the main frame. */
  async #onNavigation({ frameId, request, requestId }: { requestId: string; request: { url: string }; frameId: string }): Promise<void> {
    const isOwn = this.#loading !== null && sameDocument(request.url, this.#loading)
    const event = cancellable({ url: request.url, isMainFrame: frameId === this.targetId })
    // A reload asks for the page that is shown; Electron raises no will-navigate for it.
    if (!isOwn && event.isMainFrame && !sameDocument(request.url, this.url)) this.contents.emit('will-navigate', event, request.url)
    if (event.defaultPrevented) await this.raw('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
    else await this.raw('Fetch.continueRequest', { requestId })
  }

  #onContext({ auxData, id, name }: { id: number; name: string; auxData?: { frameId?: string } }): void {
    if (name !== 'preload' || auxData?.frameId !== this.targetId) return
    this.#preloadContext = id
    for (const message of this.#backlog.splice(0)) this.push(message)
  }

  #onNavigated({ parentId, url }: { url: string; parentId?: string }): void {
    if (parentId === undefined) this.url = url
  }

  #onLoaded(): void {
    this.contents.emit('did-finish-load', cancellable())
    this.window.emit('ready-to-show', cancellable())
  }

  /** A page that opens a window gets none: only "deny" is modelled, and it is asked for. */
  #onWindowOpen(url: string): void {
    const { action } = this.contents.openHandler({ url })
    journal.push({ windowOpen: url, answer: action })
    if (action !== 'deny') throw new NotOffered('a window opened by a page (setWindowOpenHandler: allow)')
  }

  #ipcEvent(): object {
    const frame = strict('event.senderFrame', { url: this.url, origin: new URL(this.url).origin, parent: null })
    return strict('ipc event', { sender: this.contents.strict, senderFrame: frame })
  }

  /** To the preload; kept until it is there. */
  push(message: object): void {
    if (this.isGone) return
    if (this.#preloadContext === 0) return void this.#backlog.push(message)
    this.raw('Runtime.evaluate', { expression: `__doubleReceive(${JSON.stringify(message)})`, contextId: this.#preloadContext }).catch(
      () => undefined,
    ) // the page went away: so did the message
  }

  async load(url: string): Promise<void> {
    await this.opened
    await applyPermissions(this.contents.strict, url)
    this.#loading = url
    this.#preloadContext = 0
    const loaded = new Promise((done) => this.contents.once('did-finish-load', done))
    const { errorText } = await this.raw('Page.navigate', { url })
    if (typeof errorText === 'string') {
      this.contents.emit('did-fail-load', cancellable(), -2, errorText, url)
      throw new Error(`${errorText} loading '${url}'`)
    }
    await loaded
    this.#loading = null
  }

  closeTarget(): void {
    this.opened.then(() => this.#chromium?.send('Target.closeTarget', { targetId: this.targetId })).catch(() => undefined) // closed by the page itself already
  }
}

function sameDocument(one: string, other: string): boolean {
  return one.split('#')[0] === other.split('#')[0]
}

/** Electron's `webContents` of a window. */
class WebContents extends StrictEmitter {
  readonly #page: Page
  readonly strict: WebContents
  openHandler: OpenHandler = () => ({ action: 'allow' })
  constructor(page: Page) {
    super('webContents', PAGE_EVENTS)
    this.#page = page
    this.strict = strict('webContents', this)
  }
  get id() {
    return this.#page.id
  }
  session = defaultSession
  getURL = () => this.#page.url
  isDestroyed = () => this.#page.isGone
  getOwnerBrowserWindow = () => this.#page.window
  setWindowOpenHandler = (handler: OpenHandler) => {
    this.openHandler = handler
  }
  send = (channel: string, ...args: unknown[]) => {
    if (this.#page.isGone) throw new Error('Object has been destroyed')
    this.#page.push({ kind: 'event', channel, args: codec.encodePlain(args) })
  }
  reload = () => void this.#page.raw('Page.reload')
}

/** Electron's BrowserWindow. */
class Win extends StrictEmitter {
  readonly #page: Page
  #isShown: boolean
  #title: string
  readonly webContents: WebContents
  constructor(options: Options = {}) {
    super('BrowserWindow', WINDOW_EVENTS)
    if (!life.isReady()) throw new Error('Cannot create BrowserWindow before app is ready')
    checkOptions(options)
    this.#isShown = options.show !== false
    this.#title = options.title ?? app.getName()
    this.#page = new Page(this, options)
    this.webContents = this.#page.contents.strict
    all.set(this.id, this.#page)
    life.opened(this)
    life.emit('web-contents-created', cancellable(), this.webContents)
    life.emit('browser-window-created', cancellable(), this)
  }
  get id() {
    return this.#page.id
  }
  loadURL = (url: string) => this.#page.load(url)
  loadFile = (file: string): Promise<void> => {
    const path = resolve(life.appPath(), file)
    const { href } = pathToFileURL(path)
    return existsSync(path) ? this.loadURL(href) : Promise.reject(new Error(`ERR_FILE_NOT_FOUND (-6) loading '${href}'`))
  }
  show = () => {
    this.#isShown = true
    this.emit('show')
  }
  focus = () => void this.emit('focus')
  isVisible = () => this.#isShown
  isMinimized = () => false
  restore = () => undefined
  isDestroyed = () => this.#page.isGone
  getTitle = () => this.#title
  close = () => {
    if (this.#page.isGone) return
    const event = cancellable()
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
  }
  destroy = () => {
    this.#page.closeTarget()
    this.gone()
  }
  /** The page is no more, whoever closed it. */
  gone = () => {
    if (this.#page.isGone) return
    this.#page.isGone = true
    all.delete(this.id)
    this.#page.contents.emit('destroyed')
    this.emit('closed')
    life.closed(this)
  }
}

/** Closed targets are windows closed by the page or by a test; targets with an opener were opened by a link (`target=_blank`): they go at once. */
export async function followTargets(): Promise<void> {
  const { listen, send } = await life.chromium()
  listen(null, (method, params) => {
    if (method === 'Target.targetDestroyed')
      for (const { targetId, window } of all.values()) if (targetId === params.targetId) window.gone()
    if (method !== 'Target.targetCreated') return
    const { openerId, targetId } = params.targetInfo as { targetId: string; openerId?: string }
    if (openerId !== undefined) send('Target.closeTarget', { targetId }).catch(() => undefined) // gone already
  })
  await send('Target.setDiscoverTargets', { discover: true })
}

export const BrowserWindow = Object.assign(
  new Proxy(Win, { construct: (Class, [options]: [Options?]) => strict('BrowserWindow', new Class(options)) }),
  {
    getAllWindows: () => [...all.values()].map(({ window }) => window),
    fromWebContents: (contents: { id: number }) => all.get(contents.id)?.window ?? null,
  },
)

export const webContents = strict('webContents', {
  getAllWebContents: () => [...all.values()].map(({ contents }) => contents.strict),
  fromDevToolsTargetId: (targetId: string) => [...all.values()].find((page) => page.targetId === targetId)?.contents.strict,
})
