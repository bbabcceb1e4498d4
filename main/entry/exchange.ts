import { readFile, writeFile } from 'node:fs/promises'
import process from 'node:process'
import { call } from './demo/call.ts'
import { EXCHANGE_OPTIONS, EXCHANGE_USAGE, type ExchangeProgram, exchangeProgram } from './exchange-options.ts'
import { helpText, UsageError } from './options.ts'

/** Carries reports and receipts between a bench and a central store that run, as files. */
async function main(): Promise<void> {
  const program = exchangeProgram(process.argv.slice(2), process.env)
  if (program === null) {
    const options = helpText('exchange', '', EXCHANGE_OPTIONS).split('\n').slice(2).join('\n')
    process.stdout.write(`${EXCHANGE_USAGE}\n${options}`)
    return
  }
  process.stdout.write(`${await perform(program)}\n`)
}

type File = { name: string; file: string }

async function perform(program: ExchangeProgram): Promise<string> {
  const file = program.file === null ? '' : (await readGiven(program.file)).toString('base64')
  switch (program.act) {
    case 'enrolment': {
      const made = await call<File>(program, 'enrolment.file', { bench: program.name })
      return `Carry ${await save(program, made)} to the bench, and destroy it when the bench has taken it: it holds the key of the bench`
    }
    case 'enrol': {
      const { bench } = await call<{ bench: string }>(program, 'sync.enrol', { file })
      return `Enrolled as ${bench}`
    }
    case 'export': {
      const made = await call<File & { entries: number }>(program, 'sync.export', {})
      return `${made.entries} reports in ${await save(program, made)}: carry it to the central store`
    }
    case 'import': {
      if (program.at === 'central') {
        const taken = await call<File & { bench: string; entries: number; refused: number }>(program, 'sync.import', { file })
        return `${taken.entries} reports of ${taken.bench} taken, ${taken.refused} not understood. Receipts in ${await save(program, taken)}: carry it back to the bench`
      }
      const { acknowledged, pending, refused } = await call<{ acknowledged: number; refused: number; pending: number }>(
        program,
        'sync.import',
        { file },
      )
      return `${acknowledged} reports acknowledged, ${refused} not understood there, ${pending} go on waiting`
    }
  }
}

/** Sealed or not, it is for its owner alone; a file that is there is never overwritten. */
async function save({ out }: ExchangeProgram, { file, name }: File): Promise<string> {
  const path = out ?? name
  await writeFile(path, Buffer.from(file, 'base64'), { mode: 0o600, flag: 'wx' }).catch((error: unknown) => {
    throw new UsageError(`${path} cannot be written (${error instanceof Error ? error.message : String(error)})`)
  })
  return path
}

function readGiven(path: string): Promise<Buffer> {
  return readFile(path).catch((error: unknown) => {
    throw new UsageError(`${path} cannot be read (${error instanceof Error ? error.message : String(error)})`)
  })
}

main().catch((fault: unknown) => {
  process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`)
  process.exitCode = fault instanceof UsageError ? 2 : 1
})
