import type { FirmwareImage, Profile } from '../core/model/catalogue.ts'
import type { Note } from '../core/model/decision.ts'
import type { Upload, UploadEnd } from '../core/model/files.ts'
import type { BenchNetwork } from '../core/model/dhcp.ts'
import type { Mac } from '../core/model/mac.ts'
import type { Pack } from '../core/model/pack.ts'
import type { Refusal } from '../core/model/refusals.ts'
import type { Result } from '../core/model/result.ts'
import type { Change, World } from '../core/model/world.ts'

/** The one place that changes the world. */
export type Store = {
  /** Live view: rules read it in one turn and keep nothing of it. */
  readonly world: World
  /**
   * Applies to memory in this very turn; resolves when every durable change is flushed to disk. Rejects (STORE_UNAVAILABLE) when the disk refuses;
   * after that nothing more is acknowledged until memory was read anew from a disk that takes changes again.
   */
  commit(changes: readonly Change[]): Promise<void>
  /** Resolves when everything committed so far is on the disk: who tells what it has read of the world waits for it. */
  flushed?(): Promise<void>
  /** Room on the disk; absent = always. */
  room?(): StoreRoom
  /** Appends to the timelines; bounded, rotated; loss of the last lines in a crash is allowed. */
  append(notes: readonly Note[]): void
  /** Newest last, at most `limit`. */
  timeline(mac: Mac | null, limit: number): Promise<Note[]>
  /** What was found wrong when the folder was opened (bad file kept aside), for the person to read. */
  readonly warnings: readonly string[]
  close(): Promise<void>
}

/** `mayGrow` false: phones that are on their way finish on journal space taken beforehand, new ones are not taken. `refuses`: not even those. */
export type StoreRoom = { mayGrow: boolean; why: string | null; refuses: boolean; leftBytes: number; journalBytes: number }

export type Clock = { now(): number }

export type Random = { bytes(length: number): Uint8Array }

/** Seals secrets before they reach the disk: AES-256-GCM under one data key. Both throw on a wrong key or damaged text. */
export type Sealer = { seal(text: string): string; open(sealed: string): string }

/** One line of JSON on standard error; never a secret. */
export type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string, detail?: Record<string, unknown>) => void

/** Tells listeners (the change stream, sync) what was committed; a listener that throws is logged and does not stop the next. */
export type Committed = { changes: readonly Change[]; notes: readonly Note[]; at: number }

/** Firmware images on disk: facts in the world, bytes by id. */
export type Images = {
  /** Takes a copy of a file, or says why it is no image to take: what the person said of it beats what its name says. */
  add(
    path: string,
    facts: { pack?: string | undefined; models?: readonly string[] | undefined; version?: string | undefined },
    packs: readonly Pack[],
    /** Those whose lists of bad versions are asked; none = nobody is. */
    profiles?: Iterable<Profile>,
  ): Promise<Result<FirmwareImage>>
  file(id: string): string | null
  /** Takes the file out of the library; one that is gone already is no fault. */
  remove(id: string): Promise<Result<null>>
}

/** A file that a phone sent, as it is kept. */
export type PhoneUpload = { name: string; at: number; sizeBytes: number }

/** What phones send (logs, overrides): bounded for each device and in all, sealed on disk, given to no phone. */
export type PhoneUploads = {
  /** Replaces a file of that name; a device's oldest make room. Rejects when the disk refuses. */
  keep(upload: Upload, body: AsyncIterable<Uint8Array>): Promise<UploadEnd>
  /** Newest first, and how much there may be. */
  list(mac: Mac): Promise<{ files: PhoneUpload[]; maxFiles: number; maxBytes: number }>
  /** null when there is none, or it is damaged. */
  read(upload: Upload): Promise<(PhoneUpload & { bytes: Uint8Array }) | null>
}

/** Files on their way from a page to this machine, part by part. What they become is up to whoever ends them. */
export type Incoming = {
  begin(file: { name: string; sizeBytes: number }): Promise<Result<{ upload: string }>>
  /** Parts follow each other without a gap; the refusal of one that does not says how much is here. */
  part(upload: string, offset: number, bytes: Uint8Array): Promise<Result<{ receivedBytes: number }>>
  /** The whole file, held against its size and, if given, its SHA-256. It lies at `path` until `discard`. */
  end(upload: string, sha256?: string): Promise<Result<{ path: string; discard(): Promise<void> }>>
  cancel(upload: string): Promise<void>
}

/** One version of an endpoint pack that is here. `given` = it ships with the program or lies in a folder of `--packs`; `imported` = it came as a zip. */
export type PackHere = { pack: Pack; origin: 'given' | 'imported' }

/** A pack of a zip after its trial; `isNew` false: the very same version was here before. */
export type ImportedPack = {
  pack: string
  version: number
  models: string[]
  rendered: number
  identified: number
  goldens: number
  warnings: string[]
  isNew: boolean
}

/** Every version of every endpoint pack, side by side on disk. Which one is active is a record of the world (`packChoice`). */
export type Packs = {
  versions(): readonly PackHere[]
  /** Versions of one pack, lowest first, and the active one; null = none is. */
  known(pack: string, world: World): { pack: string; versions: number[]; active: number | null; given: number | null }
  problems(): readonly { pack: string; message: string }[]
  /** The whole trial of a zip beside the packs that are active now; with `keep` its packs are kept afterwards, all or none. */
  take(zip: Uint8Array, world: World, keep: boolean): Promise<Result<ImportedPack[]>>
  /** A version that is here, tried once more beside the packs that are active now. */
  tryAgain(pack: string, version: number, world: World): Promise<Result<null>>
  /** Keeps a copy of a given version beside the imported ones, for the day when the program brings another. */
  keep(pack: string, version: number): Promise<void>
  /** Forgets an imported version; who uses it was asked before. */
  remove(pack: string, version: number): Promise<Result<null>>
}

/** The way to the central store. Offline is its normal state. */
export type SyncLink = {
  now(): Promise<{ sent: number; acknowledged: number; pending: number }>
  /** Something waits: send it soon, without being waited for. */
  soon(): void
  status(): { state: 'none' | 'offline' | 'online'; url: string | null; error: string | null }
  close(): Promise<void>
}

/** What is carried to and from the central store by hand, as sealed files. Each throws `Refused`. */
export type Exchange = {
  /** Everything that waits; it goes on waiting until a receipt comes. */
  export(): Promise<{ name: string; bytes: Uint8Array; entries: number }>
  /** Receipts of the central store; the same file twice changes nothing. */
  import(bytes: Uint8Array): Promise<{ acknowledged: number; refused: number; pending: number }>
  /** Takes the enrolment file that the central store made for this bench. */
  enrol(bytes: Uint8Array): Promise<{ bench: string }>
}

/** One part of the data folder and what bounds it; `limitBytes` null = the number of phones, or what people add. */
export type StoragePart = {
  part: string
  files: number
  bytes: number
  limitBytes: number | null
  keptDays: number | null
  oldestAt: number | null
  rule: string
}

/** A phone service that runs; `where` is for people: `10.66.0.1:67 on lab0`. `problem` says why it does not serve as it should all the same. */
export type RunningService = { where: string; port?: number; problem?(): Refusal | null; close(): Promise<void> }

/** Opens one phone service on the bench network. Throws an object with a `refusal` when it cannot be had; null = switched off (port 0). */
export type OpenService = (network: BenchNetwork) => Promise<RunningService | null>

/** A backup that lies in the data folder, to be carried away. */
export type KeptBackup = { name: string; sizeBytes: number; madeAt: number }

/** Backups of a running bench, in `backups` of its data folder: made one at a time, the newest few kept. */
export type Backups = {
  readonly folder: string
  list(): Promise<KeptBackup[]>
  /** Rejects with Refused while another one is made, or when the disk refuses. */
  create(passphrase: string, withFirmware: boolean): Promise<{ files: number; sizeBytes: number; name: string }>
  /** Bytes from an offset on; null = there is no such backup. */
  part(name: string, offset: number): Promise<{ bytes: Uint8Array; sizeBytes: number } | null>
  remove(name: string): Promise<boolean>
}
