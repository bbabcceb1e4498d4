import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runTorture } from '../../build/scripts/torture/run.ts'

/** A short run of `npm run torture`, which has 200 rounds and 100 phones; the same checks. */
test('killed again and again while phones stage and the central store comes and goes: no token is lost, none is proven twice, no MAC opens anything after the proof', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'option66-torture-'))
  const said: string[] = []
  try {
    const options = { rounds: 4, phones: 8, seed: 66, cuts: 0.3, lifeMs: 3000, finishSeconds: 120, built: null, keep: false }
    const figures = await runTorture(options, folder, (line) => said.push(line), new AbortController().signal)
    expect(figures.violations, said.join('\n')).toEqual([])
    expect(figures).toMatchObject({ benchKills: 4, checked: 8 })
    expect(figures.tokensAtBench).toBeGreaterThanOrEqual(8)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}, 300_000)
