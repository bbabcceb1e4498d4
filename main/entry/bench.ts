import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { apiKey } from '../store/api-key.ts'
import { serveWeb } from '../web/serve.ts'
import { BENCH_OPTIONS, benchOptions } from './bench-options.ts'
import { benchSealer } from './bench-sealer.ts'
import { composeBench } from './compose.ts'
import { createLog } from './log.ts'
import { helpText, hostPort, readOptions } from './options.ts'
import { runProgram } from './run-program.ts'
import { openAddress, UI_OPTIONS, uiDoor } from './ui-door.ts'
import { VERSION } from './version.ts'

const log = createLog('bench')

/** The bench without a window: pages and API on `--ui`, phone services from the ready line on when an interface or address was given. */
runProgram(log, async () => {
  const given = readOptions([...BENCH_OPTIONS, ...UI_OPTIONS], process.argv.slice(2), process.env)
  if (given.flag('help')) {
    process.stdout.write(helpText('bench', 'stages desk phones on one lab LAN', [...BENCH_OPTIONS, ...UI_OPTIONS]))
    return null
  }
  const options = benchOptions(given)
  const ui = hostPort(given.text('ui') ?? '127.0.0.1:6600', 'ui')
  const door = await uiDoor(given)
  const sealer = await benchSealer(options.data, given.text('passphrase-file'))
  const key = await apiKey(options.data, given.text('key'))
  const bench = await composeBench({ ...options, key }, sealer, log)
  const web = await serveWeb({
    ...ui,
    ...door,
    people: bench.people,
    router: bench.router,
    rendererFolder: fileURLToPath(new URL('../renderer', import.meta.url)),
    version: VERSION,
    log,
  })
  if (options.interface !== null || options.address !== null) {
    const started = await bench.services.start()
    if (!started.ok) log('error', started.refusal.message, { code: started.refusal.code, hint: started.refusal.hint })
  }
  const status = bench.services.status()
  const services = {
    ...status.services,
    ...(status.problems[0] && !status.running ? { bench: { error: status.problems[0].code, hint: status.problems[0].hint } } : {}),
  }
  const open = await openAddress(web.url, key, bench.people)
  process.stdout.write(`${JSON.stringify({ ready: true, program: 'bench', ui: web.url, key, open, services })}\n`)
  return {
    async close() {
      await web.close()
      await bench.close()
    },
  }
})
