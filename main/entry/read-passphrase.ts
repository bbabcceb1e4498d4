import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { UsageError } from './options.ts'

/** A passphrase never stands on a command line, where every user of the machine can read it: a file, a pipe, the environment, or typed unseen. */
export async function readPassphrase(
  file: string | null,
  env: Readonly<Record<string, string | undefined>>,
  ask: readonly string[],
): Promise<string> {
  if (file !== null) return firstLine(await readGiven(file))
  const given = env.OPTION66_PASSPHRASE
  if (given !== undefined && given !== '') return given
  if (process.stdin.isTTY !== true)
    throw new UsageError(
      'Give the passphrase: --passphrase-file FILE (- for standard input), or the environment variable OPTION66_PASSPHRASE',
    )
  const [first, ...again] = await typed(ask)
  if (again.some((one) => one !== first)) throw new UsageError('The two passphrases differ. Nothing was done.')
  return first ?? ''
}

async function readGiven(file: string): Promise<string> {
  try {
    if (file !== '-') return await readFile(file, 'utf8')
    const parts: Buffer[] = []
    for await (const part of process.stdin) parts.push(part as Buffer) // no encoding is set
    return Buffer.concat(parts).toString('utf8')
  } catch (error) {
    throw new UsageError(`--passphrase-file: ${file} cannot be read (${error instanceof Error ? error.message : String(error)})`)
  }
}

function firstLine(text: string): string {
  const line = text.split(/\r?\n/, 1)[0] ?? ''
  if (line === '') throw new UsageError('The passphrase is empty: it is the first line of the file')
  return line
}

/** What is typed is not shown. */
async function typed(prompts: readonly string[]): Promise<string[]> {
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: unseen, terminal: true })
  const answers: string[] = []
  try {
    for (const prompt of prompts) {
      process.stderr.write(`${prompt}: `)
      answers.push(await lines.question(''))
      process.stderr.write('\n')
    }
    return answers
  } finally {
    lines.close()
  }
}
