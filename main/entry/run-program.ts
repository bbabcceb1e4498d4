import process from 'node:process'
import type { Log } from '../bench/ports.ts'
import { troubleOf } from '../store/trouble.ts'
import { redacted } from './log.ts'
import { UsageError } from './options.ts'

/** Time a program has to close everything after a signal. */
const STOP_MS = 4500

/** Runs a program until a signal ends it: exit 0 after a clean stop, 2 for a mistake of the caller, 1 for a fault. */
export function runProgram(log: Log, start: () => Promise<{ close(): Promise<void> } | null>): void {
  process.on('unhandledRejection', (fault) => log('error', 'a promise was left alone', { fault: String(fault) }))
  // Node would print it as it is: a message may quote what somebody typed.
  process.on('uncaughtException', (fault) => {
    log('error', 'the program broke down', { fault })
    process.exit(1)
  })
  start().then(
    (running) => {
      if (running === null) return
      const stop = once(() => {
        const late = setTimeout(() => process.exit(0), STOP_MS)
        running.close().then(
          () => {
            clearTimeout(late)
            process.exit(0)
          },
          (fault: unknown) => {
            log('error', 'stopping failed', { fault: String(fault) })
            process.exit(1)
          },
        )
      })
      process.on('SIGTERM', stop)
      process.on('SIGINT', stop)
    },
    (thrown: unknown) => {
      const error = troubleOf(thrown) ?? thrown
      if (error instanceof UsageError) {
        process.stderr.write(`${error.message}\n`)
        process.exit(2)
      }
      const hint = error instanceof Error && 'hint' in error ? ` ${String(error.hint)}` : ''
      process.stderr.write(`${redacted(error instanceof Error ? error.message : String(error))}.${hint}\n`)
      process.exit(1)
    },
  )
}

function once(work: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    work()
  }
}
