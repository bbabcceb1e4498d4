import { parseAccountName } from '../core/access/accounts.ts'
import { type AccountRole, ROLES } from '../core/model/account.ts'
import { defaultDataFolder } from '../store/data-folder.ts'
import { type Option, readOptions, serverUrl, UsageError } from './options.ts'

export const ACCOUNTS_OPTIONS: readonly Option[] = [
  { name: 'data', value: 'DIR', meaning: "data folder of the bench (default: the system's place for app data)" },
  { name: 'role', value: 'ROLE', meaning: `with add: ${ROLES.join(', ')} (default engineer)` },
  { name: 'full-name', value: 'TEXT', meaning: 'with add: the name as people say it' },
  { name: 'group', value: 'ID', meaning: 'with add, for a groupAdmin: business group; may be repeated', many: true },
  { name: 'device', value: 'MAC', meaning: 'with add, for an endUser: the phone' },
  {
    name: 'stdin',
    value: '',
    meaning: 'with add and reset: read the password from standard input (default: one is made up and told once)',
    flag: true,
  },
  { name: 'bench', value: 'URL', meaning: 'a bench that runs with this data folder (default http://127.0.0.1:6600/)' },
  { name: 'key', value: 'KEY', meaning: 'its bearer key (default: the one in the data folder)' },
]

export const ACCOUNTS_USAGE = `accounts: people who sign in to a bench

  npm run accounts -- list            who has an account, and with which role
  npm run accounts -- add NAME        make an account
  npm run accounts -- reset NAME      a new password, where one was lost; enables the account, too
  npm run accounts -- remove NAME     take an account away

Whoever owns the data folder may: in the folder itself, or, when a bench runs with it, through that bench.
`

export type AccountsCommand = { do: 'list' } | { do: 'reset' | 'remove'; name: string } | { do: 'add'; name: string }

export type AccountsProgram = {
  command: AccountsCommand | null
  data: string
  role: AccountRole
  fullName: string | null
  groups: readonly string[]
  device: string | null
  isFromStdin: boolean
  bench: string
  key: string | null
}

/** Words first, then options. `command` null = help was asked for. */
export function accountsProgram(args: readonly string[], env: Readonly<Record<string, string | undefined>>): AccountsProgram {
  const first = args.findIndex((arg) => arg.startsWith('-'))
  const words = first === -1 ? args : args.slice(0, first)
  const given = readOptions(ACCOUNTS_OPTIONS, first === -1 ? [] : args.slice(first), env)
  const bench = given.text('bench')
  const role = given.text('role') ?? 'engineer'
  if (!ROLES.some((one) => one === role)) throw new UsageError(`--role: one of ${ROLES.join(', ')}`)
  return {
    command: given.flag('help') ? null : commandOf(words),
    data: given.text('data') ?? defaultDataFolder(),
    role: role as AccountRole, // it is one of them
    fullName: given.text('full-name'),
    groups: given.list('group'),
    device: given.text('device'),
    isFromStdin: given.flag('stdin'),
    bench: bench === null ? 'http://127.0.0.1:6600/' : serverUrl(bench, 'bench', 'http://127.0.0.1:6600/'),
    key: given.text('key'),
  }
}

function commandOf([word, text, ...more]: readonly string[]): AccountsCommand {
  if (word === 'list' && text === undefined) return { do: 'list' }
  if ((word === 'add' || word === 'reset' || word === 'remove') && text !== undefined && more.length === 0) {
    const name = parseAccountName(text)
    if (name === null)
      throw new UsageError(`"${text}" is no name to sign in with: 2 to 32 letters without accents, digits, dot, hyphen, underscore.`)
    return { do: word, name }
  }
  throw new UsageError('Say what to do: list, add NAME, reset NAME, or remove NAME. --help says more.')
}
