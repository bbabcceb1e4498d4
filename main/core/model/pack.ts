import type { LayerKind, SettingScalar } from './catalogue.ts'
import type { OptionValue } from './dhcp.ts'

/**
 * An endpoint pack as the core sees it: parsed, checked, frozen. A pattern is text with placeholders: `{mac}` twelve lower-case hex digits,
 * `{MAC}` upper case, `{mac:}` any spelling, `{model}`, `{models}` (`T46S(T48S,T42S)` of image names), `{version}`, `{hardware}` (another number that is read
 * over), `{code}`, `{part}`, `{image}`, `{serial}`. Literals match without regard to case
 * in agents and vendor classes, exactly in paths. A path pattern matches at the end of the requested path, from a `/` on.
 */
export type Pack = {
  id: string
  vendor: string
  family: string
  name: string
  revision: number
  models: Readonly<Record<string, PackModel>>
  match: PackMatch
  dhcp: PackDhcp
  files: readonly PackFile[]
  token: PackToken
  firmware: PackFirmware
  staging: PackStaging
  settings: readonly SettingDefinition[]
  /** Template texts by file name. */
  templates: Readonly<Record<string, string>>
  /** Value tables by name (time zones, languages). */
  maps: Readonly<Record<string, Readonly<Record<string, string>>>>
}

export type PackModel = {
  name: string
  lines: number
  /** What `{code}` and `{part}` stand for in this model's paths; null where the family has none. */
  code: string | null
  part: string | null
  alsoKnownAs: readonly string[]
}

export type PackMatch = {
  vendorClass: readonly string[]
  /** RFC 3925-like blocks inside option 60 (Poly's factory default): enterprise number and text by sub-item code. */
  vendorClassBlocks: { enterprise: number; items: Readonly<Record<number, string>> } | null
  /**
   * `firmware: false` where the version in the header is not the application's (Poly updater). `byFile`: it counts all the same in requests for
   * files that are `applicationOnly` (old Poly headers without Type).
   */
  userAgent: readonly { pattern: string; firmware: boolean; byFile?: boolean }[]
  hostName: readonly string[]
  /** First six hex digits of a MAC, lower case. */
  oui: readonly string[]
}

export type PackDhcp = {
  /** Option number → value; text may hold `{{ bench.httpUrl }}`. */
  options: Readonly<Record<number, OptionValue>>
  /** Options sent even when the phone did not ask for them. */
  force: readonly number[]
}

export type FileFormat = 'ini' | 'xml' | 'text'
export type Stage = 'first' | 'full' | 'departure'

/**
 * One thing the family asks for.
 * `config` is rendered; `image` is firmware bytes; `absent` is asked for and not served (404, not a miss); `upload` is sent by the phone.
 */
export type PackFile = {
  id: string
  path: string
  kind: 'config' | 'image' | 'absent' | 'upload'
  /** Per device (MAC in the path or taken from the lease) or the same for all. */
  scope: 'device' | 'common'
  /** Template of each stage; a common file uses `full` for all. */
  stages: Readonly<Partial<Record<Stage, string>>>
  format: FileFormat
  contentType: string
  lineEnd: '\n' | '\r\n'
  /** Holds a secret in some stage: only inside the window or to the token. */
  secret: boolean
  /** Fetching it with the token proves the token. */
  proves: boolean
  /** Only the application asks for it, never a boot program: see `PackMatch.userAgent`. */
  applicationOnly?: boolean
}

export type PackToken = {
  how: 'basic' | 'none'
  /** The family answers a Digest challenge too, and leaving the key out of a config keeps it. */
  digest: boolean
  /** Spelling of the MAC that is the user. */
  user: 'lower' | 'upper'
  /** Characters the family's password field holds; the token is base62 of 256 bits (43 characters) or cut to this, never under 22 (128 bits). */
  maxChars: number
  /** A later config must state the credentials again. */
  restate: boolean
  /** When the proof file is challenged after the first stage was delivered: after a new DHCP exchange, or at once. */
  challenge: 'after-start' | 'at-once'
}

export type PackFirmware = {
  /** Image file names with `{model}`, `{part}` and `{version}`; first that matches says models and version. */
  imageNames: readonly string[]
  /** The phone compares by itself and takes the image before its configuration (Poly) or because the config names it (Yealink). */
  order: 'before-config' | 'from-config'
}

export type PackStaging = {
  /** How the phone comes back after the first stage, and after the full config. */
  returns: 'reboots' | 'polls' | 'notify' | 'by-hand'
  /** It restarts by itself after taking firmware. */
  rebootsAfterFirmware: boolean
  pollMinutes: number | null
  /** File ids that must have been fetched since the last start before the departure config is given. */
  expect: readonly string[]
  timeoutSeconds: { return: number; firmware: number }
}

export type SettingDefinition = {
  key: string
  type: 'text' | 'number' | 'boolean' | 'choice' | 'host' | 'url' | 'password'
  label: string
  help: string
  default: SettingScalar | null
  choices: readonly string[] | null
  min: number | null
  max: number | null
  unit: string | null
  secret: boolean
  layers: readonly LayerKind[]
}
