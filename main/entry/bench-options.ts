import { SERVICE_NAMES } from '../core/model/services.ts'
import { defaultDataFolder } from '../store/data-folder.ts'
import type { BenchOptions } from './compose.ts'
import { type Given, type Option, port, range, serverUrl, UsageError } from './options.ts'

/** Options of the bench (surface of the product: add freely, change only by adding). */
export const BENCH_OPTIONS: readonly Option[] = [
  { name: 'data', value: 'DIR', meaning: "all state of this bench (default: the system's place for app data)" },
  { name: 'interface', value: 'NAME', meaning: 'the one network interface that phones are served on' },
  { name: 'allow-default-route', value: 'NAME', meaning: 'the only way to serve the interface that carries the default route' },
  { name: 'address', value: 'IP', meaning: 'address that phones are told to come to (default: first IPv4 of the interface)' },
  { name: 'ui', value: 'HOST:PORT', meaning: 'pages and API for people and scripts (default 127.0.0.1:6600; off in Electron)' },
  { name: 'key', value: 'KEY', meaning: 'bearer key for scripts (default: made on first start, kept in the data folder)' },
  { name: 'dhcp-port', value: 'PORT', meaning: 'default 67; 0 = off' },
  { name: 'http-port', value: 'PORT', meaning: 'default 80; 0 = off' },
  {
    name: 'https-port',
    value: 'PORT',
    meaning: 'default 443; 0 = off. The bench makes a certificate authority of its own: page /authority of the HTTP port',
  },
  { name: 'old-tls', value: '', meaning: 'HTTPS takes TLS 1.0 and 1.1, too, for old phones (default: 1.2 and newer)', flag: true },
  {
    name: 'phone-scheme',
    value: 'http|https',
    meaning: "what the address begins with that phones are told (default http: most phones do not trust the bench's own authority)",
  },
  { name: 'tftp-port', value: 'PORT', meaning: 'default 69; 0 = off' },
  { name: 'ntp-port', value: 'PORT', meaning: 'default 123; 0 = off' },
  { name: 'dns-port', value: 'PORT', meaning: 'default 53; 0 = off' },
  { name: 'sip-port', value: 'PORT', meaning: 'default 5060; 0 = off' },
  { name: 'syslog-port', value: 'PORT', meaning: 'default 514; 0 = off' },
  { name: 'pool', value: 'FROM-TO', meaning: "addresses to lease (default: upper half of the interface's network, at most 1,000)" },
  { name: 'dhcp', value: 'FILE', meaning: 'YAML with everything a person can set about DHCP; beats what packs say' },
  { name: 'catalogue', value: 'FILE', meaning: 'business groups, lines, profiles to load (default: the sample on first start)' },
  { name: 'packs', value: 'DIR', meaning: 'further endpoint packs; may be repeated', many: true },
  { name: 'firmware', value: 'DIR', meaning: 'image library (default: firmware in the data folder)' },
  { name: 'central', value: 'URL', meaning: 'central store to report to' },
  {
    name: 'keychain-only',
    value: 'yes|no',
    meaning: "desktop: secrets open by this user's keychain alone, no key file in the data folder (kept; default no)",
  },
  {
    name: 'passphrase-file',
    value: 'FILE',
    meaning: 'secrets of the data folder open by the passphrase in it (npm run keys; not in the desktop app)',
  },
  { name: 'enrol', value: 'CODE', meaning: 'one-time code of the central store' },
]

export function benchOptions(given: Given): BenchOptions {
  const pool = given.text('pool')
  const central = given.text('central')
  if (central !== null) serverUrl(central, 'central', 'https://central.example/')
  return {
    data: given.text('data') ?? defaultDataFolder(),
    interface: given.text('interface'),
    allowDefaultRoute: given.text('allow-default-route'),
    address: given.text('address'),
    ports: {
      dhcp: port(given, 'dhcp-port', 67),
      http: port(given, 'http-port', 80),
      https: port(given, 'https-port', 443),
      tftp: port(given, 'tftp-port', 69),
      ntp: port(given, 'ntp-port', 123),
      dns: port(given, 'dns-port', 53),
      sip: port(given, 'sip-port', 5060),
      syslog: port(given, 'syslog-port', 514),
    },
    saidPorts: SERVICE_NAMES.filter((name) => given.text(`${name}-port`) !== null),
    oldTls: given.flag('old-tls'),
    phoneScheme: phoneScheme(given),
    pool: pool === null ? null : range(pool, 'pool'),
    dhcpFile: given.text('dhcp'),
    catalogueFile: given.text('catalogue'),
    packs: given.list('packs'),
    firmware: given.text('firmware'),
    central,
    enrol: given.text('enrol'),
  }
}

/** null = nothing was said: what the settings page says. */
function phoneScheme(given: Given): 'http' | 'https' | null {
  const text = given.text('phone-scheme')
  if (text === null) return null
  if (text !== 'http' && text !== 'https') throw new UsageError('--phone-scheme: http or https')
  if (port(given, `${text}-port`, 1) === 0)
    throw new UsageError(`--phone-scheme ${text}: phones would be told an address that nobody serves, for --${text}-port is 0`)
  return text
}

/** What a person says about the keychain; null = nothing: as it was. */
export function keychainOnly(given: Given): boolean | null {
  const text = given.text('keychain-only')
  if (text !== null && text !== 'yes' && text !== 'no') throw new UsageError('--keychain-only: yes or no')
  return text === null ? null : text === 'yes'
}
