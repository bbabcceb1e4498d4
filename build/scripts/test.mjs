import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { ensureBuilt } from './build.mjs'
import { runChecks } from './check.mjs'
import { OUT, productNode, ROOT } from './place.mjs'
import { closingWords, fromPlaywright, tallyOf } from './tally.mjs'

/**
 * `npm test`: builds, checks, then every test this machine can run, in vitest and in Playwright. `npm test -- test/core` runs the tests of that folder alone,
 * without the checks. Exit 0 only when nothing failed and nothing was left out without a reason.
 */
const { positionals: only, values } = parseArgs({
  allowPositionals: true,
  // For the tests of this very runner: another set of tests, nothing else.
  options: { 'vitest-config': { type: 'string' } },
})
const planted = values['vitest-config']
const isWhole = only.length === 0 && planted === undefined
const report = makeReportFolder()

try {
  if (planted === undefined) await ensureBuilt()
  const checks = isWhole ? await runChecks() : null
  const reports = [await vitest(planted ?? 'build/config/vitest.config.ts')]
  if (planted === undefined) reports.push(await playwright())
  const { isGood, text } = closingWords(tallyOf(reports), { checks, isCi: isSet(process.env.CI) })
  process.stdout.write(`\n${text}\n`)
  process.exitCode = isGood ? 0 : 1
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\ntests: 0 passed, 1 failed, 0 skipped\n`)
  process.exitCode = 1
} finally {
  rmSync(report, { recursive: true, force: true })
}

/** @param {string} config @returns {Promise<import('./tally.mjs').Report>} */
async function vitest(config) {
  const file = join(report, 'vitest.json')
  const reporters = ['--reporter=default', `--reporter=${resolve(ROOT, 'build/scripts/vitest-report.ts')}`]
  const tool = resolve(ROOT, 'node_modules/vitest/vitest.mjs')
  const code = await run([tool, 'run', '--config', config, ...reporters, '--passWithNoTests', ...only], { OPTION66_REPORT: file })
  return asReport('vitest', code, () => JSON.parse(readFileSync(file, 'utf8')))
}

/** @returns {Promise<import('./tally.mjs').Report>} */
async function playwright() {
  const file = join(report, 'playwright.json')
  const tool = resolve(ROOT, 'node_modules/@playwright/test/cli.js')
  const args = [tool, 'test', '--config', 'build/config/playwright.config.ts', '--reporter=line,json', '--pass-with-no-tests', ...only]
  const code = await run(args, { PLAYWRIGHT_JSON_OUTPUT_FILE: file })
  return asReport('playwright', code, () => fromPlaywright(JSON.parse(readFileSync(file, 'utf8'))))
}

/**
 * A tool that failed without naming a failed test has failed all the same.
 * @param {string} name @param {number | null} code @param {() => import('./tally.mjs').Report} read
 */
function asReport(name, code, read) {
  /** @type {import('./tally.mjs').Report} */
  let found
  try {
    found = read()
  } catch (error) {
    return { tests: [], faults: [`${name} left no report (exit ${code}): ${String(error)}`] }
  }
  const hasFailed = found.faults.length > 0 || found.tests.some((test) => test.state === 'failed')
  if (code !== 0 && !hasFailed) found.faults.push(`${name} ended with exit ${code}`)
  return found
}

/** @param {string[]} args @param {Record<string, string>} env @returns {Promise<number | null>} */
function run(args, env) {
  return new Promise((done, failed) => {
    const child = spawn(productNode(), args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] })
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, () => child.kill(signal))
    child.on('error', failed)
    child.on('close', done)
  })
}

function makeReportFolder() {
  mkdirSync(OUT, { recursive: true })
  return mkdtempSync(join(OUT, '.report-'))
}

/** @param {string | undefined} value */
function isSet(value) {
  return value !== undefined && value !== '' && value !== 'false' && value !== '0'
}
