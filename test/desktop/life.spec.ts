import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callFromPage, expect, test } from './launch.ts'

/** From start to end: one instance per data folder, and the order in which things stop. */

test('a second start brings the first window to the front and ends', async ({ launch, run }) => {
  const { app } = await launch()
  await app.evaluate(({ app: first }) => {
    first.on('second-instance', () => Object.assign(globalThis, { wasAsked: true }))
  })
  const second = await run()
  expect([second.code, second.said]).toEqual([0, ''])
  await expect.poll(() => app.evaluate(() => 'wasAsked' in globalThis)).toBe(true)
  expect(app.windows()).toHaveLength(1)
})

test('another data folder is another bench', async ({ launch }) => {
  const other = await mkdtemp(join(tmpdir(), 'option66-desktop-'))
  const one = await launch()
  const two = await launch({ data: other })
  expect([one.page.url(), two.page.url()]).toEqual([one.page.url(), one.page.url()])
  await two.app.close()
  await rm(other, { recursive: true, force: true, maxRetries: 5 })
})

test('the end of the window is the end of the app, and the folder is free again', async ({ launch }) => {
  for (const _ of [1, 2]) {
    const { app, page } = await launch()
    const ended = new Promise((done) => app.process().on('exit', done))
    await page.close()
    expect(await ended).toBe(0)
  }
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} ends it within 5 seconds, with exit 0`, async ({ run }) => {
    let sentAt = 0
    const ended = await run({
      until: (child, said) => {
        if (sentAt !== 0 || !said.includes('"ready":true')) return
        sentAt = Date.now()
        child.kill(signal)
      },
    })
    expect([ended.code, Date.now() - sentAt < 5000]).toEqual([0, true])
  })
}

test('a mistake on the command line is said, exit 2, before anything opens', async ({ run }) => {
  const ended = await run({ args: ['--interfaces', 'lab0'] })
  expect([ended.code, ended.said]).toEqual([2, ''])
  expect(ended.log).toContain('There is no option --interfaces; did you mean --interface?')
})

test('--help prints the options', async ({ run }) => {
  const ended = await run({ args: ['--help'] })
  expect([ended.code, ended.said]).toEqual([0, expect.stringContaining('--interface NAME')])
})

test('pages and API for others are off, unless asked for', async ({ launch }) => {
  const one = await launch()
  expect(JSON.parse(one.said()[0] ?? '')).toMatchObject({ ui: null })
  expect(one.said()[0]).not.toContain('"key"')
  await one.app.close()
  const two = await launch({ args: ['--ui', '127.0.0.1:0', '--key', 'a-key-of-the-tests'] })
  const { ui } = JSON.parse(two.said()[0] ?? '') as { ui: string }
  const answer = await fetch(`${ui}api/bench.status`, { method: 'POST', headers: { authorization: 'Bearer a-key-of-the-tests' } })
  expect([answer.status, ((await answer.json()) as { running: boolean }).running]).toEqual([200, false])
})

test('an interface on the command line is not served before a person presses Start', async ({ launch }) => {
  const { page } = await launch({ args: ['--address', '127.66.7.1'] })
  const { p } = await callFromPage(page, '/bench/status')
  expect(p.b?.json).toMatchObject({ running: false })
})
