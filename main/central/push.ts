import { isMac, type Mac } from '../core/model/mac.ts'
import type { Entry, Push, PushReply } from '../core/sync/protocol.ts'
import { receive } from '../core/sync/receive.ts'
import { commit } from './commit.ts'
import type { Tx } from './database/database.ts'
import type { Central } from './decide.ts'
import { loadDevices, lockDevices } from './load-world.ts'

/** Reports of one bench that are kept as they came; for 50,000 phones it is all of them. */
const KEPT_RECEIPTS = 200_000

/**
 * Takes a batch of a bench: what is new by (bench, number) is kept and applied, all in one transaction; what was seen before is acknowledged again and
 * changes nothing. Entries that cannot be understood are kept, named, and hold up nothing.
 */
export function takePush(central: Central, { bench, entries }: Push): Promise<PushReply> {
  return central.database.transaction(async (tx) => {
    // One batch of a bench at a time: a repeat that overtakes its first try waits here and then finds everything seen.
    const [row] = await tx.query<{ acknowledged: number }>('SELECT acknowledged FROM bench WHERE id = $1 FOR UPDATE', [bench])
    const now = central.clock.now()
    const fresh = await unseen(tx, bench, entries)
    const macs = macsOf(fresh)
    await lockDevices(tx, macs)
    const { stamps, world } = await loadDevices(tx, macs, central, false)
    const { changes, effects, reply } = receive({ bench, entries: fresh, known: stamps }, world, now)
    await commit(tx, { changes, effects, before: world, stamps, reported: reply.stamps, now }, central.seals)
    await keep(tx, bench, fresh, new Map(reply.refused.map(({ number, why }) => [number, why])), now)
    const acknowledged = Math.max(row?.acknowledged ?? 0, ...entries.map((entry) => entry.number))
    await tx.query('UPDATE bench SET last_push_at = $2, acknowledged = $3 WHERE id = $1', [bench, now, acknowledged])
    // A report that comes again after so many others would be taken as news, and change nothing: the ledger and the stamps know better.
    await tx.query('DELETE FROM receipt WHERE bench_id = $1 AND number < $2', [bench, acknowledged - KEPT_RECEIPTS])
    return { acknowledged, refused: reply.refused, at: new Date(now).toISOString() }
  })
}

/**
 * In the order of their numbers, each number once, without those that are kept already. A number that comes back with another report is that of a bench
 * restored from a backup: the report is news all the same.
 */
async function unseen(tx: Tx, bench: string, entries: readonly Entry[]): Promise<Entry[]> {
  if (entries.length === 0) return []
  const numbers = entries.map((entry) => entry.number)
  const sql = 'SELECT number, at, kind FROM receipt WHERE bench_id = $1 AND number = ANY($2::bigint[])'
  const kept = new Map(
    (await tx.query<{ number: number; at: number; kind: string }>(sql, [bench, numbers])).map((row) => [row.number, row]),
  )
  const isSeen = ({ at, kind, number }: Entry) => kept.get(number)?.at === at && kept.get(number)?.kind === kind
  const byNumber = new Map(entries.filter((entry) => !isSeen(entry)).map((entry) => [entry.number, entry]))
  return [...byNumber.values()].sort((a, b) => a.number - b.number)
}

function macsOf(entries: readonly Entry[]): Mac[] {
  return [...new Set(entries.flatMap(({ body: { mac } }) => (typeof mac === 'string' && isMac(mac) ? [mac] : [])))]
}

async function keep(tx: Tx, bench: string, entries: readonly Entry[], refused: ReadonlyMap<number, string>, now: number): Promise<void> {
  if (entries.length === 0) return
  const rows = entries.map(({ at, body, kind, number }) => {
    const { ha1: _sealedElsewhere, ...rest } = body
    return { bench_id: bench, number, kind, at, received_at: now, body: rest, refused: refused.get(number) ?? null }
  })
  await tx.query(
    `INSERT INTO receipt SELECT * FROM jsonb_populate_recordset(NULL::receipt, $1::jsonb)
     ON CONFLICT (bench_id, number) DO UPDATE SET kind = excluded.kind, at = excluded.at, received_at = excluded.received_at, body = excluded.body, refused = excluded.refused`,
    [JSON.stringify(rows)],
  )
}
