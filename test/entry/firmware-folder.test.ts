import { expect, test } from 'vitest'
import { followFirmwareFolder } from '../../main/entry/firmware-folder.ts'

const log = () => undefined

/** A folder of which each look says the next of `states`, the last one for ever; ends after `looks` looks. */
async function follow(states: string[], looks: number): Promise<number[]> {
  let looked = 0
  const scannedAt: number[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = followFirmwareFolder({
    everyMs: 1,
    log,
    taken: 'a',
    look: async () => {
      looked += 1
      if (looked > looks) resolve()
      return states[Math.min(looked, states.length) - 1] ?? ''
    },
    scan: async () => scannedAt.push(looked),
  })
  await promise
  stop()
  return scannedAt
}

test.each([
  ['nothing new', ['a'], []],
  ['a file that came', ['a', 'b'], [3]],
  ['a file that grows is read once it stands still', ['a', 'b', 'bb', 'bbb', 'bbb'], [5]],
  ['two files, one after the other', ['a', 'b', 'b', 'c', 'c'], [3, 5]],
  ['a file that came and went', ['a', 'b', 'a'], []],
  ['a file that came while the folder was read at the start', ['b', 'b'], [2]],
])('%s', async (_, states, scans) => {
  expect(await follow(states, 8)).toEqual(scans)
})
