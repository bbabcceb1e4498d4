import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { benchDhcp } from './bench-net/dhcp.ts'
import { benchBurst } from './bench-net/burst.ts'
import { flushMs } from './bench-net/disk.ts'
import { benchHttp } from './bench-net/http.ts'
import { type Lab, openLab } from './bench-net/lab.ts'
import { benchLatency } from './bench-net/latency.ts'
import { benchMix } from './bench-net/mix.ts'
import { type Options, type Part, readOptions, USAGE } from './bench-net/options.ts'
import { findPrograms, type Programs } from './bench-net/programs.ts'
import { benchTftp } from './bench-net/tftp.ts'
import { partTable, type Result } from './bench-net/results.ts'
import { show } from './bench-net/table.ts'

/**
 * `npm run bench:net`: our servers and the anchors in turn, on this machine, in network namespaces of this run; middles and ratios as tables, or `--json`. Needs root on
 * Linux. Says which anchors are absent, and how to install them.
 */
type Bench = (lab: Lab, programs: Programs, options: Options, newFolder: () => Promise<string>) => Promise<Result[]>

const BENCHES: readonly (readonly [Part, Bench])[] = [
  ['dhcp', benchDhcp],
  ['latency', benchLatency],
  ['tftp', benchTftp],
  ['http', benchHttp],
  ['mix', benchMix],
  ['burst', benchBurst],
]

let options: Options
try {
  options = readOptions(process.argv.slice(2), tmpdir())
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`)
  process.exit(2)
}
if (process.platform !== 'linux' || process.getuid?.() !== 0) {
  process.stderr.write('Network namespaces need root on Linux.\n')
  process.exit(1)
}

const programs = findPrograms(options.programs)
const root = await mkdtemp(join(options.folder, 'option66-bench-'))
const lab = await openLab()
let lastFolder = 0
const newFolder = async () => {
  const folder = join(root, String(++lastFolder))
  await mkdir(folder)
  return folder
}
const results: Result[] = []
const say = (text: string) => process.stdout.write(options.json ? '' : text)
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
try {
  for (const [part, bench] of BENCHES) {
    if (!options.only.has(part) || stop.signal.aborted) continue
    const load = loadavg()[0] ?? 0
    const flush = await flushMs(root)
    const found = await bench(lab, programs, options, newFolder)
    results.push(...found)
    say(
      `\n${part} (load average ${load.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after; a flush of this disk takes ${show(flush.p50)} ms, p99 ${show(flush.p99)})\n\n${partTable(found)}\n`,
    )
  }
} finally {
  await lab.close()
  await rm(root, { recursive: true, force: true })
}
const machine = {
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGib: Math.round(totalmem() / 2 ** 30),
  node: process.versions.node,
}
if (options.json) process.stdout.write(`${JSON.stringify({ machine, missing: programs.missing(), results })}\n`)
for (const { install, name } of programs.missing()) say(`\nnot measured: ${name} is not installed (${install})\n`)
say(
  `\n${machine.processor}, ${machine.cores} cores, ${machine.memoryGib} GiB, Node ${machine.node}; ${options.rounds} rounds of ${options.seconds} s; middle [least–most]\n`,
)
