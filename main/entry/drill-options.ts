import { defaultDataFolder } from '../store/data-folder.ts'
import { type Option, readOptions, serverUrl, UsageError } from './options.ts'

export const DRILL_OPTIONS: readonly Option[] = [
  { name: 'bench', value: 'URL', meaning: 'a bench that runs and serves phones (default http://127.0.0.1:6600/)' },
  { name: 'key', value: 'KEY', meaning: 'its bearer key (default: the one in the data folder)' },
  { name: 'data', value: 'DIR', meaning: "where that key lies (default: the system's place for app data)" },
  { name: 'self', value: '', meaning: 'against a bench of this build, started for it on loopback, with every attack', flag: true },
  { name: 'only', value: 'NAME', meaning: 'just this attack; may be repeated', many: true },
]

export type DrillProgram = { help: boolean; self: boolean; bench: string; key: string | null; data: string; only: readonly string[] }

export function drillProgram(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): DrillProgram {
  const given = readOptions(DRILL_OPTIONS, args, env)
  const bench = given.text('bench')
  const only = given.list('only')
  const strange = only.find((one) => !known.includes(one))
  if (strange !== undefined) throw new UsageError(`There is no attack "${strange}". Known: ${known.join('; ')}`)
  return {
    help: given.flag('help'),
    self: given.flag('self'),
    bench: bench === null ? 'http://127.0.0.1:6600/' : serverUrl(bench, 'bench', 'http://127.0.0.1:6600/'),
    key: given.text('key'),
    data: given.text('data') ?? defaultDataFolder(),
    only: only.length === 0 ? known : only,
  }
}
