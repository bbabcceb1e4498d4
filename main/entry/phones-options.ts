import { parseMac } from '../core/model/mac.ts'
import { type Faults, NO_FAULTS, type PhoneStep } from '../phones/phone-spec.ts'
import { type Given, hostPort, type Option, UsageError } from './options.ts'

export const PHONES_OPTIONS: readonly Option[] = [
  { name: 'pack', value: 'VENDOR/FAMILY', meaning: 'endpoint pack whose samples say what the phones do' },
  { name: 'count', value: 'N', meaning: 'how many (default 1)' },
  { name: 'server', value: 'HOST[:PORT]', meaning: 'DHCP server of the bench; port 67 unless said' },
  { name: 'interface', value: 'NAME', meaning: 'on a real LAN instead of loopback (Linux, needs root): leased addresses are put on it' },
  { name: 'model', value: 'MODEL', meaning: "only this model (default: the sample's in turn)" },
  { name: 'firmware', value: 'VERSION', meaning: "version they run at first (default: the sample's)" },
  { name: 'mac-from', value: 'MAC', meaning: "first MAC, the others count up (default: the sample's)" },
  { name: 'replug', value: 'SECONDS', meaning: 'a technician unplugs and plugs a phone that stood idle this long (default: nobody does)' },
  { name: 'until', value: 'departed|SECONDS', meaning: 'end when all have departed (default), or after so many seconds' },
  { name: 'timeout', value: 'SECONDS', meaning: 'with --until departed: give up after this (default 900)' },
  { name: 'packs', value: 'DIR', meaning: 'further endpoint packs; may be repeated', many: true },
  {
    name: 'authority',
    value: 'FILE',
    meaning: "PEM of the authority they trust, for HTTPS (the bench's: /authority.crt; default: this machine's)",
  },
  { name: 'tftp-port', value: 'PORT', meaning: 'where the bench serves TFTP (default 69; 0 = ask by HTTP instead, and say so)' },
  { name: 'boot', value: 'SECONDS', meaning: 'time from power to DHCP (default 0)' },
  { name: 'rate', value: 'BYTES', meaning: 'bytes a second of a firmware download (default: no limit)' },
  { name: 'stagger', value: 'SECONDS', meaning: 'between one power-on and the next (default 0.1)' },
  { name: 'lose', value: 'SHARE', meaning: 'share of DHCP packets lost, 0 to 1' },
  { name: 'late', value: 'SECONDS', meaning: 'DHCP packets arrive later by this' },
  { name: 'duplicate', value: 'SHARE', meaning: 'share of DHCP packets sent twice, 0 to 1' },
  { name: 'cut-power-at', value: 'STEP', meaning: 'cut the power once at this step (lease, get, firmware-progress, flash, ...)' },
  { name: 'keep-firmware', value: '', meaning: 'take images and come back with the old version', flag: true },
  { name: 'seed', value: 'N', meaning: 'of all random choices (default 1)' },
  { name: 'json', value: '', meaning: 'progress as JSON, one object a line', flag: true },
]

export type PhonesOptions = {
  pack: string
  count: number
  server: { address: string; port: number }
  interface: string | null
  model: string | null
  firmware: string | null
  firstMac: string | null
  replugMs: number | null
  runMs: number
  untilDeparted: boolean
  packs: readonly string[]
  authorityFile: string | null
  tftpPort: number
  bootMs: number
  bytesPerSecond: number | null
  staggerMs: number
  faults: Faults
  seed: number
  json: boolean
}

export function phonesOptions(given: Given): PhonesOptions {
  const pack = given.text('pack')
  if (pack === null) throw new UsageError('--pack: say which, for example --pack yealink/t4x-t5x')
  const server = given.text('server')
  if (server === null) throw new UsageError('--server: say where the DHCP server is, for example --server 127.66.0.1:6767')
  // A server on a LAN listens at the port of DHCP, only a demo elsewhere.
  const { host, port } = hostPort(/:\d+$/.test(server) ? server : `${server}:67`, 'server', '10.66.0.1:67')
  const until = given.text('until') ?? 'departed'
  const seconds = (name: string) => number(given, name, 0, 1_000_000)
  const runSeconds = until === 'departed' ? (seconds('timeout') ?? 900) : number(given, 'until', 0, 1_000_000)
  const ms = (value: number | null) => (value === null ? null : value * 1000)
  return {
    pack,
    count: number(given, 'count', 1, 5000) ?? 1,
    server: { address: host, port },
    interface: given.text('interface'),
    model: given.text('model'),
    firmware: given.text('firmware'),
    firstMac: mac(given),
    replugMs: ms(seconds('replug')),
    runMs: (runSeconds ?? 900) * 1000,
    untilDeparted: until === 'departed',
    packs: given.list('packs'),
    authorityFile: given.text('authority'),
    tftpPort: number(given, 'tftp-port', 0, 65_535) ?? 69,
    bootMs: ms(seconds('boot')) ?? 0,
    bytesPerSecond: number(given, 'rate', 1, 1e12),
    staggerMs: ms(seconds('stagger')) ?? 100,
    faults: faults(given),
    seed: number(given, 'seed', 0, 2 ** 32) ?? 1,
    json: given.flag('json'),
  }
}

function faults(given: Given): Faults {
  return {
    lose: number(given, 'lose', 0, 1) ?? 0,
    lateMs: (number(given, 'late', 0, 3600) ?? 0) * 1000,
    duplicate: number(given, 'duplicate', 0, 1) ?? 0,
    // a step that never comes just never cuts
    cutPowerAt: (given.text('cut-power-at') as PhoneStep | null) ?? NO_FAULTS.cutPowerAt,
    keepFirmware: given.flag('keep-firmware'),
  }
}

function mac(given: Given): string | null {
  const text = given.text('mac-from')
  if (text === null) return null
  const value = parseMac(text)
  if (value === null) throw new UsageError(`--mac-from: "${text}" is not a MAC address`)
  return value
}

function number(given: Given, name: string, least: number, most: number): number | null {
  const text = given.text(name)
  if (text === null) return null
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < least || value > most)
    throw new UsageError(`--${name}: "${text}" is not a number from ${least} to ${most}`)
  return value
}
