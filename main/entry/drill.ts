import process from 'node:process'
import { ATTACKS, drillLines, runDrill } from '../drill/run.ts'
import { targetOf } from '../drill/target.ts'
import { apiKey } from '../store/api-key.ts'
import { DRILL_OPTIONS, type DrillProgram, drillProgram } from './drill-options.ts'
import { createLog } from './log.ts'
import { helpText } from './options.ts'
import { selfBench } from './self-bench.ts'

/** Plays the attacks known from the field and prints for each whether it was refused. Exit code 1 when one was not, 2 when nothing could be attacked. */
async function main(): Promise<number> {
  const program = drillProgram(process.argv.slice(2), process.env, ATTACKS)
  if (program.help) {
    say(helpText('drill', 'plays known attacks against a bench of ours', DRILL_OPTIONS))
    return 0
  }
  const { close, target } = await opened(program)
  try {
    const results = await runDrill(target, (result) => drillLines(result).map(say), program.only)
    const count = (refused: boolean | null) => results.filter((one) => one.refused === refused).length
    say(`${count(true)} refused, ${count(false)} NOT REFUSED, ${count(null)} not run`)
    return count(false) > 0 ? 1 : count(true) === 0 ? 2 : 0
  } finally {
    await close()
  }
}

async function opened({ bench, data, key, self }: DrillProgram) {
  // What its bench says of the attacks is no news here: only what goes wrong.
  const log = createLog('drill')
  if (self) return selfBench((level, message, detail) => (level === 'error' ? log(level, message, detail) : undefined))
  return { target: await targetOf({ url: bench, key: await apiKey(data, key) }), close: async () => undefined }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (fault: unknown) => {
    process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`)
    process.exitCode = 2
  },
)
