import type { CertificatePolicy } from './certificate.ts'
import type { Mac } from './mac.ts'

/** One customer organisation. */
export type Group = { id: string; name: string; profile: string }

/** Optional layer inside a business group. */
export type Department = { id: string; name: string; group: string }

/**
 * A firmware target: version text as the phone states it. `models` empty = all models of the pack. The narrowest target counts: one that names the
 * model before one of the whole pack, and among those one that names the hardware revision (`V1.1A`) before one for any.
 */
export type FirmwareTarget = {
  pack: string
  models: readonly string[]
  version: string
  hardware?: readonly string[]
  /** Versions that no phone may run or get, even where they are newer than the target. */
  knownBad?: readonly string[]
  /** Versions to be loaded on the way, beside those the pack knows: units below `below` take `through` first. */
  steps?: readonly FirmwareStep[]
  /** Whether an older version may be given to a phone; left out = as the pack says. */
  downgrade?: 'allowed' | 'forbidden'
  /** A newer version than the target is right too. */
  orNewer?: boolean
}

export type FirmwareStep = { below: string; through: string }

/** Named top-level set of settings and firmware targets. */
export type Profile = {
  id: string
  name: string
  packs: readonly string[]
  firmware: readonly FirmwareTarget[]
  /** What factory certificates count for, by pack id, `*` = every other pack; what stands here beats what the pack says. */
  certificates?: Readonly<Record<string, CertificatePolicy>>
  /** A proven token is replaced after this many days; missing = never by itself. */
  rotateDays?: number
}

/** A directory number with its SIP user, password and display name: facts, not a layer. */
export type Line = {
  number: string
  group: string
  department: string | null
  displayName: string
  sipUser: string
  sipAuthUser: string | null
  /** Clear in memory, sealed on disk, stripped from every stream. */
  sipPassword: string
}

export type LayerKind = 'profile' | 'group' | 'department' | 'device'

/** A value with an optional selector; inside one layer the narrower selector wins. */
export type SettingValue = { key: string; value: SettingScalar; pack?: string; model?: string }
export type SettingScalar = string | number | boolean

/** Everything set at one place. Id of the record: `${kind}:${id}`. */
export type Layer = { kind: LayerKind; id: string; values: readonly SettingValue[]; locks: readonly string[] }

/** Settings of phones that were taken off a line, newest first; the next phone of that line gets them back. Id of the record: the directory number. */
export type KeptSettings = { number: string; phones: readonly KeptPhone[] }

/** What one phone had of its own: its layer, its further lines, a profile given to it alone. */
export type KeptPhone = {
  mac: Mac
  model: string | null
  removedAt: number
  values: readonly SettingValue[]
  locks: readonly string[]
  lines: readonly string[]
  profile: string | null
}

export function layerId(kind: LayerKind, id: string): string {
  return `${kind}:${id}`
}

/** A firmware image in the library: bytes on disk, facts here. */
export type FirmwareImage = {
  /** SHA-256 of the bytes, hex. */
  id: string
  name: string
  pack: string
  models: readonly string[]
  version: string
  /** A companion of an image: given by its name, never what a phone is to run. Its version may be empty. */
  isPart?: boolean
  sizeBytes: number
  addedAt: number
}

/** A firmware download under way; volatile. */
export type Transfer = {
  mac: Mac
  image: string
  sentBytes: number
  sizeBytes: number
  startedAt: number
  endedAt: number | null
  whole: boolean
}

/** An entry that waits for the central store. `number` counts up from 1 for the life of the bench. */
export type OutboxEntry = { number: number; at: number; kind: 'token' | 'device' | 'result'; body: Record<string, unknown> }

/** Where sync stands. */
export type SyncState = {
  acknowledged: number
  /** Entries up to this number lie in an encrypted file that was written for the way by hand. */
  exportedThrough?: number
  lastSyncAt: number | null
  central: string | null
  benchId: string | null
  key: string | null
}

/** One thing that became another; a value that is a secret is masked, null = there was none. */
export type AuditChange = { record: string; field: string; before: string | null; after: string | null }

/**
 * Who did what to whom, when, and what it was before. `number` counts from 1 without a gap, `previous` is the hash of the entry before, `hash` that of this
 * one (core/audit/chain.ts); the three are put in when the entry is committed. Entries are never changed and never removed.
 */
export type AuditEntry = {
  at: number
  actor: string
  action: string
  target: string
  detail: string
  changes?: readonly AuditChange[]
  /** Changes that were too many to list. */
  more?: number
  number?: number
  previous?: string
  hash?: string
}

/** The end of the chain, kept apart from the entries. `seal` = number and hash once more, sealed on disk, so that a chain written anew from some entry on is found. */
export type AuditHead = { number: number; hash: string; seal: string }
