import type { ChildProcess } from 'node:child_process'
import { forgetPeaks, type Usage, usageOf } from './usage.ts'
import type { Lab } from './lab.ts'
import type { Options } from './options.ts'

/** A server that serves the lab until `stop`. */
export type Running = { stop(): Promise<void> }

/** Ours or an anchor. `note` = what to know of it when the figures are read. */
export type Contender = { name: string; isOurs: boolean; note?: string; start(): Promise<Running> }

/** Ours, and those anchors that were not left out. */
export function chosen(contenders: readonly Contender[], { against }: Options): Contender[] {
  return contenders.filter(({ isOurs, name }) => isOurs || against === null || against.has(name.toLowerCase()))
}

/** Starts a contender, measures, and leaves nothing of it behind. */
export async function turn<Found>(lab: Lab, contender: Contender, measure: (server: Running) => Promise<Found>): Promise<Found> {
  const server = await contender.start()
  try {
    return await measure(server)
  } finally {
    await server.stop()
    await lab.empty('server')
  }
}

/** Runs `act` and tells what all programs on the server's side used meanwhile. */
export async function used<Result>(lab: Lab, act: () => Promise<Result>): Promise<{ result: Result; usage: Usage }> {
  const processes = await lab.processes('server')
  await forgetPeaks(processes)
  const before = await usageOf(processes)
  const result = await act()
  const after = await usageOf(await lab.processes('server'))
  return { result, usage: { cpuMs: after.cpuMs - before.cpuMs, peakBytes: after.peakBytes } }
}

/** Resolves once `isReady` says so of what the program wrote; rejects with what it wrote when it ends first, or after the limit. */
export function until(child: ChildProcess, isReady: (text: string) => boolean, limitMs = 30_000): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const fail = (why: string) => reject(new Error(`${child.spawnargs.slice(3).join(' ')}: ${why}\n${text.slice(-2000)}`))
    const timer = setTimeout(() => fail('is not ready'), limitMs)
    const heard = (chunk: Buffer) => {
      text += String(chunk)
      if (!isReady(text)) return
      clearTimeout(timer)
      resolve(text)
    }
    child.stdout?.on('data', heard)
    child.stderr?.on('data', heard)
    child.once('exit', () => {
      clearTimeout(timer)
      fail('ended')
    })
  })
}

export async function stopped(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await gone
  clearTimeout(timer)
}
