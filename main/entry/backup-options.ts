import { defaultDataFolder } from '../store/data-folder.ts'
import { type Option, readOptions, UsageError } from './options.ts'

export const BACKUP_OPTIONS: readonly Option[] = [
  { name: 'data', value: 'DIR', meaning: "data folder of the bench (default: the system's place for app data)" },
  { name: 'passphrase-file', value: 'FILE', meaning: 'the passphrase is its first line; - = standard input (default: asked for)' },
  { name: 'firmware', value: '', meaning: 'create: the image library, too', flag: true },
]

export const BACKUP_USAGE = `backup: a whole bench as one encrypted file

  npm run backup -- create FILE     of a bench that does not run; one that runs makes its own: page Security, or the call backup.create
  npm run backup -- restore FILE    into a data folder that is not there yet or is empty: --data DIR
  npm run backup -- check FILE      opens it from beginning to end and writes nothing

Inside: phones, tokens, lines, settings, work orders, audit log, timelines, uploads, the bench's certificate authority, imported endpoint packs, its API key.
Without the passphrase nobody can open it, and nobody can find the passphrase again. The bench that was backed up must not run any more when the restored
one does: both would report under one name. What phones and people did after the backup is not in it; tokens proven meanwhile are at the central store.
`

export type BackupProgram = {
  act: 'create' | 'restore' | 'check'
  file: string
  data: string
  passphraseFile: string | null
  firmware: boolean
}

/** Words first, then options. null = help was asked for. */
export function backupProgram(args: readonly string[], env: Readonly<Record<string, string | undefined>>): BackupProgram | null {
  const first = args.findIndex((arg) => /^-./.test(arg))
  const [act, file, more] = first === -1 ? args : args.slice(0, first)
  const given = readOptions(BACKUP_OPTIONS, first === -1 ? [] : args.slice(first), env)
  if (given.flag('help')) return null
  if ((act !== 'create' && act !== 'restore' && act !== 'check') || more !== undefined)
    throw new UsageError('Say what to do: create FILE, restore FILE or check FILE. --help says more.')
  if (file === undefined) throw new UsageError(`Name the file: ${act} FILE`)
  return {
    act,
    file,
    data: given.text('data') ?? defaultDataFolder(),
    passphraseFile: given.text('passphrase-file'),
    firmware: given.flag('firmware'),
  }
}
