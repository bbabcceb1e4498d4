/**
 * One test as it ended. `reasons` are the texts in which a skipped test may say why: its titles, a note, an annotation.
 * @typedef {{ where: string, state: 'passed' | 'failed' | 'skipped', reasons: string[] }} ReportedTest
 * @typedef {{ tests: ReportedTest[], faults: string[] }} Report  `faults`: errors outside of any test
 * @typedef {{ passed: number, failed: number, notRun: Map<string, number>, silent: string[], faults: string[] }} Tally
 */

/** Same words as `NOT_RUN` in test/support/machine.ts. */
const NOT_RUN = 'NOT RUN: '

/** What no machine of ours can change: the only reasons for which tests may be left out where CI is set. */
const ALLOWED_IN_CI = ['no Electron binary', 'not Windows or macOS']

/** @param {readonly Report[]} reports @returns {Tally} */
export function tallyOf(reports) {
  /** @type {Tally} */
  const tally = { passed: 0, failed: 0, notRun: new Map(), silent: [], faults: [] }
  for (const { faults, tests } of reports) {
    tally.faults.push(...faults)
    for (const test of tests) {
      if (test.state !== 'skipped') tally[test.state] += 1
      else {
        const said = test.reasons.find((text) => text.startsWith(NOT_RUN))
        if (said === undefined) tally.silent.push(test.where)
        else count(tally.notRun, said.slice(NOT_RUN.length))
      }
    }
  }
  return tally
}

/** @param {Map<string, number>} counts @param {string} reason */
function count(counts, reason) {
  counts.set(reason, (counts.get(reason) ?? 0) + 1)
}

/** Reasons that make a run in CI fail. @param {Tally} tally */
export function forbiddenInCi(tally) {
  return [...tally.notRun.keys()].filter(
    (reason) => !ALLOWED_IN_CI.some((allowed) => reason === allowed || reason.endsWith(`: ${allowed}`)),
  )
}

/**
 * The last words of a run: reasons first, then one line with the three numbers that others read.
 * @param {Tally} tally
 * @param {{ isCi: boolean, checks: { passed: number, failed: number } | null }} run
 * @returns {{ text: string, isGood: boolean }}
 */
export function closingWords(tally, { checks, isCi }) {
  const lines = []
  for (const fault of tally.faults) lines.push(`FAILED outside of a test: ${fault}`)
  for (const where of tally.silent) lines.push(`FAILED: skipped without a reason: ${where}`)
  const forbidden = isCi ? forbiddenInCi(tally) : []
  for (const [reason, times] of tally.notRun)
    lines.push(
      `not run: ${reason} (${times})${forbidden.includes(reason) ? '; FAILED: in CI nothing may be left out for this reason' : ''}`,
    )
  const passed = tally.passed + (checks?.passed ?? 0)
  const failed = tally.failed + tally.faults.length + tally.silent.length + forbidden.length + (checks?.failed ?? 0)
  const notRun = [...tally.notRun.values()].reduce((sum, times) => sum + times, 0)
  if (passed + failed === 0) lines.push('FAILED: no test was run')
  lines.push(
    checks === null
      ? 'The checks were left out. Skipped below means not run.'
      : `${checks.passed + checks.failed} of these are checks. Skipped below means not run.`,
  )
  lines.push(`tests: ${passed} passed, ${failed} failed, ${notRun} skipped`)
  return { text: lines.join('\n'), isGood: failed === 0 && passed > 0 }
}

/**
 * Playwright's JSON report in our shape.
 * @param {{ suites?: PlaywrightSuite[], errors?: { message?: string }[] }} json
 * @typedef {{ title: string, suites?: PlaywrightSuite[], specs?: { title: string, file: string, tests: PlaywrightTest[] }[] }} PlaywrightSuite
 * @typedef {{ projectName: string, status: string, annotations: { type: string, description?: string }[] }} PlaywrightTest
 * @returns {Report}
 */
export function fromPlaywright(json) {
  /** @type {Report} */
  const report = { tests: [], faults: (json.errors ?? []).map((error) => error.message ?? 'unknown') }
  const walk = (/** @type {PlaywrightSuite} */ suite) => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        report.tests.push({
          where: `${test.projectName}: ${spec.file}: ${spec.title}`,
          // A test that passes only at the second try has failed once.
          state: test.status === 'expected' ? 'passed' : test.status === 'skipped' ? 'skipped' : 'failed',
          reasons: test.annotations.map((annotation) => annotation.description ?? ''),
        })
      }
    }
    for (const inner of suite.suites ?? []) walk(inner)
  }
  for (const suite of json.suites ?? []) walk(suite)
  return report
}
