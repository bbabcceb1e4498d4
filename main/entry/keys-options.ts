import { defaultDataFolder } from '../store/data-folder.ts'
import { type Option, readOptions, UsageError } from './options.ts'

export const KEYS_OPTIONS: readonly Option[] = [
  { name: 'data', value: 'DIR', meaning: "data folder of the bench (default: the system's place for app data)" },
  { name: 'passphrase-file', value: 'FILE', meaning: 'the passphrase is its first line; - = standard input (default: asked for)' },
]

export const KEYS_USAGE = `keys: the ways that open the secrets of a data folder

  npm run keys -- list               which ways there are: key-file, passphrase, keychain
  npm run keys -- add passphrase     a passphrase opens the folder, too: the bench takes it with --passphrase-file
  npm run keys -- remove passphrase  it opens nothing any more
  npm run keys -- remove key-file    only the other ways open it from then on; the file goes. Never the last way
  npm run keys -- add key-file       a key file again

One random data key seals every secret in the folder; each way wraps that same key, so nothing is sealed anew. Who loses every way has lost the secrets: keep a backup
(npm run backup), which has a passphrase of its own.
`

export type KeysProgram = {
  act: 'list' | 'add' | 'remove'
  kind: 'passphrase' | 'key-file' | null
  data: string
  passphraseFile: string | null
}

/** Words first, then options. null = help was asked for. */
export function keysProgram(args: readonly string[], env: Readonly<Record<string, string | undefined>>): KeysProgram | null {
  const first = args.findIndex((arg) => /^-./.test(arg))
  const [act, kind, more] = first === -1 ? args : args.slice(0, first)
  const given = readOptions(KEYS_OPTIONS, first === -1 ? [] : args.slice(first), env)
  if (given.flag('help')) return null
  if ((act !== 'list' && act !== 'add' && act !== 'remove') || more !== undefined)
    throw new UsageError('Say what to do: list, add or remove. --help says more.')
  if ((act === 'list') !== (kind === undefined) || (kind !== undefined && kind !== 'passphrase' && kind !== 'key-file'))
    throw new UsageError(act === 'list' ? 'list takes nothing more' : `Say which way: ${act} passphrase, or ${act} key-file`)
  return { act, kind: kind ?? null, data: given.text('data') ?? defaultDataFolder(), passphraseFile: given.text('passphrase-file') }
}
