import { uptime } from 'node:os'

/** Less than this is drift, or the coarseness of a clock. */
const SMALLEST_STEP_MS = 2000

/**
 * Clocks of this machine, in milliseconds: the one that people set, and one that only runs on, through sleep too. `awake` may stand still in sleep, and costs next to
 * nothing to read.
 */
export type Clocks = { wall(): number; steady(): number; awake?(): number }

/** The time since the machine was started goes on while it sleeps (CLOCK_BOOTTIME and its like), and nobody sets it. */
export const MACHINE_CLOCKS: Clocks = { wall: Date.now, steady: () => uptime() * 1000, awake: () => performance.now() }

/**
 * Tells by how many milliseconds the wall clock was set since the last look; 0 = it was not. A machine that slept was not set. A glance, for each packet, looks only
 * when the cheap clock and the wall clock parted.
 */
export function createStepWatch({ awake, steady, wall }: Clocks): (isGlance?: boolean) => number {
  let apart = wall() - steady()
  const cheap = awake === undefined ? null : () => wall() - awake()
  let cheapApart = cheap?.() ?? 0
  return (isGlance = false) => {
    if (isGlance && cheap !== null && Math.abs(cheap() - cheapApart) < SMALLEST_STEP_MS / 2) return 0
    const now = wall() - steady()
    const step = now - apart
    const isSet = Math.abs(step) >= SMALLEST_STEP_MS
    // What was not told yet stays between these two, as well.
    if (cheap !== null) cheapApart = cheap() - (isSet ? 0 : step)
    if (!isSet) return 0
    apart = now
    return step
  }
}
