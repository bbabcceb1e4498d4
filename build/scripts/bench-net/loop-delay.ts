import { monitorEventLoopDelay } from 'node:perf_hooks'
import process from 'node:process'

/**
 * Loaded before a program (`--import`): at SIGUSR2 it writes to standard error how late the program's event loop was since the last time, in ms. The monitor counts the
 * time from tick to tick; what it waits on purpose is taken off.
 */
const RESOLUTION_MS = 5
const monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
monitor.enable()
process.on('SIGUSR2', () => {
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
  process.stderr.write(
    `loop-delay ${JSON.stringify({ p50: late(monitor.percentile(50)), p99: late(monitor.percentile(99)), max: late(monitor.max) })}\n`,
  )
  monitor.reset()
})
