import type { LayerKind, SettingScalar } from './catalogue.ts'
import type { CertificatePolicy } from './certificate.ts'
import type { OptionValue } from './dhcp.ts'

/**
 * An endpoint pack as the core sees it: parsed, checked, frozen. A pattern is text with placeholders: `{mac}` twelve lower-case hex digits,
 * `{MAC}` upper case, `{mac:}` any spelling, `{model}`, `{models}` (`T46S(T48S,T42S)` of image names), `{version}`, `{hardware}` (another number that is read
 * over), `{code}`, `{part}`, `{image}`, `{serial}`, `{mac-}` upper case with hyphens, `{word}` a run of non-blank characters, `{rest}` any text, also none.
 * Literals match without regard to case in agents and vendor classes, exactly in paths (unless the file says `anyCase`). A path pattern matches at the
 * end of the requested path, from a `/` on.
 */
export type Pack = {
  id: string
  vocabulary: number
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
  /** Hosts of the vendor's redirect clouds, for a lab that answers for them. */
  redirectHosts: readonly string[]
  notify: PackNotify
  /** Will it take HTTPS from an authority of ours. */
  trustsOwnAuthority: 'yes' | 'no' | 'unknown'
  /** What factory certificates count for where a persistent profile says nothing; missing = `prefer` where `match.certificate` reads any, else `ignore`. */
  clientCertificate?: CertificatePolicy
  /** What the phone takes for something else when it is a whole value, in any case: `%NULL%` takes back what was set. */
  magic?: readonly string[]
  settings: readonly SettingDefinition[]
  /** Id of the file that raw lines are added to; null = the family offers no such escape. */
  raw: string | null
  /** Template texts by file name. */
  templates: Readonly<Record<string, string>>
  /** Value tables by name (time zones, languages). */
  maps: Readonly<Record<string, Readonly<Record<string, string>>>>
}

export type PackModel = {
  name: string
  /** Accounts. */
  lines: number
  /** Programmable keys, all pages together; 0 = unknown, and then none is rendered. */
  keys: number
  /** Physical keys left and right of the screen, for the picture; null = unknown. */
  keyColumns: readonly [number, number] | null
  /** Expansion modules it takes, and keys of each. */
  modules: number
  moduleKeys: number
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
  /** First six to nine hex digits of a MAC, lower case. */
  oui: readonly string[]
  /** Longer prefixes inside `oui` that belong to somebody else. */
  notOui: readonly string[]
  /** Exact lists of option 55; a hint only. */
  parameterRequestList: readonly (readonly number[])[]
  /** Pattern by name of an option that the phone adds to a TFTP request. */
  tftpOptions: Readonly<Record<string, string>>
  /** Patterns over the text of subject and issuer of a client certificate. `generic`: subjects that many units share: they name no phone, whatever they hold. */
  certificate: { subject: readonly string[]; issuer: readonly string[]; generic?: readonly string[] } | null
  /** White-label makers, for the evidence only. */
  alsoVendor: readonly string[]
}

export type PackDhcp = {
  /** Option number → value; text may hold `{{ bench.httpUrl }}`. */
  options: Readonly<Record<number, OptionValue>>
  /** Options sent even when the phone did not ask for them. */
  force: readonly number[]
}

/**
 * `ini` key = value; `xml`; `json`; `colon` key: value (Mitel); `quoted` NAME="value" (Panasonic); `text` anything else of lines. Each escapes values its
 * own way.
 */
export type FileFormat = 'ini' | 'xml' | 'text' | 'json' | 'colon' | 'quoted'
export type FileEncoding = 'utf-8' | 'latin-1'
export type FileProtocol = 'http' | 'tftp'
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
  /** How it is asked for; https counts as http. */
  protocols: readonly FileProtocol[]
  /** Literals of the path match in any case. */
  anyCase: boolean
  format: FileFormat
  encoding: FileEncoding
  contentType: string
  lineEnd: '\n' | '\r\n'
  /** Limits of the phone's parser, line ends not counted in a line; null = none known. */
  maxBytes: number | null
  maxLineBytes: number | null
  /** Holds a secret in some stage: only inside the window or to the token. */
  secret: boolean
  /** Fetching it with the token proves the token. */
  proves: boolean
  /** Only the application asks for it, never a boot program: see `PackMatch.userAgent`. */
  applicationOnly?: boolean
  /**
   * It tells no family from another: looked at last, when no pack has the path, for a leased phone known to be of this one; and only a file that the library really
   * holds, by its exact name, is given.
   */
  fromLibrary?: boolean
}

export type PackToken = {
  /** HTTP user and password; or a part of the path, where a family can do nothing else; or the family takes none. */
  how: 'basic' | 'path' | 'none'
  /** Where a config states it: in keys of its own, or inside the provisioning URL. */
  in: 'keys' | 'url'
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
  /** Names that stand for several models and list none of them: the models by what stands in the place of `{model}`. */
  imageModels?: Readonly<Record<string, readonly string[]>>
  /** Files that an image brings along (signed parts of a load): kept in the library under their own names, never what a phone is to run. */
  partNames?: readonly string[]
  /**
   * The phone compares by itself and takes the image before its configuration (Poly), or because the config names it (Yealink), or asks for a fixed name
   * beside its configuration (Grandstream).
   */
  order: 'before-config' | 'from-config' | 'by-name'
  downgrade: 'allowed' | 'refused' | 'unknown'
  /** Versions that must be loaded on the way: units of these models (none = all) below `below` take `through` first. */
  steps: readonly { models: readonly string[]; below: string; through: string }[]
}

/** Event texts of a SIP NOTIFY; null = unknown or none. */
export type PackNotify = { resync: string | null; reboot: string | null }

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

/** Pages of the settings editor, like the phone's own. */
export const MENUS = ['provisioning', 'sip', 'lines', 'keys', 'audio', 'time', 'phone', 'network', 'security', 'raw'] as const
export type Menu = (typeof MENUS)[number]

export type SettingType =
  | 'text'
  | 'number'
  | 'boolean'
  | 'choice'
  | 'host'
  | 'url'
  | 'password'
  /** Words with commas between them; with `choices` only those. A template gets a list. */
  | 'list'
  | 'directoryNumber'
  /** Lines of the family's own format, with line breaks. */
  | 'raw'
  /** HH:MM. */
  | 'time'

export type SettingDefinition = {
  key: string
  type: SettingType
  label: string
  help: string
  default: SettingScalar | null
  choices: readonly string[] | null
  min: number | null
  max: number | null
  unit: string | null
  secret: boolean
  layers: readonly LayerKind[]
  menu: Menu
  /** First firmware that has it, `*` in a part for "any"; null = all. */
  since: string | null
  /** Models that have it; null = all. */
  models: readonly string[] | null
  /** One of the normalised settings that many families share, not a vendor's own. */
  normal: boolean
}

/**
 * Which version (`revision`) of an endpoint pack new phones get. `isGiven`: it was the one that came with the program, and the next one that comes takes its
 * place; phones keep what they have. Id of the record: the pack's id.
 */
export type PackChoice = { pack: string; version: number; at: number; isGiven?: boolean }

/** Names one version of a pack: `yealink/t4x-t5x@3`. */
export function packVersionId(pack: string, version: number): string {
  return `${pack}@${version}`
}
