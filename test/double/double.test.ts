import { describe, expect, test } from 'vitest'
import { canRun, notRun } from '../support/not-run.ts'
import { triesInMain, tryApp } from './try-app.ts'

/** What the double refuses is as important as what it offers: each refusal is pinned here. */
const missing = canRun('chromium')

const IN_MAIN: Record<string, [string, string]> = {
  'an unknown part of app': ['app.dock.bounce()', 'double: app.dock is not offered'],
  'an unknown event of app': ["app.on('gpu-process-crashed', () => 0)", "double: event 'gpu-process-crashed' of app is not offered"],
  'an unknown folder': ["app.getPath('music')", "double: app.getPath('music') is not offered"],
  'setting another folder': ["app.setPath('home', '/tmp')", "double: app.setPath('home') is not offered"],
  'a folder that is not there': [
    "app.setPath('userData', '/nowhere/at/all')",
    "Failed to set path for 'userData': /nowhere/at/all does not exist",
  ],
  'the sandbox after ready': ['app.enableSandbox()', 'app.enableSandbox() can only be called before app is ready'],
  'an unknown window option': ['new BrowserWindow({ frame: false })', 'double: BrowserWindow option frame is not offered'],
  'an unknown web preference': [
    'new BrowserWindow({ webPreferences: { zoomFactor: 2 } })',
    'double: web preference zoomFactor is not offered',
  ],
  'Node in the page': [
    'new BrowserWindow({ webPreferences: { nodeIntegration: true } })',
    'double: web preference nodeIntegration: true is not offered',
  ],
  'a page without isolation': [
    'new BrowserWindow({ webPreferences: { contextIsolation: false } })',
    'double: web preference contextIsolation: false is not offered',
  ],
  'a page without sandbox': [
    'new BrowserWindow({ webPreferences: { sandbox: false } })',
    'double: web preference sandbox: false is not offered',
  ],
  'a page without web security': [
    'new BrowserWindow({ webPreferences: { webSecurity: false } })',
    'double: web preference webSecurity: false is not offered',
  ],
  'a webview': ['new BrowserWindow({ webPreferences: { webviewTag: true } })', 'double: web preference webviewTag: true is not offered'],
  'an ES module as preload': [
    "new BrowserWindow({ webPreferences: { preload: '/x/preload.mjs' } })",
    'double: a sandboxed preload that is an ES module (.mjs) is not offered',
  ],
  'an unknown method of a window': ['new BrowserWindow({ show: false }).setKiosk(true)', 'double: BrowserWindow.setKiosk is not offered'],
  'an unknown event of a window': [
    "new BrowserWindow({ show: false }).on('resize', () => 0)",
    "double: event 'resize' of BrowserWindow is not offered",
  ],
  'an unknown method of a page': [
    'new BrowserWindow({ show: false }).webContents.printToPDF()',
    'double: webContents.printToPDF is not offered',
  ],
  'an unknown event of a page': [
    "new BrowserWindow({ show: false }).webContents.on('context-menu', () => 0)",
    "double: event 'context-menu' of webContents is not offered",
  ],
  'a function over IPC': ["new BrowserWindow({ show: false }).webContents.send('x', () => 0)", 'An object could not be cloned.'],
  'a file that is not there': [
    "await new BrowserWindow({ show: false }).loadFile('nothing.html')",
    expect.stringMatching(/^ERR_FILE_NOT_FOUND \(-6\) loading 'file:/) as never,
  ],
  'a second handler': ["ipcMain.handle('x', () => 0); ipcMain.handle('x', () => 0)", "Attempted to register a second handler for 'x'"],
  'an unknown part of IPC': ["ipcMain.handleOnce('y', () => 0)", 'double: ipcMain.handleOnce is not offered'],
  'an open dialog nobody answers': [
    'await dialog.showOpenDialog({})',
    'double: dialog.showOpenDialog was called and the test gave no answer',
  ],
  'a save dialog nobody answers': [
    'await dialog.showSaveDialog({})',
    'double: dialog.showSaveDialog was called and the test gave no answer',
  ],
  'a message box nobody answers': [
    'await dialog.showMessageBox({})',
    'double: dialog.showMessageBox was called and the test gave no answer',
  ],
  'a synchronous dialog': ['dialog.showOpenDialogSync({})', 'double: dialog.showOpenDialogSync is not offered'],
  'an unknown menu role': ["Menu.buildFromTemplate([{ role: 'services' }])", 'double: menu role services is not offered'],
  'a menu item that acts': ["Menu.buildFromTemplate([{ label: 'x', click() {} }])", 'double: menu item option click is not offered'],
  'the old calls of safeStorage': ["safeStorage.encryptString('x')", 'double: safeStorage.encryptString is not offered'],
  'sealing without a keychain': ["await safeStorage.encryptStringAsync('x')", 'Encryption is not available'],
  'headers of requests': ['session.defaultSession.webRequest', 'double: session.defaultSession.webRequest is not offered'],
  'other protocols': ['session.defaultSession.protocol', 'double: session.defaultSession.protocol is not offered'],
  'other sessions': ["session.fromPartition('x')", 'double: session.fromPartition is not offered'],
}

const IN_PRELOAD: Record<string, [string, string]> = {
  'a Node module': ["require('node:fs')", 'module not found: node:fs (a sandboxed preload of the double can require electron alone)'],
  'the app itself': ["require('electron').app", 'double: electron.app is not offered'],
  'synchronous IPC': ["require('electron').ipcRenderer.sendSync('x')", 'double: ipcRenderer.sendSync is not offered'],
  MessagePorts: ["require('electron').ipcRenderer.postMessage('x')", 'double: ipcRenderer.postMessage (MessagePorts) is not offered'],
  'an unknown part of ipcRenderer': ["require('electron').ipcRenderer.once('x')", 'double: ipcRenderer.once is not offered'],
  'an unknown part of contextBridge': [
    "require('electron').contextBridge.executeInMainWorld({})",
    'double: contextBridge.executeInMainWorld is not offered',
  ],
  'a process that ends': ['process.exit(0)', 'double: process.exit is not offered'],
  'a function over IPC': ["require('electron').ipcRenderer.send('x', () => 0)", 'An object could not be cloned.'],
  'a promise over IPC': ["require('electron').ipcRenderer.send('x', Promise.resolve())", 'An object could not be cloned.'],
  'a call nobody handles': [
    "await require('electron').ipcRenderer.invoke('nobody')",
    "Error invoking remote method 'nobody': Error: No handler registered for 'nobody'",
  ],
  'a call that throws': [
    "await require('electron').ipcRenderer.invoke('throws')",
    "Error invoking remote method 'throws': TypeError: no good",
  ],
  'a name that exists': [
    "require('electron').contextBridge.exposeInMainWorld('location', {})",
    'Cannot bind an API on top of an existing property on the window object',
  ],
}

if (missing !== null) notRun(missing)
describe.skipIf(missing !== null)('the double of Electron', () => {
  test('runs on the Node of the product', async () => {
    const { said } = await tryApp({
      'main.js':
        "import { app } from 'electron'\nconsole.log(process.versions.node, app.getName(), app.getVersion(), app.isPackaged)\napp.exit(0)",
    })
    expect(said).toMatch(/^24\.\S+ tried 1\.2\.3 false\n$/)
  })

  test('refuses in the main process', async () => {
    const { log, said } = await tryApp({
      'main.js': triesInMain(Object.fromEntries(Object.entries(IN_MAIN).map(([name, [code]]) => [name, code]))),
    })
    expect(JSON.parse(said || JSON.stringify(log))).toEqual(
      Object.fromEntries(Object.entries(IN_MAIN).map(([name, [, message]]) => [name, message])),
    )
  })

  test('refuses exports it does not have', async () => {
    const { code, log } = await tryApp({ 'main.js': "import { Tray } from 'electron'\nconsole.log(Tray)" })
    expect([code, log]).toEqual([1, expect.stringContaining("does not provide an export named 'Tray'")])
  })

  test('refuses a window before ready', async () => {
    const { code, log } = await tryApp({ 'main.js': "import { BrowserWindow } from 'electron'\nnew BrowserWindow()" })
    expect([code, log]).toEqual([1, expect.stringContaining('Cannot create BrowserWindow before app is ready')])
  })

  test('refuses a window that a page opens, unless the app says no', async () => {
    const { code, log } = await tryApp({
      'main.js':
        "import { app, BrowserWindow } from 'electron'\nawait app.whenReady()\nconst window = new BrowserWindow()\nawait window.loadFile('page.html')",
      'page.html': '<!doctype html><script>window.open("https://evil.example/")</script>',
    })
    expect([code, log]).toEqual([
      1,
      expect.stringContaining('double: a window opened by a page (setWindowOpenHandler: allow) is not offered'),
    ])
  })

  test('refuses in the preload', async () => {
    const tries = Object.entries(IN_PRELOAD).map(([name, [code]]) => `[${JSON.stringify(name)}, async () => { ${code} }]`)
    const { log, said } = await tryApp({
      'main.js': `import { app, BrowserWindow, ipcMain } from 'electron'
await app.whenReady()
ipcMain.on('thrown', (event, thrown) => { console.log(JSON.stringify(thrown)); app.exit(0) })
ipcMain.handle('throws', () => { throw new TypeError('no good') })
await new BrowserWindow({ webPreferences: { preload: import.meta.dirname + '/preload.cjs' } }).loadFile('page.html')`,
      'preload.cjs': `(async () => { const thrown = {}
for (const [name, attempt] of [${tries.join(',\n')}]) { try { await attempt(); thrown[name] = 'nothing' } catch (error) { thrown[name] = error.message } }
require('electron').ipcRenderer.send('thrown', thrown) })()`,
      'page.html': '<!doctype html>',
    })
    expect(JSON.parse(said || JSON.stringify(log))).toEqual(
      Object.fromEntries(Object.entries(IN_PRELOAD).map(([name, [, message]]) => [name, message])),
    )
  })

  test('copies values between the worlds as contextBridge and IPC do', async () => {
    const { log, said } = await tryApp({
      'main.js': `import { app, BrowserWindow, ipcMain } from 'electron'
await app.whenReady()
ipcMain.on('seen', (event, seen) => { console.log(JSON.stringify(seen)); app.exit(0) })
ipcMain.handle('echo', (event, value) => value)
await new BrowserWindow({ webPreferences: { preload: import.meta.dirname + '/preload.cjs' } }).loadFile('page.html')`,
      'preload.cjs': `const { contextBridge, ipcRenderer } = require('electron')
contextBridge.exposeInMainWorld('api', {
  bytes: new Uint8Array([1, 2]), at: new Date(5), nested: { list: [1, undefined, null] },
  call: (f) => f(1) + 1, fail: () => { throw new RangeError('too far') }, echo: (v) => ipcRenderer.invoke('echo', v), done: (seen) => ipcRenderer.send('seen', seen),
})`,
      'page.html': `<!doctype html><script type="module">
let failed; try { api.fail() } catch (error) { failed = error.name + ': ' + error.message }
const map = await api.echo(new Map([['a', new Set([1n])]]))
api.done([[...api.bytes], api.at.getTime(), api.nested.list.length, api.call((n) => n * 10), failed, String([...map.get('a')][0]), Object.isFrozen(api.nested), typeof require, typeof process])
</script>`,
    })
    expect(JSON.parse(said || JSON.stringify(log))).toEqual([[1, 2], 5, 3, 11, 'RangeError: too far', '1', true, 'undefined', 'undefined'])
  })

  test('seals with the keychain file it was given, across starts', async () => {
    const keychain = `${process.env.TMPDIR ?? '/tmp'}/double-keychain-${process.pid}`
    const first = await tryApp(
      {
        'main.js': triesInMain({
          sealed: "throw new Error((await safeStorage.encryptStringAsync('secret')).toString('base64'))",
          backend: 'throw new Error(safeStorage.getSelectedStorageBackend())',
        }),
      },
      { DOUBLE_KEYCHAIN: keychain },
    )
    const { backend, sealed } = JSON.parse(first.said) as { sealed: string; backend: string }
    const second = await tryApp(
      {
        'main.js': triesInMain({
          opened: `throw new Error((await safeStorage.decryptStringAsync(Buffer.from('${sealed}', 'base64'))).result)`,
        }),
      },
      { DOUBLE_KEYCHAIN: keychain },
    )
    expect([backend, sealed.includes('secret'), JSON.parse(second.said)]).toEqual(['gnome_libsecret', false, { opened: 'secret' }])
    const { rm } = await import('node:fs/promises')
    await rm(keychain)
  })
})
