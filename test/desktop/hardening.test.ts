import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

/** Electron's security checklist, as far as the text of the program shows it; what runs is tried in window.spec.ts and packaged.double.spec.ts. */
const ROOT = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

function sources(folder: string): [string, string][] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && /\.(?:tsx?|html)$/.test(one.name))
    .map((one) => [one.name, readFileSync(join(one.parentPath, one.name), 'utf8')])
}

const shell = [
  ...sources('main/desktop'),
  ...sources('preload'),
  ...sources('renderer'),
  ['desktop.ts', read('main/entry/desktop.ts')] as [string, string],
]

describe('the checklist', () => {
  test('each of its twenty points stands in the README of the folder, with where it is done', () => {
    const rows = [...read('main/desktop/README.md').matchAll(/^\| (\d+) \| ([^|]+) \| ([^|]{10,}) \|$/gm)]
    expect(rows.map(([, number]) => Number(number))).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  })

  test.each<[string, RegExp]>([
    ['2: Node in the page', /nodeIntegration\w*:\s*true/],
    ['3: no isolation', /contextIsolation:\s*false/],
    ['4: no sandbox', /sandbox:\s*false|--no-sandbox['"`]/],
    ['6: no web security', /webSecurity:\s*false/],
    ['8: insecure content', /allowRunningInsecureContent:\s*true/],
    ['9: experimental features', /experimentalFeatures/],
    ['10: Blink features', /enableBlinkFeatures/],
    ['11: popups of a webview', /allowpopups|<webview/],
    ['15: the system opens what the page says', /openExternal|openPath/],
    ['1: a page from elsewhere', /loadURL\(/],
    ['20: the whole of IPC for the page', /exposeInMainWorld\([^)]*ipcRenderer\s*[,)]/],
    ['an updater, a crash reporter, a remote module', /autoUpdater|electron-updater|crashReporter|@electron\/remote/],
  ])('nowhere %s', (_, pattern) => {
    // Words about what is off are no use of it.
    const found = shell.filter(([name, text]) => pattern.test(text.replace(/^\s*(?:\*|\/\/).*$/gm, '')) && name !== 'arguments.ts')
    expect(found.map(([name]) => name)).toEqual([])
  })

  test('4, 5, 12, 13, 14: what has to be said is said', () => {
    const all = shell.map(([, text]) => text).join('\n')
    for (const word of [
      'app.enableSandbox()',
      'sandbox: true',
      'contextIsolation: true',
      'webviewTag: false',
      'setPermissionRequestHandler',
      'setPermissionCheckHandler',
      "'will-navigate'",
      "'will-redirect'",
      "'will-attach-webview'",
      "action: 'deny'",
    ])
      expect([word, all.includes(word)]).toEqual([word, true])
  })

  test('7: the policy of the page allows no inline code and no other place', () => {
    const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(read('renderer/index.html'))?.[1] ?? ''
    for (const part of ["default-src 'self'", "script-src 'self'", "connect-src 'self'", "object-src 'none'", "base-uri 'none'"])
      expect(policy).toContain(part)
    expect(policy).not.toMatch(/unsafe-|https?:|\*/)
  })

  test('16: exact, as every package is', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^\d+\.\d+\.\d+$|^file:/.test(version))
    expect(loose).toEqual([])
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { integrity?: string; resolved?: string; link?: boolean }>
    }
    const unproven = Object.entries(packages).filter(
      ([place, one]) => place.startsWith('node_modules/') && one.resolved?.startsWith('http') && one.integrity === undefined,
    )
    expect(unproven).toEqual([])
  })

  test('19 and updates: fuses, signing, nothing published', () => {
    const config = parse(read('build/electron-builder.yml')) as Record<string, Record<string, unknown> | null>
    expect(config.electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
    })
    expect([
      config.publish,
      config.win?.forceCodeSigning,
      config.mac?.forceCodeSigning,
      config.mac?.notarize,
      config.mac?.hardenedRuntime,
    ]).toEqual([null, true, true, true, true])
  })
})
