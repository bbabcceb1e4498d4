import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { productNode, ROOT } from './place.mjs'

/** A download that brings no byte for so long counts as not to be had. */
const SILENCE_MS = 15_000
const LOOK_MS = 500
const LAST_LINES = 5
/** @type {readonly ['SIGINT', 'SIGTERM']} */
const SIGNALS = ['SIGINT', 'SIGTERM']

const PACKAGE = resolve(ROOT, 'node_modules/electron')

/** Path of the Electron that is here, or null. `ELECTRON_EXEC_PATH` names a file, `ELECTRON_OVERRIDE_DIST_PATH` a folder with one; otherwise the package's own. */
export function electronExecutable() {
  const { ELECTRON_EXEC_PATH: file, ELECTRON_OVERRIDE_DIST_PATH: folder } = process.env
  if (file) return file
  const pathFile = join(PACKAGE, 'path.txt')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : null
  if (folder) return join(folder, name ?? (process.platform === 'win32' ? 'electron.exe' : 'electron'))
  const own = name === null ? null : join(PACKAGE, 'dist', name)
  return own !== null && existsSync(own) ? own : null
}

/**
 * Fetches Electron's binary with the package's own script (which checks its sums), and gives up when the script fails or nothing arrives.
 * @param {{ silenceMs?: number }} [options]
 * @returns {Promise<string | null>} why it could not be had, or null when it is there
 */
export function fetchElectron({ silenceMs = SILENCE_MS } = {}) {
  const script = join(PACKAGE, 'install.js')
  if (!existsSync(script)) return Promise.resolve('the package electron is not installed')
  // The script downloads into a temporary folder: one of ours, where arriving bytes can be seen.
  const temp = mkdtempSync(join(tmpdir(), 'option66-electron-'))
  const env = { ...process.env, TMPDIR: temp, TEMP: temp, TMP: temp, ELECTRON_GET_NO_PROGRESS: '1' }
  const child = spawn(productNode(), [script], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const words = keepWords(child)
  let seen = -1
  let seenAt = Date.now()
  let isSilent = false
  const timer = setInterval(() => {
    const size = sizeOf(temp) + sizeOf(join(PACKAGE, 'dist'))
    if (size !== seen) [seen, seenAt] = [size, Date.now()]
    if (Date.now() - seenAt < silenceMs) return
    isSilent = true
    child.kill('SIGKILL')
  }, LOOK_MS)
  const clear = () => rmSync(temp, { recursive: true, force: true, maxRetries: 5 })
  const stop = () => {
    child.kill('SIGKILL')
    clear()
    process.exit(0)
  }
  for (const signal of SIGNALS) process.once(signal, stop)
  return new Promise((done) => {
    const end = (/** @type {string | null} */ why) => {
      clearInterval(timer)
      for (const signal of SIGNALS) process.off(signal, stop)
      clear()
      done(why)
    }
    child.on('error', (error) => end(error.message))
    child.on('close', (code) => {
      if (isSilent) end(`no byte arrived for ${silenceMs / 1000} seconds`)
      else if (code !== 0) end(words.find((line) => /error/i.test(line)) ?? `its script ended with ${code}`)
      else end(electronExecutable() === null ? 'its script left nothing behind' : null)
    })
  })
}

/** @param {string} path @returns {number} bytes below a folder that may change meanwhile */
function sizeOf(path) {
  try {
    const found = statSync(path)
    return found.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0) : found.size
  } catch {
    return 0
  }
}

/**
 * Runs the desktop app until it ends; what it says passes through. `wasReady` tells an app that was closed from one that never came up.
 * @param {string} executable @param {readonly string[]} args
 * @returns {Promise<{ code: number | null, wasReady: boolean, wasStopped: boolean, words: string }>}
 */
export function runElectron(executable, args) {
  // Some editors' terminals set this; Electron would then be a plain Node.
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  const switches = args.filter(isElectronSwitch)
  const own = args.filter((arg) => !isElectronSwitch(arg))
  const child = spawn(executable, [...switches, ROOT, ...own], { cwd: process.cwd(), env, stdio: ['inherit', 'pipe', 'pipe'] })
  const words = keepWords(child)
  let wasReady = false
  let wasStopped = false
  child.stdout.on('data', (chunk) => {
    wasReady ||= String(chunk).includes('"ready":true')
    process.stdout.write(chunk)
  })
  child.stderr.on('data', (chunk) => process.stderr.write(chunk))
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      wasStopped = true
      child.kill(signal)
    })
  }
  return new Promise((done) => {
    const end = (/** @type {number | null} */ code, /** @type {string} */ last) => done({ code, wasReady, wasStopped, words: last })
    child.on('error', (error) => end(null, error.message))
    child.on('close', (code) => end(code, words.at(-1) ?? 'without a word'))
  })
}

/** The one switch of Chromium's that `npm start` hands on and the headless bench does not know. */
export function isElectronSwitch(/** @type {string} */ arg) {
  return arg === '--no-sandbox'
}

/** @param {import('node:child_process').ChildProcess} child @returns {string[]} its last lines, as they come */
function keepWords(child) {
  /** @type {string[]} */
  const lines = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      lines.push(
        ...String(chunk)
          .split('\n')
          .filter((line) => line.trim() !== ''),
      )
      lines.splice(0, Math.max(0, lines.length - LAST_LINES))
    })
  }
  return lines
}
