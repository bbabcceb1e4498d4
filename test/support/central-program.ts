import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import process from 'node:process'

const ENTRY = join(import.meta.dirname, '../../main/entry/central.ts')

export type CentralReady = { ready: boolean; program: string; url: string; provisioning: string; key: string; database: string }

/** `npm run central` as a process of its own. */
export type CentralProgram = {
  ready: CentralReady
  child: ChildProcess
  stdout(): string
  stderr(): string
  /** Ends it with the signal; exit code and signal it died of. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: string | null; ms: number }>
}

/** Runs it to its ready line. Fails with what it said when it ends before. */
export async function startCentralProgram(args: readonly string[], env: Record<string, string> = {}): Promise<CentralProgram> {
  const { child, said } = run(args, env)
  const exited = once(child, 'exit')
  await Promise.race([
    new Promise<void>((resolve) => child.stdout?.on('data', () => said.out.includes('\n') && resolve())),
    exited.then(() => {
      throw new Error(`central ended before it was ready: ${said.err}`)
    }),
  ])
  return {
    ready: JSON.parse(said.out) as CentralReady,
    child,
    stdout: () => said.out,
    stderr: () => said.err,
    async end(signal) {
      const from = Date.now()
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      await exited
      return { code: child.exitCode, signal: child.signalCode, ms: Date.now() - from }
    },
  }
}

/** Runs it to its end, for starts that are refused. */
export async function runCentralProgram(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; out: string; err: string }> {
  const { child, said } = run(args, env)
  await once(child, 'close')
  return { code: child.exitCode, ...said }
}

function run(args: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [ENTRY, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk.toString()
  })
  return { child, said }
}
