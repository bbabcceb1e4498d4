import { defaultDataFolder } from '../store/data-folder.ts'
import { type Given, hostPort, type Option, serverUrl, UsageError } from './options.ts'

/** Options of the central store (surface of the product: add freely, change only by adding). */
export const CENTRAL_OPTIONS: readonly Option[] = [
  {
    name: 'database',
    value: 'URL',
    meaning: 'PostgreSQL, for example postgres://user:password@host/name (default: embedded, in the data folder)',
  },
  { name: 'data', value: 'DIR', meaning: "keys, and the embedded database (default: the system's place for app data)" },
  { name: 'listen', value: 'HOST:PORT', meaning: 'for benches, phones and scripts (default 127.0.0.1:6680)' },
  { name: 'tls-cert', value: 'FILE', meaning: 'certificate chain (PEM); with --tls-key' },
  { name: 'tls-key', value: 'FILE', meaning: 'private key (PEM)' },
  {
    name: 'phone-authorities',
    value: 'DIR',
    meaning:
      "makers' certificate authorities, a file for each maker (Yealink.pem): phones are known by factory certificates; with --tls-cert",
  },
  { name: 'public-url', value: 'URL', meaning: 'address under which phones and benches reach this store' },
  { name: 'key', value: 'KEY', meaning: 'bearer key for scripts (default: made on first start, kept in the data folder)' },
  {
    name: 'plain-sign-in',
    value: '',
    meaning:
      'people may sign in from other machines over plain HTTP (default: only on this machine, over HTTPS, or behind an https --public-url)',
    flag: true,
  },
  { name: 'catalogue', value: 'FILE', meaning: 'business groups, lines, profiles to load (default: the sample on first start)' },
  { name: 'packs', value: 'DIR', meaning: 'further endpoint packs; may be repeated', many: true },
]

export type CentralProgram = {
  database: string | null
  data: string
  listen: { host: string; port: number }
  tls: { certFile: string; keyFile: string } | null
  phoneAuthorities: string | null
  publicUrl: string | null
  key: string | null
  plainSignIn: boolean
  catalogueFile: string | null
  packs: readonly string[]
}

export function centralOptions(given: Given): CentralProgram {
  const certFile = given.text('tls-cert')
  const keyFile = given.text('tls-key')
  if ((certFile === null) !== (keyFile === null)) throw new UsageError('--tls-cert and --tls-key belong together')
  const phoneAuthorities = given.text('phone-authorities')
  if (phoneAuthorities !== null && certFile === null)
    throw new UsageError('--phone-authorities: phones show certificates over TLS alone, so --tls-cert and --tls-key are needed')
  return {
    database: databaseUrl(given.text('database')),
    data: given.text('data') ?? `${defaultDataFolder()}-central`,
    listen: hostPort(given.text('listen') ?? '127.0.0.1:6680', 'listen', '127.0.0.1:6680'),
    tls: certFile === null || keyFile === null ? null : { certFile, keyFile },
    phoneAuthorities,
    publicUrl: publicUrl(given.text('public-url')),
    key: given.text('key'),
    plainSignIn: given.flag('plain-sign-in'),
    catalogueFile: given.text('catalogue'),
    packs: given.list('packs'),
  }
}

/** Its text is never repeated to the person: there is a password in it. */
function databaseUrl(text: string | null): string | null {
  if (text === null) return null
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text))
    throw new UsageError('--database: write it as postgres://user:password@host:5432/name')
  return text
}

function publicUrl(text: string | null): string | null {
  if (text === null) return null
  return serverUrl(text, 'public-url', 'https://prov.example/')
}
