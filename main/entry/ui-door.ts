import { readFile } from 'node:fs/promises'
import type { PeopleDesk } from '../people/desk.ts'
import type { WebOptions } from '../web/serve.ts'
import { type Given, type Option, UsageError } from './options.ts'
import { StartError } from './compose.ts'

/** How the pages are served to browsers, beside `--ui`. */
export const UI_OPTIONS: readonly Option[] = [
  { name: 'ui-cert', value: 'FILE', meaning: 'certificate (PEM, with its chain) for pages and API over HTTPS; with --ui-cert-key' },
  { name: 'ui-cert-key', value: 'FILE', meaning: 'private key of that certificate (PEM)' },
  {
    name: 'ui-plain-sign-in',
    value: '',
    meaning: 'people may sign in from other machines over plain HTTP (default: only on this machine, or over HTTPS)',
    flag: true,
  },
]

export async function uiDoor(given: Given): Promise<Pick<WebOptions, 'tls' | 'plainSignIn'>> {
  const [cert, key] = [given.text('ui-cert'), given.text('ui-cert-key')]
  if ((cert === null) !== (key === null)) throw new UsageError('--ui-cert and --ui-cert-key go together')
  const tls =
    cert === null || key === null ? null : { cert: await readGiven(cert, '--ui-cert'), key: await readGiven(key, '--ui-cert-key') }
  return { tls, plainSignIn: given.flag('ui-plain-sign-in') }
}

/**
 * Where a person opens the pages: while nobody has an account, with the key in the part of the address that never leaves the browser, so that the first one is in
 * at once and can make accounts; afterwards the plain address, and everybody signs in by name.
 */
export async function openAddress(ui: string, key: string, people: PeopleDesk): Promise<string> {
  const hasAccounts = await people.ask((world) => ({ reply: world.account.size > 0, changes: [], effects: [] }))
  return hasAccounts ? ui : `${ui}#key=${encodeURIComponent(key)}`
}

async function readGiven(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new StartError(`${option}: ${file} cannot be read (${error instanceof Error ? error.message : String(error)})`, 'Check the path.')
  }
}
