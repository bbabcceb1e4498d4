import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import process from 'node:process'

export type Ended = { code: number | null; signal: string | null; lastWords: string }

/** One life of a program: from its start to its ready line, to its end. */
export type Life = {
  /** The ready line; null when it ended before. */
  readonly ready: Promise<Record<string, unknown> | null>
  readonly ended: Promise<Ended>
  kill(): void
  /** SIGTERM; kill -9 after ten seconds. */
  stop(): Promise<Ended>
}

/** A program of ours that is started again and again, its log in one file. */
export function createProgram(file: string, logFile: string, cacheFolder: string): { start(args: readonly string[]): Life; close(): void } {
  const log: WriteStream = createWriteStream(logFile, { flags: 'a' })
  return {
    start: (args) => startLife(file, args, log, cacheFolder),
    close: () => log.end(),
  }
}

function startLife(file: string, args: readonly string[], log: WriteStream, cacheFolder: string): Life {
  // Compiled once for all lives: a start is what most of the time goes into.
  const env = { ...process.env, NODE_COMPILE_CACHE: cacheFolder }
  const child: ChildProcess = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env })
  let said = ''
  let words = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    log.write(chunk)
    words = (words + chunk.toString()).slice(-2000)
  })
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, lastWords: words }) as Ended) // as Node gives them
  const ready = new Promise<Record<string, unknown> | null>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('\n')) resolve(JSON.parse(said.slice(0, said.indexOf('\n'))) as Record<string, unknown>) // programs say one line of JSON
    })
    void ended.then(() => resolve(null))
  })
  return {
    ready,
    ended,
    kill: () => void child.kill('SIGKILL'),
    async stop() {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
      const end = await ended
      clearTimeout(timer)
      return end
    },
  }
}
