import type { Clock } from './ports.ts'

/** `wall` = what people and settings say; `steady` goes on through sleep and is never set; both in milliseconds. */
export type Clocks = { wall(): number; steady(): number; boot: string | null }

/** What was known of the clocks at one moment: held against the next start of the same machine without a new boot. */
export type ClockMark = { boot: string; steadyMs: number; now: number }

export type SteadyClock = Clock & {
  /** By how much the machine's clock was set and is not followed, milliseconds; 0 = it was not. */
  heldMs(): number
  /** A person looked at the clock and takes it as it stands. Returns by how much the time steps. */
  take(): number
  /** For the next start; null where no boot can be told from another. */
  mark(): ClockMark | null
}

/** Below this a clock was corrected, not set: time servers do it all day. */
export const SMALLEST_STEP_MS = 2000

/**
 * Time for windows and leases: the machine's clock, as long as nobody sets it. A step (to 1970, a day forward) opens no window and ends no lease: the time
 * goes on as before until a person takes the new one. A step while the program was down is seen by `mark`, when the machine was not started anew since; after a
 * new boot there is nothing to hold the clock against.
 */
export function createSteadyClock(clocks: Clocks, before: ClockMark | null, onStep: (byMs: number) => void): SteadyClock {
  let held = 0
  let apart = clocks.wall() - clocks.steady()
  if (before !== null && before.boot === clocks.boot) {
    const expected = before.now + (clocks.steady() - before.steadyMs)
    const step = clocks.wall() - expected
    // Whoever went on counting while we were down may be a little off.
    if (Math.abs(step) >= SMALLEST_STEP_MS) held = step
  }
  const look = (): number => {
    const wall = clocks.wall()
    const difference = wall - clocks.steady() - apart
    apart += difference
    if (Math.abs(difference) >= SMALLEST_STEP_MS) {
      held += difference
      // Set back to where it was: nothing is held any more.
      if (Math.abs(held) < SMALLEST_STEP_MS) held = 0
      onStep(difference)
    }
    return wall - held
  }
  return {
    now: look,
    heldMs: () => {
      look()
      return held
    },
    take() {
      look()
      const step = held
      held = 0
      return step
    },
    mark: () => (clocks.boot === null ? null : { boot: clocks.boot, now: look(), steadyMs: clocks.steady() }),
  }
}
