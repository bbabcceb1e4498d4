import { auditId, type AuditVerdict, link, verifyChain } from '../core/audit/chain.ts'
import type { AuditEntry, AuditHead } from '../core/model/catalogue.ts'
import type { Clock } from '../bench/ports.ts'
import type { Database, Tx } from './database/database.ts'
import type { Seals } from './sealing.ts'

/** Writers of entries come one after another, on any node: the next entry needs the hash of the last. Taken after the locks of devices, never before. */
const LOCK = 660_068
const HEAD = 'central'

/** The part of the store that is needed here. */
type Kept = { database: Database; seals: Seals; clock: Clock }

type Head = { number: number; hash: string; seal: string }

/** Puts an entry behind the last one. It must hold no secret: what a rule made goes through `told` first. */
export async function putAudit(tx: Tx, entry: AuditEntry, seals: Seals): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
  await append(tx, entry, seals)
}

async function append(tx: Tx, entry: AuditEntry, seals: Seals): Promise<void> {
  const [last] = await tx.query<Head>('SELECT number, hash, seal FROM audit_head WHERE id = $1', [HEAD])
  const { entry: placed, head } = link(entry, last === undefined ? null : { number: Number(last.number), hash: last.hash })
  await tx.query('INSERT INTO audit (id, record) VALUES ($1, $2::jsonb)', [auditId(head.number), JSON.stringify(placed)])
  await tx.query(
    `INSERT INTO audit_head (id, number, hash, seal) VALUES ($1, $2, $3, $4)
     ON CONFLICT (id) DO UPDATE SET number = excluded.number, hash = excluded.hash, seal = excluded.seal`,
    [HEAD, head.number, head.hash, seals.text(head.seal)],
  )
}

type Row = { id: string; record: AuditEntry }

/** Entries of a store that kept no chain are chained once, in the order they were made; the log says so. Gives how many. */
export function chainOlderAudit({ clock, database, seals }: Kept): Promise<number> {
  return database.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
    const old = (await tx.query<Row>('SELECT id, record FROM audit')).filter(({ record }) => record.hash === undefined)
    if (old.length === 0) return 0
    old.sort((a, b) => a.record.at - b.record.at || (a.id < b.id ? -1 : 1))
    for (const { id, record } of old) {
      await tx.query('DELETE FROM audit WHERE id = $1', [id])
      await append(tx, record, seals)
    }
    const detail = `${old.length} older entries were chained; nothing vouches for them before now`
    await append(tx, { at: clock.now(), actor: 'option66', action: 'audit.chained', target: 'audit', detail }, seals)
    return old.length
  })
}

/** All entries since an instant, in the order of the chain. */
export async function readAudit({ database }: Pick<Kept, 'database'>, since: number): Promise<AuditEntry[]> {
  const rows = await database.transaction((tx) => tx.query<Row>('SELECT id, record FROM audit ORDER BY id'))
  return rows.map((row) => row.record).filter((entry) => entry.at >= since)
}

/** Is every entry there, unchanged, in its place? A chain without its sealed end is not whole. */
export function verifyAudit({ database, seals }: Pick<Kept, 'database' | 'seals'>): Promise<AuditVerdict> {
  return database.transaction(async (tx) => {
    const rows = await tx.query<Row>('SELECT id, record FROM audit')
    const [row] = await tx.query<Head>('SELECT number, hash, seal FROM audit_head WHERE id = $1', [HEAD])
    const records = rows.map(({ id, record }) => [id, record] as const)
    if (row === undefined && rows.length > 0) {
      const verdict = verifyChain(records, null)
      return {
        ...verdict,
        faults: [...verdict.faults, { number: verdict.entries, kind: 'cut', text: 'The sealed end of the chain is missing' }],
      }
    }
    return verifyChain(records, row === undefined ? null : openHead(row, seals))
  })
}

/** A seal that does not open was not made here: it vouches for nothing. */
function openHead({ hash, number, seal }: Head, seals: Seals): AuditHead {
  const head = { number: Number(number), hash }
  try {
    return { ...head, seal: seals.open(seal) ?? '0' }
  } catch {
    return { ...head, seal: '0' }
  }
}
