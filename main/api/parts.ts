import type { Loop } from '../bench/loop.ts'
import type { Images, Incoming, Log, Packs, Store, SyncLink } from '../bench/ports.ts'
import type { PackDesk } from '../bench/pack-desk.ts'
import type { BenchServices } from '../bench/services.ts'
import type { PageStream } from '../bench/stream.ts'

/** What the handlers lean on; built once by the entry. */
export type ApiParts = {
  loop: Loop
  store: Store
  services: BenchServices
  stream: PageStream
  images: Images
  sync: SyncLink | null
  incoming: Incoming
  packs: Packs
  packDesk: PackDesk
  now(): number
  log: Log
}

/** Who calls: the OS user, a session, or a key. */
export type ApiContext = { actor: string }
