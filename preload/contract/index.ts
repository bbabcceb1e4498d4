import type { ContractRouterClient } from '@orpc/contract'
import { audit } from './audit.ts'
import { backup } from './backup.ts'
import { bench } from './bench.ts'
import { catalogue } from './catalogue.ts'
import { certificates } from './certificates.ts'
import { devices } from './devices.ts'
import { drill } from './drill.ts'
import { events } from './events.ts'
import { firmware } from './firmware.ts'
import { departments, groups } from './groups.ts'
import { lines } from './lines.ts'
import { network } from './network.ts'
import { orders } from './orders.ts'
import { packs } from './packs.ts'
import { people } from './people.ts'
import { phoneUploads } from './phone-uploads.ts'
import { phoneWire } from './phone-wire.ts'
import { preflight } from './preflight.ts'
import { profiles } from './profiles.ts'
import { settings } from './settings.ts'
import { sync } from './sync.ts'

/** Everything a page or a script may ask of a bench, written once; also served as `POST /api/<group>.<name>` and `GET /api/events`. */
export const contract = {
  bench: { ...bench, preflight },
  devices: { ...devices, ...phoneWire, ...phoneUploads },
  settings,
  catalogue,
  profiles,
  groups,
  departments,
  lines,
  packs,
  firmware,
  certificates,
  network,
  orders,
  sync,
  audit,
  backup,
  drill,
  people,
  events,
}

export type Contract = typeof contract
export type Client = ContractRouterClient<Contract>
