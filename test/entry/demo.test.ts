import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { waitUntil } from '../phones/wait-until.ts'

const PROGRAM = fileURLToPath(new URL('../../main/entry/demo.ts', import.meta.url))

// A temporary folder of its own, so that what is left behind can be counted.
let temporary: string
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'option66-demotest-'))
})
afterEach(() => rm(temporary, { recursive: true, force: true }))

function start(...args: string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: temporary },
  })
  const text = { out: '', err: '' }
  child.stdout.on('data', (part) => (text.out += String(part)))
  child.stderr.on('data', (part) => (text.err += String(part)))
  return { child, text, ended: once(child, 'close') as Promise<[number | null]> }
}

describe('npm run demo', () => {
  it('from nothing to synced, then shipped; leaves nothing behind', async () => {
    const { ended, text } = start('--quick', '--phones', '4', '--image-mb', '1', '--timeout', '60')
    const [code] = await ended
    expect(text.err).toBe('')
    expect(text.out).toContain('Open the board: http://127.0.0.1:')
    expect(text.out).toContain('4 of 4 phones synced')
    const rows = text.out.split('\n').filter((line) => /proven, synced$/.test(line))
    expect(rows).toHaveLength(4)
    const table = text.out.split('\n').filter((line) => /proven, synced$|^phone|seconds spent in each step/.test(line))
    expect(table).toHaveLength(6)
    for (const line of table) expect(line.length).toBeLessThanOrEqual(120)
    for (const row of rows) {
      expect(row).not.toMatch(/ - /) // every step has its time
      const seconds = row.match(/\b\d+\.\d\b(?![.\d])/g)?.map(Number) ?? []
      const [total = 0, ...steps] = seconds.slice(-7).reverse()
      expect(steps.reduce((sum, step) => sum + step, 0)).toBeCloseTo(total, 0)
    }
    expect(text.out).toContain('4 of 4 got their config from the central store with their token (200)')
    expect(text.out).toContain('4 of 4 were refused with the MAC alone (401)')
    expect(text.out.match(/66\.85\.0\.5 +66\.86\.0\.20/g)).toHaveLength(1)
    expect(text.out.match(/5\.9\.0\.9373 +5\.9\.2\.6600/g)).toHaveLength(2)
    expect(code).toBe(0)
    expect(await readdir(temporary)).toEqual([])
  }, 120_000)

  it('when the time is over: exit 1, what is stuck and why', async () => {
    const { ended, text } = start('--phones', '2', '--image-mb', '20', '--timeout', '5', '--data', join(temporary, 'kept'))
    const [code] = await ended
    expect(code).toBe(1)
    expect(text.out).toContain('Not all in 5 s. Stuck:')
    expect(existsSync(join(temporary, 'kept', 'bench.log'))).toBe(true)
  }, 120_000)

  it('SIGTERM in the middle ends everything within 5 seconds', async () => {
    const { child, ended, text } = start('--phones', '2')
    await waitUntil('the board', () => text.out.includes('Open the board'), 60)
    const at = Date.now()
    child.kill('SIGTERM')
    expect((await ended)[0]).toBe(1)
    expect(Date.now() - at).toBeLessThan(5000)
    expect(await readdir(temporary)).toEqual([])
  }, 120_000)
})
