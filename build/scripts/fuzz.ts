import process from 'node:process'
import { parseArgs } from 'node:util'
import { PARSERS } from './fuzz/parsers.ts'
import { fuzz } from './fuzz/run.ts'

/**
 * `npm run fuzz -- [PARSER…] [--inputs N] [--seed N]`: a million spoilt inputs (or N) through each parser of what comes from the lab LAN. Nothing may throw, hang or
 * grow; the first that does is printed with its input in hex and its seed, and the exit code is 1.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { inputs: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '66' } },
})
const inputs = Number(values.inputs)
const seed = Number(values.seed)
const names = positionals.length === 0 ? Object.keys(PARSERS) : positionals
const unknown = names.filter((name) => !Object.hasOwn(PARSERS, name))
if (unknown.length > 0 || !Number.isInteger(inputs) || inputs < 1 || !Number.isInteger(seed)) {
  process.stderr.write(`fuzz [PARSER…] [--inputs N] [--seed N]; parsers: ${Object.keys(PARSERS).join(', ')}\n`)
  process.exit(2)
}

process.stdout.write(`${inputs} inputs for each, seed ${seed}\n`)
for (const name of names) {
  try {
    const { grownBytes, kept, outcomes, seconds, slowestMs } = await fuzz(name, inputs, seed)
    const counts = Object.entries(outcomes)
      .sort(([, a], [, b]) => b - a)
      .map(([what, count]) => `${what} ${count}`)
    const grown = `${(grownBytes / 2 ** 20).toFixed(1)} MiB`
    process.stdout.write(
      `${name}: ${seconds.toFixed(0)} s, slowest ${slowestMs.toFixed(1)} ms, heap ${grown} more, ${kept} records kept; ${counts.join(', ')}\n`,
    )
  } catch (error) {
    process.exitCode = 1
    process.stdout.write(
      `${name}: FAILED ${error instanceof Error ? `${error.message}\n${String(error.cause instanceof Error ? error.cause.stack : '')}` : String(error)}\n`,
    )
  }
}
