import { defaultDataFolder } from '../store/data-folder.ts'
import { type Given, type Option, readOptions, serverUrl, UsageError } from './options.ts'

export const PACKS_OPTIONS: readonly Option[] = [
  { name: 'data', value: 'DIR', meaning: "data folder of the bench (default: the system's place for app data)" },
  { name: 'packs', value: 'DIR', meaning: 'further endpoint packs that the bench is started with; may be repeated', many: true },
  { name: 'activate', value: '', meaning: 'with import: new phones get the version at once; phones keep theirs', flag: true },
  { name: 'bench', value: 'URL', meaning: 'a bench that runs with this data folder (default http://127.0.0.1:6600/)' },
  { name: 'key', value: 'KEY', meaning: 'its bearer key (default: the one in the data folder)' },
]

export const PACKS_USAGE = `packs: endpoint packs of a bench

  npm run packs -- list                    packs, their versions, and which phones have them
  npm run packs -- check FILE.zip          try a zip whole; nothing is kept
  npm run packs -- import FILE.zip         try it, then keep it beside the versions that are there
  npm run packs -- activate PACK VERSION   new phones get this version; phones keep theirs until moved
`

export type PacksCommand = { do: 'list' } | { do: 'check' | 'import'; file: string } | { do: 'activate'; pack: string; version: number }

export type PacksProgram = {
  command: PacksCommand | null
  data: string
  packs: readonly string[]
  activate: boolean
  bench: string
  key: string | null
}

/** Words first, then options. `command` null = help was asked for. */
export function packsProgram(args: readonly string[], env: Readonly<Record<string, string | undefined>>): PacksProgram {
  const first = args.findIndex((arg) => arg.startsWith('-'))
  const words = first === -1 ? args : args.slice(0, first)
  const given = readOptions(PACKS_OPTIONS, first === -1 ? [] : args.slice(first), env)
  const bench = given.text('bench')
  return {
    command: given.flag('help') ? null : commandOf(words),
    data: given.text('data') ?? defaultDataFolder(),
    packs: given.list('packs'),
    activate: isActivate(given),
    bench: bench === null ? 'http://127.0.0.1:6600/' : serverUrl(bench, 'bench', 'http://127.0.0.1:6600/'),
    key: given.text('key'),
  }
}

function isActivate(given: Given): boolean {
  return given.flag('activate')
}

function commandOf([name, one, two, ...more]: readonly string[]): PacksCommand {
  const isTooMany = more.length > 0 || (two !== undefined && name !== 'activate')
  if (name === 'list' && one === undefined) return { do: 'list' }
  if ((name === 'check' || name === 'import') && one !== undefined && !isTooMany) return { do: name, file: one }
  if (name === 'activate' && one !== undefined && two !== undefined && !isTooMany) {
    if (!/^\d{1,9}$/.test(two)) throw new UsageError(`"${two}" is no version: it is the number of revision in pack.yaml`)
    return { do: 'activate', pack: one, version: Number(two) }
  }
  throw new UsageError(`Say what to do: list, check FILE.zip, import FILE.zip, or activate PACK VERSION. --help says more.`)
}
