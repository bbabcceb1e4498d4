import { afterEach, expect, test } from 'vitest'
import { serveDhcp } from '../../../main/net/dhcp/serve.ts'
import { createStepWatch, MACHINE_CLOCKS } from '../../../main/net/dhcp/step-watch.ts'
import { waitFor } from '../../support/wait-for.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

/** Two clocks that a test moves. */
function clocks() {
  const time = { wall: 1_800_000_000_000, steady: 5_000_000 }
  return {
    time,
    wall: () => time.wall,
    steady: () => time.steady,
    pass(ms: number) {
      time.wall += ms
      time.steady += ms
    },
  }
}

test('a clock that is set is told once, by how much; time that passes, drift and sleep are not', () => {
  const two = clocks()
  const look = createStepWatch(two)
  two.pass(60_000)
  expect(look()).toBe(0)
  two.time.wall += 400 // drift, or a coarse clock
  expect(look()).toBe(0)
  two.pass(8 * 3_600_000) // the lid was closed: both went on
  expect(look()).toBe(0)
  two.time.wall -= 86_400_000
  expect(look()).toBe(-86_400_000 + 400)
  expect(look()).toBe(0)
  two.time.wall += 3_600_000
  expect(look()).toBe(3_600_000)
})

test('the clocks of this machine stand still against each other', async () => {
  const look = createStepWatch(MACHINE_CLOCKS)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(look()).toBe(0)
})

test('the server says so on its own, without a phone that asks', async () => {
  const two = clocks()
  const steps: number[] = []
  const onClockStep = async (byMs: number) => void steps.push(byMs)
  open.push(
    await serveDhcp({
      interface: null,
      address: '127.66.0.9',
      port: 0,
      ask: async () => null,
      log: () => undefined,
      clocks: two,
      onClockStep,
    }),
  )
  two.time.wall -= 3_600_000
  await waitFor('the step is told', () => steps.length > 0, 5)
  expect(steps).toEqual([-3_600_000])
})
