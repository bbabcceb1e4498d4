import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** Building, in a small tree with the real scripts and tools. */
const ROOT = resolve(import.meta.dirname, '../..')
let tree: string

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'option66-build-'))
  for (const name of ['build/scripts', 'electron.vite.config.ts', 'package.json', 'package-lock.json', 'tsconfig.json', 'build/config']) {
    await cp(join(ROOT, name), join(tree, name), { recursive: true })
  }
  await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'))
  const files = {
    'main/entry/bench.ts':
      "import process from 'node:process'\nprocess.stdout.write(JSON.stringify({ ready: true, args: process.argv.slice(2), file: process.argv[1] }))\nprocess.exitCode = 7\n",
    'main/packs/trial-worker.ts': 'export {}\n',
    'main/net/tftp/sender-worker.ts': 'export {}\n',
    'preload/electron.ts': "import { contextBridge } from 'electron'\ncontextBridge.exposeInMainWorld('a', 1)\n",
    'renderer/index.html': '<script type="module" src="./a.ts"></script>',
    'renderer/a.ts': 'document.title = "a"',
  }
  for (const [name, text] of Object.entries(files)) {
    await mkdir(resolve(tree, name, '..'), { recursive: true })
    await writeFile(join(tree, name), text)
  }
})
afterAll(() => rm(tree, { recursive: true, force: true }))

type Ended = { code: number; out: string; err: string }

function run(script: string, ...args: string[]): Promise<Ended> {
  return new Promise((done) => {
    execFile(process.execPath, [join(tree, 'build/scripts', script), ...args], { cwd: tree }, (error, out, err) =>
      done({ code: error === null ? 0 : Number(error.code), out, err }),
    )
  })
}

test('from nothing: two at once build once', async () => {
  const ended = await Promise.all([run('build.mjs'), run('build.mjs')])
  expect(ended.map(({ code, err }) => [code, err.replace(/[\d.]+ s/, 'n s')]).sort()).toEqual([
    [0, 'Already built\n'],
    [0, 'Built into out in n s\n'],
  ])
  expect(ended.map(({ out }) => out)).toEqual(['', ''])
})

test('a program runs with its arguments and its own exit code; nothing else is on standard output', async () => {
  const { code, err, out } = await run('run.mjs', 'bench', '--ui', 'x y')
  expect([code, err, JSON.parse(out)]).toEqual([7, '', { ready: true, args: ['--ui', 'x y'], file: join(tree, 'out/main/bench.js') }])
  expect(await run('run.mjs', 'nothing')).toEqual({ code: 1, out: '', err: 'There is no program "nothing" in out/main\n' })
})

test('a touched source is built again, also past the lock of a process that is gone', async () => {
  await utimes(join(tree, 'renderer/a.ts'), 1, 1)
  const gone = await new Promise<number>((done) => {
    const child = execFile(process.execPath, ['-e', '0'], () => done(child.pid ?? 0))
  })
  await writeFile(join(tree, 'out/.lock'), String(gone))
  expect((await run('build.mjs')).err).toMatch(/^Built into out/)
  expect((await run('build.mjs')).err).toBe('Already built\n')
})

test('a build that fails says why and leaves the last good one', async () => {
  const before = await readFile(join(tree, 'out/main/bench.js'), 'utf8')
  await writeFile(join(tree, 'main/entry/bench.ts'), "import { nothing } from './nowhere.ts'\nnothing()")
  const { code, err, out } = await run('run.mjs', 'bench')
  expect([code, out, err]).toEqual([1, '', expect.stringContaining('./nowhere.ts')])
  expect(await readFile(join(tree, 'out/main/bench.js'), 'utf8')).toBe(before)
})
