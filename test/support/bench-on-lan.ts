import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { jsonLines } from './json-lines.ts'
import type { Lan } from './lan.ts'

/** The whole headless bench from its sources, in the bench namespace of a lan; its data folder outlives restarts. */
export type BenchOnLan = {
  ready: { services: Record<string, unknown>; ui: string; key: string }
  folder: string
  /** A call of the API, as a script on that machine makes it. */
  call<T>(name: string, body?: unknown): Promise<T>
  /** Lines of the log so far. */
  log: Record<string, unknown>[]
  /** SIGTERM, and it has ended; or SIGKILL for a power cut. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** The same folder again, after `stop`; with other DHCP settings when given. */
  again(dhcp?: object): Promise<BenchOnLan>
  /** Stops it and removes the folder. */
  close(): Promise<void>
}

const PROGRAM = join(import.meta.dirname, '../../main/entry/bench.ts')
/** Every service but DHCP off, unless a test asks for it: what is not there cannot be in the way. */
const OFF = ['http', 'https', 'tftp', 'ntp', 'dns', 'sip', 'syslog']

export type BenchChoice = {
  /** What `--dhcp FILE` says. */
  dhcp?: object
  /** Services to run besides DHCP, at their well-known ports. */
  with?: readonly string[]
  options?: readonly string[]
  interface?: string
  folder?: string
}

export async function startBenchOnLan(lan: Lan, choice: BenchChoice = {}): Promise<BenchOnLan> {
  const folder = choice.folder ?? (await mkdtemp(join(tmpdir(), 'o66-bench-')))
  const file = join(folder, 'dhcp.yaml')
  await writeFile(file, stringify({ answer: 'everybody', conflictCheck: false, ...choice.dhcp }))
  const off = OFF.filter((name) => choice.with?.includes(name) !== true).flatMap((name) => [`--${name}-port`, '0'])
  const place = ['--interface', choice.interface ?? 'lab0', '--ui', '127.0.0.1:6600', '--data', join(folder, 'data'), '--dhcp', file]
  const child = lan.start(lan.bench, [process.execPath, PROGRAM, ...place, ...off, ...(choice.options ?? [])])
  const log: Record<string, unknown>[] = []
  child.stderr?.on('data', (text: Buffer) => {
    for (const line of text.toString().split('\n')) if (line.startsWith('{')) log.push(parsed(line))
  })
  const errors: string[] = []
  child.stderr?.on('data', (text: Buffer) => errors.push(text.toString()))
  const died = new Promise<never>((_, reject) =>
    child.once('exit', () => reject(new Error(`the bench ended: ${errors.join('').slice(-2000)}`))),
  )
  const ready = await Promise.race([jsonLines<BenchOnLan['ready']>(child).until((line) => line.services !== undefined, 30_000), died])
  died.catch(() => undefined)
  const stop = (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') => ended(child, signal)
  return {
    ready,
    folder,
    log,
    async call(name, body = {}) {
      const words = ['curl', '-sS', '--max-time', '10', '-H', `Authorization: Bearer ${ready.key}`, '-H', 'Content-Type: application/json']
      const { stdout } = await lan.exec(lan.bench, [...words, '-d', JSON.stringify(body), `${ready.ui}api/${name}`])
      return JSON.parse(stdout)
    },
    stop,
    again: (dhcp) => startBenchOnLan(lan, { ...choice, folder, ...(dhcp === undefined ? {} : { dhcp }) }),
    async close() {
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function parsed(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return { line } // cut in two by the pipe
  }
}

/** `ip netns exec` becomes the program, so the child's own process is the one to end. */
async function ended(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await gone
}
