import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'
import { isStarted, OUT, productNode, ROOT } from './place.mjs'

/** Everything that ends up in the bundles or decides how they are made. */
const SOURCES = ['main', 'preload', 'renderer', 'electron.vite.config.ts', 'package.json', 'package-lock.json']
const PARTS = ['main', 'preload', 'renderer']
const STAMP = join(OUT, '.stamp')
const LOCK = join(OUT, '.lock')
const LOOK_AGAIN_MS = 200

/**
 * Builds programs, preload and page into `out` unless what is there was made from the very same files. Says nothing when all goes well: standard output
 * belongs to the program that is started afterwards. Rejects with the bundler's own words.
 * @param {{ force?: boolean }} [options]
 * @returns {Promise<boolean>} whether something had to be built
 */
export async function ensureBuilt({ force = false } = {}) {
  if (!force && (await isFresh())) return false
  mkdirSync(OUT, { recursive: true })
  await takeLock()
  try {
    // Whoever held the lock before us may have done the work.
    if (!force && (await isFresh())) return false
    const stamp = await stampOf()
    await bundle()
    writeFileSync(STAMP, stamp)
    return true
  } finally {
    rmSync(LOCK, { force: true })
  }
}

async function isFresh() {
  if (!existsSync(STAMP) || PARTS.some((part) => !existsSync(join(OUT, part)))) return false
  return readFileSync(STAMP, 'utf8') === (await stampOf())
}

/** Path, size and time of every source file, as one hash: milliseconds instead of reading them all. */
async function stampOf() {
  const hash = createHash('sha256').update(ROOT)
  for (const source of SOURCES) for (const line of await linesOf(source)) hash.update(line)
  return hash.digest('hex')
}

/** @param {string} path @returns {Promise<string[]>} */
async function linesOf(path) {
  const found = await stat(join(ROOT, path))
  if (!found.isDirectory()) return [`${path} ${found.size} ${found.mtimeMs}\n`]
  const lines = []
  for (const name of (await readdir(join(ROOT, path))).sort()) lines.push(...(await linesOf(`${path}/${name}`)))
  return lines
}

/** One build at a time; the lock of a process that is gone is nobody's. */
async function takeLock() {
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
      return
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error
    }
    if (!isHeld()) rmSync(LOCK, { force: true })
    else await wait(LOOK_AGAIN_MS)
  }
}

function isHeld() {
  try {
    const pid = Number(readFileSync(LOCK, 'utf8'))
    // Just created and not yet written.
    if (pid === 0) return true
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isCode(error, 'EPERM')
  }
}

/** Into a folder of its own, then into place by renaming: a program that starts meanwhile finds the old build or the new one, not half of one. */
async function bundle() {
  const tool = resolve(ROOT, 'node_modules/electron-vite/bin/electron-vite.js')
  if (!existsSync(tool)) throw new Error('The packages are not installed: npm install')
  const next = join(OUT, `.next-${process.pid}`)
  const old = join(OUT, `.old-${process.pid}`)
  try {
    await runQuietly([tool, 'build', '--config', 'electron.vite.config.ts', '--outDir', next, '--logLevel', 'warn'])
    mkdirSync(old)
    for (const part of PARTS) {
      if (existsSync(join(OUT, part))) renameSync(join(OUT, part), join(old, part))
      renameSync(join(next, part), join(OUT, part))
    }
  } finally {
    for (const folder of [next, old]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** @param {string[]} args @returns {Promise<void>} */
function runQuietly(args) {
  return new Promise((done, failed) => {
    const env = { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' }
    const child = spawn(productNode(), args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)))
    child.on('error', failed)
    child.on('close', (code) => (code === 0 ? done() : failed(new Error(`The build failed:\n${said.trim()}`))))
  })
}

/** @param {unknown} error @param {string} code */
function isCode(error, code) {
  return error instanceof Error && 'code' in error && error.code === code
}

if (isStarted(import.meta.filename)) {
  const startedAt = Date.now()
  try {
    const isNew = await ensureBuilt({ force: process.argv.includes('--force') })
    process.stderr.write(isNew ? `Built into out in ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n` : 'Already built\n')
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  }
}
