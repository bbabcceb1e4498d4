import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { closingWords, fromPlaywright, tallyOf } from '../../build/scripts/tally.mjs'
import { NOT_RUN, notRunTitle } from '../support/machine.ts'

const ROOT = resolve(import.meta.dirname, '../..')

test('tests run on the Node that Electron embeds', () => {
  expect(process.versions.node).toMatch(/^24\./)
})

describe('npm test, over planted tests', () => {
  let folder: string
  beforeEach(async () => {
    await mkdir(join(ROOT, 'test-output'), { recursive: true })
    folder = await mkdtemp(join(ROOT, 'test-output/runner-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  async function run(planted: string, env: Record<string, string> = {}): Promise<{ code: number; lines: string[] }> {
    const config = join(folder, 'vitest.config.ts')
    await writeFile(config, `export default { root: ${JSON.stringify(folder)}, test: { include: ['planted.test.ts'], allowOnly: false } }`)
    await writeFile(
      join(folder, 'planted.test.ts'),
      `import { describe, expect, test } from 'vitest'\nimport { describeUnless, notRun } from '../../test/support/not-run.ts'\n${planted}`,
    )
    return new Promise((done) => {
      const given = { ...process.env, CI: '', ...env }
      execFile(process.execPath, ['build/scripts/test.mjs', '--vitest-config', config], { cwd: ROOT, env: given }, (error, stdout) =>
        done({ code: error === null ? 0 : Number(error.code), lines: stdout.trim().split('\n') }),
      )
    })
  }

  const GOOD = "test('good', () => expect(1).toBe(1))\n"

  test('a good run', async () => {
    const { code, lines } = await run(GOOD)
    expect([code, lines.at(-1)]).toEqual([0, 'tests: 1 passed, 0 failed, 0 skipped'])
  })

  test('a skip without a reason makes it fail', async () => {
    const { code, lines } = await run(`${GOOD}test.skip('silent', () => undefined)\ntest.todo('later')`)
    expect([code, lines.at(-1)]).toEqual([1, 'tests: 1 passed, 2 failed, 0 skipped'])
    expect(lines).toContain('FAILED: skipped without a reason: planted.test.ts: silent')
  })

  test('what was not run is counted by its reason', async () => {
    const planted = `${GOOD}notRun('no such wire')\ndescribeUnless('no such wire', 'wires', () => { test('a', () => undefined); test('b', () => undefined) })
      test('found out late', (ctx) => ctx.skip('NOT RUN: no such wind'))`
    const { code, lines } = await run(planted)
    expect([code, lines.at(-1)]).toEqual([0, 'tests: 1 passed, 0 failed, 4 skipped'])
    expect(lines).toContain('not run: no such wire (3)')
    expect(lines).toContain('not run: no such wind (1)')
  })

  test('in CI nothing is left out but what no machine of ours can change', async () => {
    const { code, lines } = await run(`${GOOD}notRun('no such wire')\nnotRun('no Electron binary')`, { CI: 'true' })
    expect([code, lines.at(-1)]).toEqual([1, 'tests: 1 passed, 1 failed, 2 skipped'])
    expect(lines).toContain('not run: no Electron binary (1)')
    const alone = await run(`${GOOD}notRun('no Electron binary')\nnotRun('signing: not Windows or macOS')`, { CI: 'true' })
    expect([alone.code, alone.lines.at(-1)]).toEqual([0, 'tests: 1 passed, 0 failed, 2 skipped'])
  })

  test.each([
    ['a failed test', "test('bad', () => expect(1).toBe(2))"],
    ['a file that cannot be read', "import './nowhere.ts'"],
    [
      'a failed preparation',
      "import { beforeAll } from 'vitest'\ndescribe('x', () => { beforeAll(() => { throw new Error('no') }); test('never reached', () => undefined) })",
    ],
    [
      'an error that no test waited for',
      `${GOOD}setTimeout(() => { throw new Error('late') }, 0)\ntest('waits', () => new Promise((done) => setTimeout(done, 50)))`,
    ],
    ['one test left alone', "test.only('alone', () => undefined)"],
    ['no test at all', ''],
  ])('%s makes it fail', async (_, planted) => {
    const { code, lines } = await run(planted)
    expect([code, lines.at(-1)]).toEqual([1, expect.stringMatching(/^tests: \d+ passed, \d+ failed, \d+ skipped$/)])
  })
}, 60_000)

describe('the tally', () => {
  test('Playwright: a skip counts by its annotation; a second try is a failure', () => {
    const one = (title: string, status: string, annotations: { type: string; description?: string }[] = []) => ({
      title,
      file: 'a.spec.ts',
      tests: [{ projectName: 'board', status, annotations }],
    })
    const report = fromPlaywright({
      errors: [{ message: 'no tests found' }],
      suites: [
        {
          title: 'a.spec.ts',
          specs: [one('a', 'expected'), one('b', 'flaky')],
          suites: [
            {
              title: 'in',
              specs: [
                one('c', 'skipped', [{ type: 'skip', description: notRunTitle('no Electron binary') }]),
                one('d', 'skipped'),
                one('e', 'unexpected'),
              ],
            },
          ],
        },
      ],
    })
    const tally = tallyOf([report])
    expect(tally).toEqual({
      passed: 1,
      failed: 2,
      notRun: new Map([['no Electron binary', 1]]),
      silent: ['board: a.spec.ts: d'],
      faults: ['no tests found'],
    })
    expect(
      closingWords(tally, { checks: { passed: 3, failed: 1 }, isCi: true })
        .text.split('\n')
        .at(-1),
    ).toBe('tests: 4 passed, 5 failed, 1 skipped')
  })

  test('its words are those of the tests', () => {
    expect(tallyOf([{ tests: [{ where: 'a', state: 'skipped', reasons: [`${NOT_RUN}x`] }], faults: [] }]).notRun).toEqual(
      new Map([['x', 1]]),
    )
  })
})
