import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { runDesktop } from '../desktop/app.ts'
import { ownArguments } from '../desktop/arguments.ts'
import { apiKey } from '../store/api-key.ts'
import { makeFolderSync } from '../store/make-folder.ts'
import { troubleOf } from '../store/trouble.ts'
import { serveWeb } from '../web/serve.ts'
import { BENCH_OPTIONS, benchOptions, keychainOnly } from './bench-options.ts'
import { composeBench } from './compose.ts'
import { desktopSealer } from './desktop-sealer.ts'
import { createLog } from './log.ts'
import { type Given, helpText, hostPort, readOptions } from './options.ts'
import { openAddress, UI_OPTIONS, uiDoor } from './ui-door.ts'
import { VERSION } from './version.ts'

const log = createLog('desktop')
const built = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * The bench with a window. Options are those of the headless bench, but nothing is served before a person presses Start, and pages and API for others are off
 * unless `--ui` asks for them.
 */
function desktop(given: Given): void {
  const options = benchOptions(given)
  const ui = given.text('ui')
  runDesktop({
    windowFolder: join(options.data, 'window'),
    files: { preload: built('../preload/electron.cjs'), page: built('../renderer/index.html') },
    log,
    async openBench({ keychain, missing }) {
      if (missing !== null) log('warn', 'the sealing key is kept in a key file of the data folder', { why: missing })
      const sealer = await desktopSealer(options.data, keychain, keychainOnly(given))
      const key = ui === null ? undefined : await apiKey(options.data, given.text('key'))
      const bench = await composeBench({ ...options, ...(key === undefined ? {} : { key }) }, sealer, log)
      const ready = { ui: null, sealedBy: keychain === null ? 'key-file' : 'keychain', services: bench.services.status().services }
      if (ui === null || key === undefined) return { router: bench.router, ready, close: () => bench.close() }
      const web = await serveWeb({
        ...hostPort(ui, 'ui'),
        ...(await uiDoor(given)),
        people: bench.people,
        router: bench.router,
        rendererFolder: built('../renderer'),
        version: VERSION,
        log,
      })
      return {
        router: bench.router,
        ready: { ...ready, ui: web.url, key, open: await openAddress(web.url, key, bench.people) },
        async close() {
          await web.close()
          await bench.close()
        },
      }
    },
  })
}

function start(): void {
  let given: Given
  try {
    given = readOptions([...BENCH_OPTIONS, ...UI_OPTIONS], ownArguments(process.argv, !('defaultApp' in process)), process.env)
    benchOptions(given)
    keychainOnly(given)
    hostPort(given.text('ui') ?? '127.0.0.1:6600', 'ui')
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(2)
  }
  if (given.flag('help')) {
    process.stdout.write(helpText('option66', 'stages desk phones on one lab LAN', [...BENCH_OPTIONS, ...UI_OPTIONS]))
    process.exit(0)
  }
  process.on('unhandledRejection', (fault) => log('error', 'a promise was left alone', { fault: String(fault) }))
  // Electron would show it as it is: a message may quote what somebody typed.
  process.on('uncaughtException', (fault) => {
    log('error', 'the program broke down', { fault })
    process.exit(1)
  })
  makeDataFolder(benchOptions(given).data)
  desktop(given)
}

/** Before there is a window that could say it. */
function makeDataFolder(folder: string): void {
  try {
    makeFolderSync(folder)
  } catch (error) {
    const trouble = troubleOf(error)
    process.stderr.write(`${trouble === null ? String(error) : `${trouble.message}. ${trouble.hint}`}\n`)
    process.exit(1)
  }
}

start()
