import { type Department, type Group, type Layer, layerId, type Line, type Profile } from '../core/model/catalogue.ts'
import type { Device } from '../core/model/device.ts'
import type { BenchNetwork } from '../core/model/dhcp.ts'
import type { Mac } from '../core/model/mac.ts'
import type { Pack } from '../core/model/pack.ts'
import { emptyWorld, type MutableWorld } from '../core/model/world.ts'
import { numbersNamed } from '../core/settings/lines.ts'
import { foldTokens, type TokenFact } from '../core/sync/merge.ts'
import type { Stamps } from '../core/sync/receive.ts'
import type { Tx } from './database/database.ts'
import type { Seals } from './sealing.ts'

/** What every world of this store has: the packs, and where phones are told to come to. */
export type Setting = { packs: readonly Pack[]; seals: Seals; publicUrl: string | null }

/** Just the part of the world that a rule reads, and who said each field of its devices. */
export type Loaded = { world: MutableWorld; stamps: Map<Mac, Stamps> }

export function bareWorld({ packs, publicUrl }: Setting): MutableWorld {
  const world = emptyWorld('central')
  world.packs = packs
  world.network = publicUrl === null ? null : phonesComeTo(`${publicUrl}p/`)
  return world
}

/** There is no LAN here; only the address that first-stage configs point at. */
function phonesComeTo(httpUrl: string): BenchNetwork {
  return { interface: null, address: '0.0.0.0', prefixLength: 0, pool: { from: '0.0.0.0', to: '0.0.0.0' }, httpUrl }
}

/**
 * Decisions about one device come one after another, on any node and also before the device has a row. Locked in one order, so that two batches that
 * share devices do not wait for each other.
 */
export async function lockDevices(tx: Tx, macs: readonly Mac[]): Promise<void> {
  if (macs.length > 0)
    await tx.query(
      'SELECT pg_advisory_xact_lock(66, hashtext(m)) FROM (SELECT m FROM unnest($1::text[]) AS m ORDER BY hashtext(m)) AS sorted',
      [macs],
    )
}

type DeviceRow = { mac: Mac; record: Device; stamps: Stamps }
type TokenRow = {
  mac: Mac
  hash: string
  user_name: string
  secret: string | null
  ha1: string | null
  issued_at: number
  proven_at: number | null
  revoked_at: number | null
}
type LineRow = { number: string; record: Omit<Line, 'sipPassword'>; password: string }
type Row<T> = { id: string; record: T }

/** Devices with their tokens; `withPlace`: also lines, groups, departments, profiles and layers that hold for them. */
export async function loadDevices(tx: Tx, macs: readonly Mac[], setting: Setting, withPlace: boolean): Promise<Loaded> {
  const world = bareWorld(setting)
  if (macs.length === 0) return { world, stamps: new Map() }
  const devices = await tx.query<DeviceRow>('SELECT mac, record, stamps FROM device WHERE mac = ANY($1::text[])', [macs])
  const stamps = putDevices(world, devices)
  putTokens(world, await tx.query<TokenRow>('SELECT * FROM token WHERE mac = ANY($1::text[])', [macs]), setting.seals)
  if (withPlace && devices.length > 0) await loadPlaces(tx, world, setting.seals)
  return { world, stamps }
}

function putDevices(world: MutableWorld, rows: readonly DeviceRow[]): Map<Mac, Stamps> {
  for (const { mac, record } of rows) world.device.set(mac, record)
  return new Map(rows.map(({ mac, stamps }) => [mac, stamps]))
}

function putTokens(world: MutableWorld, rows: readonly TokenRow[], seals: Seals): void {
  const ledgers = new Map<Mac, TokenFact[]>()
  for (const row of rows) ledgers.set(row.mac, [...(ledgers.get(row.mac) ?? []), factOfRow(row, seals)])
  for (const [mac, facts] of ledgers) world.token.set(mac, { mac, tokens: foldTokens(facts) })
}

function factOfRow(row: TokenRow, seals: Seals): TokenFact {
  const { ha1, hash, issued_at: issuedAt, mac, proven_at: provenAt, revoked_at: revokedAt, secret, user_name: user } = row
  return { mac, hash, user, secret: seals.open(secret), ha1: seals.open(ha1), issuedAt, provenAt, revokedAt }
}

async function loadPlaces(tx: Tx, world: MutableWorld, seals: Seals): Promise<void> {
  const devices = [...world.device.values()]
  putLines(
    world,
    await named<LineRow>(
      tx,
      'SELECT number, record, password FROM line WHERE number = ANY($1::text[])',
      ids(devices.flatMap((device) => [...device.lines])),
    ),
    seals,
  )
  const lines = [...world.line.values()]
  const groups = ids([...devices.map((device) => device.group), ...lines.map((line) => line.group)])
  const departments = ids([...devices.map((device) => device.department), ...lines.map((line) => line.department)])
  put(world.group, await named<Row<Group>>(tx, 'SELECT id, record FROM business_group WHERE id = ANY($1::text[])', groups))
  put(world.department, await named<Row<Department>>(tx, 'SELECT id, record FROM department WHERE id = ANY($1::text[])', departments))
  const profiles = ids([...devices.map((device) => device.profile), ...[...world.group.values()].map((group) => group.profile)])
  put(world.profile, await named<Row<Profile>>(tx, 'SELECT id, record FROM profile WHERE id = ANY($1::text[])', profiles))
  const layers = [
    ...profiles.map((id) => layerId('profile', id)),
    ...groups.map((id) => layerId('group', id)),
    ...departments.map((id) => layerId('department', id)),
    ...devices.map((device) => layerId('device', device.mac)),
  ]
  putLayers(world, await named<Row<Layer>>(tx, 'SELECT id, record FROM layer WHERE id = ANY($1::text[])', layers), seals)
  // Further lines of a phone come by rule: settings name their numbers.
  const further = numbersNamed(world.layer.values()).filter((number) => !world.line.has(number))
  putLines(world, await named<LineRow>(tx, 'SELECT number, record, password FROM line WHERE number = ANY($1::text[])', further), seals)
}

/** Rows by their ids; nothing named is nothing asked. */
async function named<T extends object>(tx: Tx, sql: string, wanted: readonly string[]): Promise<T[]> {
  return wanted.length === 0 ? [] : tx.query<T>(sql, [wanted])
}

function ids(list: readonly (string | null)[]): string[] {
  return [...new Set(list.filter((id) => id !== null))]
}

function put<T>(table: Map<string, T>, rows: readonly Row<T>[]): void {
  for (const { id, record } of rows) table.set(id, record)
}

function putLines(world: MutableWorld, rows: readonly LineRow[], seals: Seals): void {
  for (const { number, password, record } of rows) world.line.set(number, seals.openLine(record, password))
}

function putLayers(world: MutableWorld, rows: readonly Row<Layer>[], seals: Seals): void {
  for (const { id, record } of rows) world.layer.set(id, seals.openLayer(record))
}

/** Everything, for a catalogue that is loaded: it may name anything. Rare, and the only rule that needs it. */
export async function loadAll(tx: Tx, setting: Setting): Promise<Loaded> {
  const world = bareWorld(setting)
  const stamps = putDevices(world, await tx.query<DeviceRow>('SELECT mac, record, stamps FROM device'))
  putLines(world, await tx.query<LineRow>('SELECT number, record, password FROM line'), setting.seals)
  put(world.group, await tx.query<Row<Group>>('SELECT id, record FROM business_group'))
  put(world.department, await tx.query<Row<Department>>('SELECT id, record FROM department'))
  put(world.profile, await tx.query<Row<Profile>>('SELECT id, record FROM profile'))
  putLayers(world, await tx.query<Row<Layer>>('SELECT id, record FROM layer'), setting.seals)
  return { world, stamps }
}
