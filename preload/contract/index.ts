import type { ContractRouterClient } from '@orpc/contract'
import { bench } from './bench.ts'
import { devices } from './devices.ts'
import { events } from './events.ts'
import { audit, catalogue, firmware, packs, settings, sync } from './more.ts'

/** Everything a page or a script may ask of a bench, written once; also served as `POST /api/<group>.<name>` and `GET /api/events`. */
export const contract = { bench, devices, settings, catalogue, packs, firmware, sync, audit, events }

export type Contract = typeof contract
export type Client = ContractRouterClient<Contract>
