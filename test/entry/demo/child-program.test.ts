import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startProgram } from '../../../main/entry/demo/child-program.ts'
import { waitUntil } from '../../phones/wait-until.ts'

const SOURCE = fileURLToPath(new URL('../../../main/entry/demo/child-program.ts', import.meta.url))
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'option66-child-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function program(name: string, source: string): Promise<string> {
  const file = join(folder, `${name}.mjs`)
  await writeFile(file, source)
  return file
}

const start = (file: string, signal = new AbortController().signal) =>
  startProgram({ name: 'thing', file, args: ['--x'], logFile: join(folder, 'log'), signal })
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

it('takes the ready line, skips other output, stops with SIGTERM', async () => {
  const file = await program(
    'good',
    `console.log('hello'); console.log(JSON.stringify({ ready: true, pid: process.pid, args: process.argv.slice(2) })); setInterval(() => {}, 1e6)`,
  )
  const child = await start(file)
  expect(child.ready).toMatchObject({ ready: true, args: ['--x'] })
  await child.stop()
  expect(isAlive(Number(child.ready.pid))).toBe(false)
})

it('a program that ends before it is ready is told with its last words', async () => {
  const file = await program('bad', `console.error('port in use'); process.exit(3)`)
  await expect(start(file)).rejects.toThrow(/The thing ended before it was ready:\n {2}port in use/)
})

it('a stop while it starts ends it', async () => {
  const file = await program('slow', `setInterval(() => {}, 1e6)`)
  const controller = new AbortController()
  const starting = start(file, controller.signal)
  controller.abort()
  await expect(starting).rejects.toThrow(/ended before/)
})

it('is not left behind when its parent is killed', async () => {
  const file = await program('orphan', `console.log(JSON.stringify({ ready: true, pid: process.pid })); setInterval(() => {}, 1e6)`)
  const parentSource = `import { startProgram } from ${JSON.stringify(SOURCE)}
const child = await startProgram({ name: 'thing', file: ${JSON.stringify(file)}, args: [], logFile: ${JSON.stringify(join(folder, 'log2'))}, signal: new AbortController().signal })
console.log(child.ready.pid)
setInterval(() => {}, 1e6)`
  const parent = spawn(process.execPath, [await program('parent', parentSource)], { stdio: ['ignore', 'pipe', 'inherit'] })
  if (parent.stdout === null) throw new Error('no output')
  const [line] = await once(createInterface({ input: parent.stdout }), 'line')
  const pid = Number(line)
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  await waitUntil('the child to end', () => !isAlive(pid))
})
