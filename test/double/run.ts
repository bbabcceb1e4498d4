import { existsSync, readFileSync, statSync } from 'node:fs'
import inspector from 'node:inspector'
import { createRequire, registerHooks } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { life } from './app.ts'
import { followTargets } from './window.ts'

/** Reads Electron's command line, gives `electron` a meaning, and loads the app's own main file. */
const double = new URL('./electron.ts', import.meta.url).href
registerHooks({
  resolve: (specifier, context, next) =>
    /^electron(\/main|\/common)?$/.test(specifier)
      ? { url: double, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context),
})

/** A packed app has its resources beside it and no path on its command line: DOUBLE_RESOURCES names the folder, its asar extracted to `app`. */
const resources = process.env.DOUBLE_RESOURCES

const args = process.argv.slice(2)
const appAt = resources === undefined ? args.findIndex((arg, i) => !arg.startsWith('-') && args[i - 1] !== '-r') : -1
const own = appAt < 0 ? args : args.slice(0, appAt)
process.argv = [process.argv0, ...args]

const inspect = own.find((arg) => arg.startsWith('--inspect'))
if (inspect !== undefined) inspector.open(Number(inspect.split('=')[1] ?? 9229))

const appPath = resources === undefined ? resolve(appAt < 0 ? '.' : (args[appAt] ?? '.')) : join(resources, 'app')
if (!statSync(appPath, { throwIfNoEntry: false })?.isDirectory()) fail(`Unable to find Electron app at ${appPath}`)
const meta = JSON.parse(readFileSync(join(appPath, 'package.json'), 'utf8')) as {
  name?: string
  productName?: string
  version?: string
  main?: string
}
const main = join(appPath, meta.main ?? 'index.js')
if (!existsSync(main)) fail(`Unable to find Electron app at ${main}`)

if (resources === undefined) Object.assign(process, { defaultApp: true })
Object.assign(process, { resourcesPath: resources ?? join(import.meta.dirname, 'bin') })
const switches = own.filter((arg) => arg.startsWith('--') && !/^--(inspect|remote-debugging-port|no-sandbox)/.test(arg))
const require = createRequire(import.meta.url)
// Playwright's loader, which holds `ready` back until it is connected.
for (const [i, arg] of args.entries()) if (args[i - 1] === '-r') require(resolve(arg))

life.start({
  appPath,
  name: meta.productName ?? meta.name ?? 'app',
  version: meta.version ?? '0',
  isPackaged: resources !== undefined,
  switches,
})
followTargets().catch((error: unknown) => fail(String(error)))
await import(pathToFileURL(main).href)

function fail(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
