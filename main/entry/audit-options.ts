import { defaultDataFolder } from '../store/data-folder.ts'
import { type Option, readOptions, UsageError } from './options.ts'

export const AUDIT_OPTIONS: readonly Option[] = [
  { name: 'data', value: 'DIR', meaning: "data folder of the bench (default: the system's place for app data)" },
]

export const AUDIT_USAGE = `audit: the log of who did what on a bench

  npm run audit -- verify          is every entry there, unchanged, in its place? Exit code 1 when not, each fault named
  npm run audit -- list            the entries as they lie on the disk, one line each

Reads the data folder itself; a bench may be running with it.
`

export type AuditProgram = { command: 'verify' | 'list' | null; data: string }

/** A word first, then options. `command` null = help was asked for. */
export function auditProgram(args: readonly string[], env: Readonly<Record<string, string | undefined>>): AuditProgram {
  const first = args.findIndex((arg) => arg.startsWith('-'))
  const words = first === -1 ? args : args.slice(0, first)
  const given = readOptions(AUDIT_OPTIONS, first === -1 ? [] : args.slice(first), env)
  const data = given.text('data') ?? defaultDataFolder()
  if (given.flag('help')) return { command: null, data }
  const [command, more] = words
  if ((command !== 'verify' && command !== 'list') || more !== undefined)
    throw new UsageError('Say what to do: verify or list. --help says more.')
  return { command, data }
}
