import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exchangeProgram } from '../../main/entry/exchange-options.ts'
import { DATABASES } from '../central/databases.ts'
import { CENTRAL_KEY, startCentral, type TestCentral } from '../support/central.ts'

const COMMAND = join(import.meta.dirname, '../../main/entry/exchange.ts')

let central: TestCentral
let closeDatabase: () => Promise<void>
let folder = ''
beforeAll(async () => {
  const embedded = DATABASES.find((one) => one.kind === 'embedded')
  if (embedded === undefined) throw new Error('no embedded database')
  const { close, database } = await embedded.open()
  closeDatabase = close
  central = await startCentral(database)
  folder = await mkdtemp(join(tmpdir(), 'option66-exchange-'))
}, 180_000)
afterAll(async () => {
  await central?.close()
  await closeDatabase?.()
  await rm(folder, { recursive: true, force: true })
})

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return promisify(execFile)(process.execPath, [COMMAND, ...args], { cwd: folder }).then(
    ({ stderr, stdout }) => ({ code: 0, out: stdout, err: stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, out: error.stdout, err: error.stderr }),
  )
}

describe('npm run exchange', () => {
  test('makes an enrolment, for its owner alone, and never writes over a file', async () => {
    const target = ['--central', central.url, '--key', CENTRAL_KEY, '--name', 'island']
    const made = await run('enrolment', ...target)
    expect([made.code, made.out]).toEqual([0, expect.stringContaining('island.enrolment.o66 to the bench, and destroy it')])
    expect(await readdir(folder)).toEqual(['island.enrolment.o66'])
    expect((await stat(join(folder, 'island.enrolment.o66'))).mode & 0o777).toBe(0o600)
    const again = await run('enrolment', ...target)
    expect([again.code, again.err]).toEqual([2, expect.stringContaining('island.enrolment.o66 cannot be written')])
  })

  test('what is no such file is refused in words, exit code 1', async () => {
    await writeFile(join(folder, 'letter.txt'), 'Dear Sir or Madam')
    const refused = await run('import', 'letter.txt', '--central', central.url, '--key', CENTRAL_KEY)
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('EXCHANGE_NO_FILE')])
  })

  test.each([
    [[], /Say what to do/],
    [['import'], /Name the file/],
    [['export', 'FILE', '--bench', 'http://b/', '--key', 'k'], /takes no file/],
    [['import', 'f', '--bench', 'http://b/', '--central', 'http://c/', '--key', 'k'], /Name one of/],
    [['export', '--bench', 'http://b/'], /Give the key/],
    [['enrolment', '--central', 'http://c/', '--key', 'k'], /what the bench is called/],
  ])('%j says what is missing', (args, words) => {
    expect(() => exchangeProgram(args, {})).toThrow(words)
  })
})
