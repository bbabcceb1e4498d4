import { expect, test } from 'vitest'
import { PARSERS } from '../../build/scripts/fuzz/parsers.ts'
import { fuzz } from '../../build/scripts/fuzz/run.ts'

/** A bounded run of what `npm run fuzz` does with a million: other inputs with OPTION66_TEST_SEED. */
const INPUTS = 4000
const SEED = Number(process.env.OPTION66_TEST_SEED ?? 66)

test.each(Object.keys(PARSERS))('%s: nothing throws, hangs or grows', async (name) => {
  const { outcomes, inputs } = await fuzz(name, INPUTS, SEED)
  expect(inputs).toBe(INPUTS)
  // Not all of it is refused at the first byte, and not all of it is good.
  expect(Object.keys(outcomes).length).toBeGreaterThan(1)
})
