import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { passwordProblem } from '../core/access/password-rule.ts'
import { BACKUP_KIND, restoreBackup, writeBackup } from '../store/backup.ts'
import { codeOf } from '../store/errors.ts'
import { fileSealer } from '../store/key-file.ts'
import { openStore } from '../store/open.ts'
import { openStream } from '../store/sealed-stream.ts'
import { troubleOf } from '../store/trouble.ts'
import { BACKUP_OPTIONS, BACKUP_USAGE, type BackupProgram, backupProgram } from './backup-options.ts'
import { createLog } from './log.ts'
import { helpText, UsageError } from './options.ts'
import { readPassphrase } from './read-passphrase.ts'
import { VERSION } from './version.ts'

const log = createLog('backup')

/** Backup and restore of a bench on the command line. */
async function main(): Promise<string> {
  const program = backupProgram(process.argv.slice(2), process.env)
  if (program === null) return `${BACKUP_USAGE}\n${helpText('backup', '', BACKUP_OPTIONS).split('\n').slice(2).join('\n')}`
  switch (program.act) {
    case 'create':
      return create(program)
    case 'restore':
      return restore(program)
    case 'check':
      return check(program)
  }
}

async function create({ data, file, firmware, passphraseFile }: BackupProgram): Promise<string> {
  if (!existsSync(join(data, 'keys.json'))) throw new UsageError(`${data} is no data folder of a bench: name it with --data DIR`)
  if (existsSync(file)) throw new UsageError(`${file} is there already: a backup never takes the place of another file`)
  const passphrase = await readPassphrase(passphraseFile, process.env, ['New passphrase', 'Once more'])
  const problem = passwordProblem(passphrase, [])
  if (problem !== null) throw new UsageError(`The passphrase is not taken: ${problem}. Take several words that do not belong together.`)
  const sealer = await fileSealer(data)
  const store = await openStore({ folder: data, sealer, log })
  try {
    const source = {
      folder: data,
      firmwareFolder: firmware ? join(data, 'firmware') : null,
      world: store.world,
      sealer,
      program: VERSION,
      now: Date.now(),
    }
    const { files, sizeBytes } = await writeBackup(file, passphrase, source)
    return `${file}: ${files} files, ${Math.ceil(sizeBytes / 1024)} KiB${firmware ? '' : ', without firmware'}. Keep the passphrase apart from it.\n`
  } finally {
    await store.close()
  }
}

async function restore({ data, file, passphraseFile }: BackupProgram): Promise<string> {
  const passphrase = await given(file, passphraseFile)
  const { at, bench, files, phones } = await restoreBackup(createReadStream(file), passphrase, data)
  const who = bench === null ? '' : ` as ${bench}`
  return `${data}: ${phones} phones, ${files} files, as they were at ${at}. Start the bench with --data ${data}; the one that was backed up must not report${who} any more.\n`
}

async function check({ file, passphraseFile }: BackupProgram): Promise<string> {
  const passphrase = await given(file, passphraseFile)
  let bytes = 0
  // Every frame proves itself: to read it to its end is enough.
  for await (const piece of openStream(BACKUP_KIND, passphrase, createReadStream(file))) bytes += piece.length
  return `${file}: whole, ${Math.ceil(bytes / 1024)} KiB inside\n`
}

async function given(file: string, passphraseFile: string | null): Promise<string> {
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}`)
  return readPassphrase(passphraseFile, process.env, ['Passphrase'])
}

main().then(
  (text) => process.stdout.write(text),
  (thrown: unknown) => {
    const fault = troubleOf(thrown) ?? thrown
    const hint = fault instanceof Error && 'hint' in fault ? `. ${String(fault.hint)}` : ''
    process.stderr.write(`${fault instanceof Error ? fault.message : `${codeOf(fault)} ${String(fault)}`}${hint}\n`)
    process.exitCode = fault instanceof UsageError ? 2 : 1
  },
)
