import type { PhoneSpec } from './phone-spec.ts'
import { type PoweredPhone, type PowerOptions, powerOn } from './power-on.ts'

export type RunningFleet = {
  /** Those that have power by now. */
  readonly phones: readonly PoweredPhone[]
  /** Resolves when every phone has departed; never when the fleet is closed before. */
  readonly allDeparted: Promise<void>
  close(): Promise<void>
}

/** Gives phones power one after the other, `staggerMs` apart. */
export function runFleet(specs: readonly PhoneSpec[], options: PowerOptions & { staggerMs: number }): RunningFleet {
  const phones: PoweredPhone[] = []
  const stop = new AbortController()
  const starts = specs.map(async (spec, index) => {
    await waitOrStop(index * options.staggerMs, stop.signal)
    if (stop.signal.aborted) return false
    const phone = powerOn(spec, options)
    phones.push(phone)
    return phone.departed
  })
  return {
    phones,
    allDeparted: Promise.all(starts).then((departed) => (departed.every(Boolean) ? undefined : new Promise<void>(() => {}))),
    close: async () => {
      stop.abort()
      await Promise.all(phones.map((phone) => phone.unplug()))
      await Promise.all(starts)
    },
  }
}

function waitOrStop(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}
