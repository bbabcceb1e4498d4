import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { ensureBuilt } from './build.mjs'
import { electronExecutable, fetchElectron, isElectronSwitch, runElectron } from './electron.mjs'
import { endWithNpm } from './parent.mjs'
import { programFile } from './place.mjs'

/**
 * `npm start`: the desktop app where it can run; otherwise the same bench without a window, and one line that says why and where to open it. Arguments are
 * those of the bench. Standard output carries the program's one line of JSON and nothing else.
 */
const args = process.argv.slice(2)
const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`)

/** A mistake on the command line: the same arguments would fail without a window, too. */
const USAGE_EXIT = 2

endWithNpm()
try {
  await ensureBuilt()
  const against = await desktop()
  if (against !== null) await headless(against)
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exit(1)
}

/** Runs the desktop app to its end; gives the reason when there is none to run. */
async function desktop() {
  const against = displayMissing() ?? rootWithoutLeave() ?? (await electronMissing())
  if (against !== null) return against
  const { code, wasReady, wasStopped, words } = await runElectron(electronExecutable() ?? '', args)
  if (wasReady || wasStopped || code === 0 || code === USAGE_EXIT) process.exit(code ?? 1)
  return `Electron ended at once (${code === null ? 'by a signal' : `exit ${code}`}: ${words})`
}

function displayMissing() {
  const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
  return hasDisplay ? null : 'there is no display'
}

/** Electron refuses to run as root in its sandbox, and leaving the sandbox is a person's decision. */
function rootWithoutLeave() {
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0
  return isRoot && !args.some(isElectronSwitch) ? 'as root Electron starts only outside of its sandbox (npm start -- --no-sandbox)' : null
}

async function electronMissing() {
  if (electronExecutable() !== null) return null
  say("Fetching Electron's binary, once ...")
  const why = await fetchElectron()
  return why === null ? null : `Electron's binary could not be fetched (${why})`
}

/** In this very process, so that signals and the exit code are the bench's own. @param {string} against */
async function headless(against) {
  say(`No desktop window, because ${against}; the same pages are served to a browser.`)
  onFirstLine((line) => {
    const { key, open, ui } = JSON.parse(line)
    say(`Open ${open ?? `${ui}#key=${encodeURIComponent(key)}`}`)
  })
  process.argv = [process.execPath, programFile('bench'), ...args.filter((arg) => !isElectronSwitch(arg))]
  await import(pathToFileURL(programFile('bench')).href)
}

/** The bench tells its address and key in its ready line; a person wants to see where to click. @param {(line: string) => void} hear */
function onFirstLine(hear) {
  const write = process.stdout.write.bind(process.stdout)
  /** @param {string} chunk @param {() => void} [done] */
  const tap = (chunk, done) => {
    process.stdout.write = write
    if (chunk.startsWith('{"ready"')) hear(chunk)
    return write(chunk, done)
  }
  process.stdout.write = /** @type {typeof write} */ (tap)
}
