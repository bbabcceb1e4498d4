import { setTimeout as sleep } from 'node:timers/promises'

/** Time for a phone. `wait` rejects with the signal's reason when the power goes. */
export type PhoneClock = { now(): number; wait(ms: number, signal: AbortSignal): Promise<void> }

export const systemClock: PhoneClock = {
  now: () => Date.now(),
  wait: async (ms, signal) => {
    await sleep(ms, undefined, { signal })
  },
}
