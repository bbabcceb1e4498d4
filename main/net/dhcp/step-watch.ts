import { uptime } from 'node:os'

/** Less than this is drift, or the coarseness of a clock. */
const SMALLEST_STEP_MS = 2000

/** Two clocks of this machine: the one that people set, and one that only runs on, through sleep too. Both in milliseconds. */
export type Clocks = { wall(): number; steady(): number }

/** The time since the machine was started goes on while it sleeps (CLOCK_BOOTTIME and its like), and nobody sets it. */
export const MACHINE_CLOCKS: Clocks = { wall: Date.now, steady: () => uptime() * 1000 }

/** Tells by how many milliseconds the wall clock was set since the last look; 0 = it was not. A machine that slept was not set. */
export function createStepWatch({ wall, steady }: Clocks): () => number {
  let apart = wall() - steady()
  return () => {
    const now = wall() - steady()
    const step = now - apart
    if (Math.abs(step) < SMALLEST_STEP_MS) return 0
    apart = now
    return step
  }
}
