import process from 'node:process'

const DEFAULT_SEED = 66

/**
 * Numbers from 0 (included) to 1 that are the same in every run: a failure can be had again. `OPTION66_TEST_SEED=N` gives others; `random` takes one
 * from the clock. The seed is printed, so that a failure anywhere says how to repeat it.
 */
export function dice(name: string): () => number {
  const given = process.env.OPTION66_TEST_SEED ?? ''
  const seed = given === 'random' ? Date.now() % 2 ** 31 : given === '' ? DEFAULT_SEED : Number(given)
  if (!Number.isInteger(seed)) throw new Error(`OPTION66_TEST_SEED: "${given}" is not a whole number`)
  process.stdout.write(`dice of ${name}: OPTION66_TEST_SEED=${seed}\n`)
  let state = seed >>> 0
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
