import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import process from 'node:process'
import { isStarted, productNode, ROOT } from './place.mjs'

/** @typedef {{ name: string, args: string[], count: (said: string) => string }} Check */

const tool = (/** @type {string} */ path) => resolve(ROOT, 'node_modules', path)
const lastLine = (/** @type {string} */ said) => said.trim().split('\n').at(-1) ?? ''

/** @type {(layer: string) => Check} */
const types = (layer) => ({
  name: `types of ${layer}`,
  args: [tool('typescript/bin/tsc'), '--project', `build/config/tsconfig.${layer}.json`, '--pretty', 'false', '--listFiles'],
  count: (said) => `${said.split('\n').filter((line) => line.startsWith(ROOT) && !line.includes('node_modules')).length} files`,
})

/** In the order in which a mistake is best understood. Each layer is compiled with just what exists where it runs: no Node in the page, neither in the core. */
/** @type {readonly Check[]} */
const CHECKS = [
  ...['core', 'main', 'preload', 'renderer', 'build', 'test'].map(types),
  { name: 'imports between layers', args: ['build/scripts/check-layers.ts'], count: lastLine },
  {
    name: 'lint and format',
    args: [tool('@biomejs/biome/bin/biome'), 'check', '--config-path=build/config', '--error-on-warnings', '--colors=off', '.'],
    count: (said) => /Checked (\d+ files)/.exec(said)?.[1] ?? 'nothing was checked',
  },
  { name: 'endpoint packs', args: ['build/scripts/check-packs.ts'], count: lastLine },
]

/**
 * Runs every check, one line each with what was looked at; the words of those that fail follow their line.
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks() {
  const tally = { passed: 0, failed: 0 }
  if (!existsSync(tool('typescript'))) throw new Error('The packages are not installed: npm install')
  for (const check of CHECKS) {
    const { code, said } = await run(check.args)
    const isGood = code === 0
    tally[isGood ? 'passed' : 'failed'] += 1
    process.stdout.write(`${isGood ? 'ok    ' : 'FAILED'} ${check.name}: ${check.count(said)}\n`)
    if (!isGood) process.stdout.write(`${withoutFileList(said)}\n`)
  }
  return tally
}

/** @param {string} said */
function withoutFileList(said) {
  return said
    .split('\n')
    .filter((line) => !(line.startsWith('/') && existsSync(line)))
    .join('\n')
    .trim()
}

/** @param {string[]} args @returns {Promise<{ code: number | null, said: string }>} */
function run(args) {
  return new Promise((done, failed) => {
    const child = spawn(productNode(), args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)))
    child.on('error', failed)
    child.on('close', (code) => done({ code, said }))
  })
}

if (isStarted(import.meta.filename)) {
  const { failed, passed } = await runChecks()
  process.stdout.write(`${passed} checks passed, ${failed} failed\n`)
  process.exitCode = failed === 0 ? 0 : 1
}
