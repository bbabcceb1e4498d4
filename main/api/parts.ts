import type { Capture } from '../bench/capture.ts'
import type { Loop } from '../bench/loop.ts'
import type { Backups, Exchange, Images, Incoming, Log, Packs, PhoneUploads, Store, StoragePart, SyncLink } from '../bench/ports.ts'
import type { PackDesk } from '../bench/pack-desk.ts'
import type { BenchServices } from '../bench/services.ts'
import type { NetworkStart } from '../bench/network.ts'
import type { PageStream } from '../bench/stream.ts'
import type { ReadAuthority } from '../core/files/authorities.ts'
import type { Caller } from '../core/model/account.ts'
import type { PreflightView } from '../core/model/preflight.ts'
import type { Result } from '../core/model/result.ts'
import type { PeopleDesk } from '../people/desk.ts'

/** What the handlers lean on; built once by the entry. */
export type ApiParts = {
  /** What is carried to and from the central store by hand. */
  exchange: Exchange
  /** What the data folder holds. */
  storage(): Promise<{ parts: StoragePart[]; freeBytes: number | null }>
  /** A person takes the time of the machine's clock as it stands; by how much it steps. */
  takeTime(): number
  loop: Loop
  store: Store
  services: BenchServices
  stream: PageStream
  images: Images
  sync: SyncLink | null
  incoming: Incoming
  uploads: PhoneUploads
  packs: Packs
  packDesk: PackDesk
  /** Tells a phone by SIP to fetch its configuration again, or to restart; says where the word goes. */
  notify(command: { mac: string; do: 'resync' | 'reboot'; by: string | null }): Promise<Result<{ address: string; port: number }>>
  /** The packet view. */
  capture: Capture
  backups: Backups
  /** A file that a person gives as a maker's certificate authority. */
  readAuthorities(bytes: Uint8Array): Result<ReadAuthority[]>
  /** Who may sign in. */
  people: PeopleDesk
  preflight(asked: { interface?: string | undefined; allowDefaultRoute?: string | undefined }): Promise<PreflightView>
  /** What was said about the network when the program started. */
  network: NetworkStart
  now(): number
  log: Log
}

/**
 * Who calls: `actor` as the audit log says it, `caller` with role and what is theirs. Without a caller it is the program itself, in its own process; a door
 * always names one.
 */
export type ApiContext = { actor: string; caller?: Caller | undefined }
/** What a door hands in. */
export type DoorContext = ApiContext & { caller: Caller }
