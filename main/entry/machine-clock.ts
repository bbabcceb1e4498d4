import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { uptime } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Log } from '../bench/ports.ts'
import { type ClockMark, type Clocks, createSteadyClock, type SteadyClock } from '../bench/steady-clock.ts'
import { writeWhole } from '../store/files.ts'

const MARK_EVERY_MS = 30_000
/** Asked often, and each look at the machine's uptime reads a file: between two looks the cheap clock goes on. */
const LOOK_EVERY_MS = 250

export type KeptClock = SteadyClock & { close(): Promise<void> }

function teller(log: Log): (byMs: number) => void {
  return (byMs) =>
    log('error', 'the clock of this machine was set: windows and leases go on by the time before', { bySeconds: Math.round(byMs / 1000) })
}

/** The clock of a program without a page to ask on: a step is not followed until a person starts it anew. */
export function steadyMachineClock(log: Log): SteadyClock {
  return createSteadyClock(machineClocks(), null, teller(log))
}

/** The clock of a program with a data folder; steps are remembered over a restart in `clock.json`. */
export async function openMachineClock(folder: string, log: Log): Promise<KeptClock> {
  const path = join(folder, 'clock.json')
  const tell = teller(log)
  const clock = createSteadyClock(machineClocks(), await readMark(path), tell)
  if (clock.heldMs() !== 0) tell(clock.heldMs())
  let writing: Promise<void> = Promise.resolve()
  const keep = (): Promise<void> => {
    const mark = clock.mark()
    if (mark !== null)
      writing = writing
        .then(() => writeWhole(path, `${JSON.stringify(mark)}\n`))
        .catch((fault: unknown) => log('debug', 'the clock could not be marked', { fault: String(fault) }))
    return writing
  }
  await keep()
  const timer = setInterval(() => void keep(), MARK_EVERY_MS).unref()
  return {
    ...clock,
    take() {
      const step = clock.take()
      void keep()
      return step
    },
    async close() {
      clearInterval(timer)
      await keep()
    },
  }
}

/** `uptime` counts through sleep; `performance.now` does not, and is cheap. */
function machineClocks(): Clocks {
  let at = Number.NEGATIVE_INFINITY
  let ahead = 0
  return {
    wall: () => Date.now(),
    steady() {
      const cheap = performance.now()
      if (cheap - at > LOOK_EVERY_MS) {
        const awake = uptime() * 1000 - cheap
        // Its hundredths would make the time go back and forth.
        if (Math.abs(awake - ahead) > 50) ahead = awake
        at = cheap
      }
      return cheap + ahead
    },
    boot: bootId(),
  }
}

/** Only Linux tells one boot from another by name. */
function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() || null
  } catch (fault) {
    if (fault instanceof Error) return null
    throw fault
  }
}

async function readMark(path: string): Promise<ClockMark | null> {
  try {
    const { boot, now, steadyMs } = JSON.parse(await readFile(path, 'utf8')) as Partial<Record<string, unknown>>
    return typeof boot === 'string' && typeof now === 'number' && typeof steadyMs === 'number' ? { boot, now, steadyMs } : null
  } catch (fault) {
    // None yet, or one cut short: then there is nothing to hold the clock against.
    if (fault instanceof Error) return null
    throw fault
  }
}
