import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import process from 'node:process'

/** Root of the source tree. */
export const ROOT = resolve(import.meta.dirname, '../..')

/** Where the built programs, preload and page lie. */
export const OUT = resolve(ROOT, 'out')

/**
 * The Node that tests and tools run on: the one `npm install` brought (the major that Electron embeds), whatever Node called us; the calling one where
 * install scripts were switched off.
 */
export function productNode() {
  const own = resolve(ROOT, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return existsSync(own) ? own : process.execPath
}

/** Path of a built program. */
export function programFile(/** @type {string} */ name) {
  return resolve(OUT, 'main', `${name}.js`)
}

/** Whether this module is the one that Node was started with. */
export function isStarted(/** @type {string} */ file) {
  return process.argv[1] !== undefined && resolve(process.argv[1]) === file
}
