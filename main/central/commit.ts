import { randomBytes } from 'node:crypto'
import { told } from '../core/audit/record.ts'
import type { Line } from '../core/model/catalogue.ts'
import type { Effect, Note } from '../core/model/decision.ts'
import type { Device } from '../core/model/device.ts'
import type { Token } from '../core/model/token.ts'
import { type Change, tokensOf, type World } from '../core/model/world.ts'
import { ownStamps, type Stamps } from '../core/sync/receive.ts'
import { shownState } from '../core/staging/view.ts'
import { putAudit } from './audit.ts'
import type { Tx } from './database/database.ts'
import type { Seals } from './sealing.ts'

/** Lines of a device's timeline that are kept. */
const KEPT_NOTES = 200

export type Commit = {
  changes: readonly Change[]
  effects: readonly Effect[]
  /** The world the rule was asked in. */
  before: World
  /** Stamps as they were, and those a bench's reports bring; without the latter what changed is this store's own word. */
  stamps: ReadonlyMap<string, Stamps>
  reported?: ReadonlyMap<string, Stamps>
  now: number
}

/** Writes what a rule decided, within the caller's transaction. */
export async function commit(tx: Tx, { before, changes, effects, now, reported, stamps }: Commit, seals: Seals): Promise<void> {
  for (const change of told(changes, before)) {
    if (change.entity === 'device' && change.value !== null) {
      const known = stamps.get(change.id) ?? {}
      await putDevice(
        tx,
        change.value,
        reported?.get(change.id) ?? (reported === undefined ? ownStamps(before.device.get(change.id), change.value, known, now) : known),
      )
    } else if (change.entity === 'token' && change.value !== null)
      await putTokens(tx, tokensOf(before, change.id), change.value.tokens, seals)
    else await putOther(tx, change, seals)
  }
  await putNotes(
    tx,
    effects.flatMap((effect) => (effect.do === 'note' ? [effect.note] : [])),
  )
}

async function putDevice(tx: Tx, device: Device, stamps: Stamps): Promise<void> {
  const search = [device.mac, device.model, device.expectedModel, device.group, device.order, ...device.lines]
    .filter((text) => text !== null)
    .join(' ')
    .toLowerCase()
  await tx.query(
    `INSERT INTO device (mac, record, stamps, state, order_id, search) VALUES ($1, $2::jsonb, $3::jsonb, $4, $5, $6)
     ON CONFLICT (mac) DO UPDATE SET record = excluded.record, stamps = excluded.stamps, state = excluded.state, order_id = excluded.order_id, search = excluded.search`,
    [device.mac, JSON.stringify(device), JSON.stringify(stamps), shownState(device), device.order, search],
  )
}

/** Facts are only ever added: the statement itself keeps the ledger's rules, whatever a late writer brings (core/sync/merge.ts). */
const PUT_TOKEN = `
  INSERT INTO token AS t (mac, hash, user_name, secret, ha1, issued_at, proven_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (mac, hash) DO UPDATE SET
    proven_at  = LEAST(t.proven_at, excluded.proven_at),
    revoked_at = LEAST(t.revoked_at, excluded.revoked_at),
    issued_at  = LEAST(t.issued_at, excluded.issued_at),
    secret     = CASE WHEN LEAST(t.proven_at, excluded.proven_at, t.revoked_at, excluded.revoked_at) IS NULL THEN COALESCE(t.secret, excluded.secret) END,
    ha1        = CASE WHEN LEAST(t.revoked_at, excluded.revoked_at) IS NULL THEN COALESCE(t.ha1, excluded.ha1) END`

async function putTokens(tx: Tx, before: readonly Token[], after: readonly Token[], seals: Seals): Promise<void> {
  for (const token of after) {
    const known = before.find((one) => one.hash === token.hash)
    if (known !== undefined && JSON.stringify(known) === JSON.stringify(token)) continue
    const values = [
      token.mac,
      token.hash,
      token.user,
      seals.text(token.secret),
      seals.text(token.ha1),
      token.issuedAt,
      token.provenAt,
      token.revokedAt,
    ]
    await tx.query(PUT_TOKEN, values)
  }
}

const TABLES = { group: 'business_group', department: 'department', profile: 'profile', layer: 'layer' } as const

async function putOther(tx: Tx, change: Change, seals: Seals): Promise<void> {
  const { entity, id, value } = change
  switch (entity) {
    case 'line':
      return value === null ? void (await tx.query('DELETE FROM line WHERE number = $1', [id])) : putLine(tx, value, seals)
    case 'layer':
      return putRecord(tx, TABLES.layer, id, value === null ? null : seals.layer(value))
    case 'group':
    case 'department':
    case 'profile':
      return putRecord(tx, TABLES[entity], id, value)
    case 'audit':
      return value === null ? undefined : putAudit(tx, value, seals)
    default:
      // A rule of the bench's own business was asked here: a mistake of ours that must not pass in silence.
      throw new Error(`The central store keeps no ${entity}`)
  }
}

async function putLine(tx: Tx, line: Line, seals: Seals): Promise<void> {
  const { password, record } = seals.line(line)
  await tx.query(
    `INSERT INTO line (number, group_id, record, password) VALUES ($1, $2, $3::jsonb, $4)
     ON CONFLICT (number) DO UPDATE SET group_id = excluded.group_id, record = excluded.record, password = excluded.password`,
    [line.number, line.group, JSON.stringify(record), password],
  )
}

async function putRecord(tx: Tx, table: string, id: string, record: object | null): Promise<void> {
  if (record === null) await tx.query(`DELETE FROM ${table} WHERE id = $1`, [id])
  else
    await tx.query(`INSERT INTO ${table} (id, record) VALUES ($1, $2::jsonb) ON CONFLICT (id) DO UPDATE SET record = excluded.record`, [
      id,
      JSON.stringify(record),
    ])
}

/** Sorts by time, then by place in one decision; chance tells two writers of the same millisecond apart. */
function noteId(at: number, place = 0): string {
  return `${String(at).padStart(15, '0')}-${String(place).padStart(3, '0')}-${randomBytes(4).toString('hex')}`
}

/** Only timelines of devices: what strangers ask for must not fill the database. The caller logs the rest. */
async function putNotes(tx: Tx, notes: readonly Note[]): Promise<void> {
  const own = notes.filter((note) => note.mac !== null)
  for (const [place, { at, kind, level, mac, text }] of own.entries()) {
    await tx.query('INSERT INTO note (id, mac, at, level, kind, words) VALUES ($1, $2, $3, $4, $5, $6)', [
      noteId(at, place),
      mac,
      at,
      level,
      kind,
      text,
    ])
  }
  for (const mac of new Set(own.map((note) => note.mac))) {
    await tx.query(
      'DELETE FROM note WHERE mac = $1 AND id < (SELECT min(id) FROM (SELECT id FROM note WHERE mac = $1 ORDER BY id DESC LIMIT $2) AS kept)',
      [mac, KEPT_NOTES],
    )
  }
}
