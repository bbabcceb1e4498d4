import type { Account, Session } from './account.ts'
import type {
  AuditEntry,
  AuditHead,
  Department,
  FirmwareImage,
  Group,
  KeptSettings,
  Layer,
  Line,
  OutboxEntry,
  Profile,
  SyncState,
  Transfer,
} from './catalogue.ts'
import type { VendorAuthority } from './certificate.ts'
import type { Device } from './device.ts'
import { DEFAULT_DHCP, type BenchNetwork, type DhcpConfig, type Lease, type Offer, type Quarantine } from './dhcp.ts'
import type { Mac } from './mac.ts'
import type { MissTally } from './misses.ts'
import type { Order } from './order.ts'
import type { Pack, PackChoice } from './pack.ts'
import { DEFAULT_SERVICES, type ServiceConfig } from './services.ts'
import { Table } from './table.ts'
import type { Token, TokenSet } from './token.ts'

/** Every kind of record and the type of its value. Ids: MAC for device, token, lease, offer, transfer; address; number; own id. */
export type Entities = {
  device: Device
  token: TokenSet
  lease: Lease
  offer: Offer
  quarantine: Quarantine
  line: Line
  group: Group
  department: Department
  profile: Profile
  layer: Layer
  kept: KeptSettings
  image: FirmwareImage
  transfer: Transfer
  registration: Registration
  outbox: OutboxEntry
  sync: SyncState
  audit: AuditEntry
  auditHead: AuditHead
  dhcpConfig: DhcpConfig
  serviceConfig: ServiceConfig
  order: Order
  packChoice: PackChoice
  vendorAuthority: VendorAuthority
  miss: MissTally
  account: Account
  session: Session
}

/** A line that a phone registered at the bench's own registrar, so that user and password are known to be right; volatile. Id: `${mac} ${number}`. */
export type Registration = { mac: Mac; number: string; contact: string; registeredAt: number; expiresAt: number }

export type EntityName = keyof Entities

/** Records that never touch the disk. */
export const VOLATILE: ReadonlySet<EntityName> = new Set<EntityName>(['offer', 'transfer', 'registration', 'miss'])

export const ENTITY_NAMES: readonly EntityName[] = [
  'device',
  'token',
  'lease',
  'offer',
  'quarantine',
  'line',
  'group',
  'department',
  'profile',
  'layer',
  'kept',
  'image',
  'transfer',
  'registration',
  'outbox',
  'sync',
  'audit',
  'auditHead',
  'dhcpConfig',
  'serviceConfig',
  'order',
  'packChoice',
  'vendorAuthority',
  'miss',
  'account',
  'session',
]

/** What is now true: the whole new value of one record, or null when it is gone. */
export type Change = { [E in EntityName]: { entity: E; id: string; value: Entities[E] | null } }[EntityName]

/** Everything a rule may know. Rules read it; only `applyChanges` writes, in the turn of the commit. */
export type World = {
  readonly site: 'bench' | 'central'
  readonly network: BenchNetwork | null
  /** The active version of each endpoint pack. */
  readonly packs: readonly Pack[]
  /** Other versions, by `vendor/family@revision`, for phones that were not moved yet. */
  readonly packVersions: ReadonlyMap<string, Pack>
} & { readonly [E in EntityName]: ReadonlyMap<string, Entities[E]> }

export type MutableWorld = {
  site: 'bench' | 'central'
  network: BenchNetwork | null
  packs: readonly Pack[]
  packVersions: ReadonlyMap<string, Pack>
} & { [E in EntityName]: Map<string, Entities[E]> }

export function emptyWorld(site: 'bench' | 'central'): MutableWorld {
  const tables = Object.fromEntries(ENTITY_NAMES.map((name) => [name, new Table()]))
  return { site, network: null, packs: [], packVersions: new Map(), ...tables } as unknown as MutableWorld // the table names are exactly ENTITY_NAMES
}

/** Applies changes in order. The caller persists them; memory and disk see the same list. */
export function applyChanges(world: MutableWorld, changes: readonly Change[]): void {
  for (const { entity, id, value } of changes) {
    const table = world[entity] as Map<string, unknown> // entity and value come from one Change
    if (value === null) table.delete(id)
    else table.set(id, value)
  }
}

/** The tokens of one device, newest first. */
export function tokensOf(world: World, mac: string): readonly Token[] {
  return world.token.get(mac)?.tokens ?? []
}

export function dhcpConfig(world: World): DhcpConfig {
  return world.dhcpConfig.get('bench') ?? DEFAULT_DHCP
}

export function serviceConfig(world: World): ServiceConfig {
  return world.serviceConfig.get('bench') ?? DEFAULT_SERVICES
}
