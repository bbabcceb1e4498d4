import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Clocks, createSteadyClock, SMALLEST_STEP_MS } from '../../main/bench/steady-clock.ts'

const DAY_MS = 86_400_000
const NOON = Date.UTC(2026, 10, 24, 12)

/** A machine whose clocks a test moves. */
function machine(boot: string | null = 'boot-1') {
  const hands = { wall: NOON, steady: 5000, boot }
  const clocks: Clocks = { wall: () => hands.wall, steady: () => hands.steady, boot }
  return {
    hands,
    clocks,
    pass: (ms: number) => {
      hands.wall += ms
      hands.steady += ms
    },
  }
}

describe('a clock that is set while the program runs', () => {
  test.each([
    ['a day forward', DAY_MS],
    ['to 1970', -NOON],
    ['two hours back', -7_200_000],
  ])('%s: the time goes on as before, the step is told once', (_, by) => {
    const { clocks, hands, pass } = machine()
    const steps: number[] = []
    const clock = createSteadyClock(clocks, null, (step) => steps.push(step))
    pass(1000)
    hands.wall += by
    expect(clock.now()).toBe(NOON + 1000)
    pass(60_000)
    expect([clock.now(), clock.heldMs(), steps]).toEqual([NOON + 61_000, by, [by]])
  })

  test('set back right again: nothing is held any more', () => {
    const { clocks, hands } = machine()
    const clock = createSteadyClock(clocks, null, () => undefined)
    hands.wall += DAY_MS
    clock.now()
    hands.wall -= DAY_MS - 500
    expect([clock.now(), clock.heldMs()]).toEqual([NOON + 500, 0])
  })

  test('taken by a person: the time steps, and says by how much', () => {
    const { clocks, hands } = machine()
    const clock = createSteadyClock(clocks, null, () => undefined)
    hands.wall += DAY_MS
    expect([clock.take(), clock.now(), clock.heldMs(), clock.take()]).toEqual([DAY_MS, NOON + DAY_MS, 0, 0])
  })

  test('corrected a little at a time, as time servers do: followed', () => {
    const { clocks, hands, pass } = machine()
    const clock = createSteadyClock(clocks, null, () => expect.unreachable())
    for (let i = 0; i < 100; i++) {
      pass(1000)
      hands.wall += 500
      expect(clock.now()).toBe(hands.wall)
    }
  })
})

describe('a clock that was set while the program was down', () => {
  test('seen on the next start of the same boot, and still held', () => {
    const { clocks, hands, pass } = machine()
    const before = createSteadyClock(clocks, null, () => undefined).mark()
    pass(30_000)
    hands.wall += DAY_MS
    const after = createSteadyClock(clocks, before, () => undefined)
    expect([after.now(), after.heldMs()]).toEqual([NOON + 30_000, DAY_MS])
    const again = createSteadyClock(clocks, after.mark(), () => undefined)
    expect(again.now()).toBe(NOON + 30_000)
  })

  test('after a new boot there is nothing to hold it against', () => {
    const { clocks, hands } = machine()
    const before = createSteadyClock(clocks, null, () => undefined).mark()
    hands.wall += DAY_MS
    expect(createSteadyClock({ ...clocks, boot: 'boot-2' }, before, () => undefined).now()).toBe(NOON + DAY_MS)
  })

  test('where no boot has a name nothing is marked', () => {
    expect(createSteadyClock(machine(null).clocks, null, () => undefined).mark()).toBeNull()
  })
})

test('whatever is done to the clock, the time is the one that passed', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: DAY_MS }) }),
    fc.record({ do: fc.constant('set' as const), ms: fc.integer({ min: -NOON, max: 400 * DAY_MS }) }),
    fc.record({ do: fc.constant('restart' as const), ms: fc.integer({ min: 0, max: DAY_MS }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { clocks, hands, pass } = machine()
      let clock = createSteadyClock(clocks, null, () => undefined)
      let passed = 0
      let small = 0
      for (const one of steps) {
        if (one.do === 'set') {
          hands.wall += one.ms
          if (Math.abs(one.ms) < SMALLEST_STEP_MS) small += Math.abs(one.ms)
        } else {
          const mark = clock.mark()
          pass(one.ms)
          passed += one.ms
          if (one.do === 'restart') clock = createSteadyClock(clocks, mark, () => undefined)
        }
        // What is under the smallest step is followed: no more than that, once for each time it was set.
        small += one.do === 'restart' ? SMALLEST_STEP_MS : 0
        expect(Math.abs(clock.now() - NOON - passed)).toBeLessThanOrEqual(small + SMALLEST_STEP_MS)
      }
    }),
  )
})
