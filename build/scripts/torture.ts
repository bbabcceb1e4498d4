import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { HELP, readTortureOptions } from './torture/options.ts'
import { type Figures, runTorture } from './torture/run.ts'

/** Kills the bench again and again under load and checks that nothing acknowledged was lost; `--help` says the options. */
async function main(): Promise<number> {
  const options = readTortureOptions(process.argv.slice(2))
  if (options === null) {
    process.stdout.write(HELP)
    return 0
  }
  const folder = await mkdtemp(join(tmpdir(), 'option66-torture-'))
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  process.stdout.write(`seed ${options.seed}: ${options.rounds} rounds, ${options.phones} phones\n`)
  let isClean = false
  try {
    const figures = await runTorture(options, folder, (line) => process.stdout.write(`${line}\n`), stop.signal)
    process.stdout.write(table(figures))
    isClean = figures.violations.length === 0 && !stop.signal.aborted
    return isClean ? 0 : 1
  } finally {
    if (isClean && !options.keep) await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    else process.stdout.write(`kept: ${folder}\n`)
  }
}

function table({ violations, ...figures }: Figures): string {
  const rows: [string, number][] = [
    ['kills of the bench', figures.benchKills],
    ['  of them while it started', figures.killsDuringStart],
    ['kills of the central store', figures.centralKills],
    ['seconds', figures.seconds],
    ['stagings begun', figures.stagings],
    ['plugs pulled', figures.replugs],
    ['requests of phones', figures.requests],
    ['connections cut in an answer', figures.cut],
    ['requests by MAC after the proof', figures.plainAfterProof],
    ['acts acknowledged and found again', figures.acknowledgedCalls],
    ['tokens at the bench', figures.tokensAtBench],
    ['tokens at the central store', figures.tokensAtCentral],
    ['phones checked', figures.checked],
    ['violations', violations.length],
  ]
  return `${rows.map(([name, value]) => `${name.padEnd(36)} ${String(value).padStart(8)}`).join('\n')}\n${violations.map((one) => `VIOLATION ${one}\n`).join('')}`
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exit(1)
  },
)
