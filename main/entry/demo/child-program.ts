import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import process from 'node:process'
import { createInterface } from 'node:readline'

/** A program of ours running as a child: its ready line, and a way to end it. */
export type ChildProgram = {
  readonly name: string
  readonly ready: Readonly<Record<string, unknown>>
  /** Resolves when it has ended, however. */
  readonly ended: Promise<number | null>
  /** Last lines it wrote to standard error. */
  lastLines(): readonly string[]
  /** SIGTERM, and SIGKILL when it has not ended after 6 seconds. */
  stop(): Promise<void>
}

const READY_MS = 60_000
const KILL_AFTER_MS = 6000
const KEPT_LINES = 20

/**
 * Put in front of the child: it ends itself when the pipe to the parent breaks, so that not even a killed parent leaves it behind. Signals and clean
 * stops stay the program's own business.
 */
const LEASH = `process.on('disconnect',()=>{process.kill(process.pid,'SIGTERM');setTimeout(()=>process.exit(1),${KILL_AFTER_MS}).unref()});process.channel?.unref()`

export type ProgramStart = { name: string; file: string; args: readonly string[]; logFile: string; signal: AbortSignal }

/** Starts `file` and waits for its one line of JSON on standard output. Rejects, with its last words, when it ends before, takes too long, or the signal stops it. */
export async function startProgram({ args, file, logFile, name, signal }: ProgramStart): Promise<ChildProgram> {
  signal.throwIfAborted()
  const leash = `data:text/javascript,${encodeURIComponent(LEASH)}`
  const child = spawn(process.execPath, ['--import', leash, file, ...args], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  const lines = keepLines(child, logFile)
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code))
    child.once('error', () => resolve(null))
  })
  const stop = () => stopChild(child, ended)
  const onAbort = () => void stop()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    const ready = await readyLine(name, child, ended, lines)
    return { name, ready, ended, lastLines: () => lines, stop }
  } catch (error) {
    await stop()
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

function keepLines(child: ChildProcess, logFile: string): string[] {
  const lines: string[] = []
  if (child.stderr === null) return lines
  child.stderr.pipe(createWriteStream(logFile))
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line)
    if (lines.length > KEPT_LINES) lines.shift()
  })
  return lines
}

function readyLine(name: string, child: ChildProcess, ended: Promise<unknown>, lines: readonly string[]): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer)
      reject(new Error(`The ${name} ${why}${lines.length === 0 ? '' : `:\n  ${lines.join('\n  ')}`}`))
    }
    const timer = setTimeout(() => fail(`was not ready after ${READY_MS / 1000} s`), READY_MS)
    // Its last words may arrive just after its end.
    void ended.then(() => setTimeout(() => fail('ended before it was ready'), 50))
    if (child.stdout === null) return
    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = parseReady(line)
      if (ready === null) return
      clearTimeout(timer)
      resolve(ready)
    })
  })
}

function parseReady(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && 'ready' in value ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

async function stopChild(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS)
  await ended
  clearTimeout(timer)
}
