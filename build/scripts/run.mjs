import { existsSync } from 'node:fs'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { ensureBuilt } from './build.mjs'
import { endWithNpm } from './parent.mjs'
import { programFile } from './place.mjs'

/**
 * `node build/scripts/run.mjs NAME [options]`: builds when needed, then is the program NAME. In this very process, so that signals, exit code and standard
 * streams are the program's own, and whoever ends this process has ended the program.
 */
const [name = '', ...args] = process.argv.slice(2)
try {
  await ensureBuilt()
  if (!existsSync(programFile(name))) throw new Error(`There is no program "${name}" in out/main`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
endWithNpm()
process.argv = [process.execPath, programFile(name), ...args]
await import(pathToFileURL(programFile(name)).href)
