import { writeFileSync } from 'node:fs'
import process from 'node:process'
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node'
import type { Report, ReportedTest } from './tally.mjs'

/** Writes each test's end to the file named in OPTION66_REPORT, for `npm test` to count. Vitest's own JSON leaves out why a test was skipped. */
export default class FileReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const file = process.env.OPTION66_REPORT
    if (file === undefined) return
    const report: Report = { tests: [], faults: unhandled.map((error) => error.message) }
    for (const module of modules) {
      for (const error of module.errors()) report.faults.push(`${module.relativeModuleId}: ${error.message}`)
      for (const suite of module.children.allSuites())
        for (const error of suite.errors()) report.faults.push(`${suite.fullName}: ${error.message}`)
      for (const test of module.children.allTests()) report.tests.push(reported(test))
    }
    writeFileSync(file, JSON.stringify(report))
  }
}

function reported(test: TestCase): ReportedTest {
  const result = test.result()
  const titles = [test.name]
  for (let above = test.parent; above.type === 'suite'; above = above.parent) titles.unshift(above.name)
  // A test that was never reached (the run was cut short) has not passed.
  const state = result.state === 'pending' ? 'failed' : result.state
  const note = result.state === 'skipped' ? (result.note ?? null) : null
  return { where: `${test.module.relativeModuleId}: ${test.fullName}`, state, reasons: note === null ? titles : [...titles, note] }
}
