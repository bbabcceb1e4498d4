import { randomBytes } from 'node:crypto'
import { refusal } from '../core/model/refusals.ts'
import { ok, refuse, type Result } from '../core/model/result.ts'
import { exchangeSecret } from '../sync/exchange-seal.ts'
import { putAudit } from './audit.ts'
import type { Central } from './decide.ts'
import { benchKey, hashOf, makeCode, plainCode } from './keys.ts'

const DEFAULT_MINUTES = 24 * 60

/** A code that one bench may redeem once; only its hash is kept. */
export async function createEnrolment(
  central: Central,
  command: { bench: string; minutes?: number | undefined },
  actor: string,
): Promise<{ code: string; expiresAt: number }> {
  const code = makeCode()
  const now = central.clock.now()
  const expiresAt = now + (command.minutes ?? DEFAULT_MINUTES) * 60_000
  await central.database.transaction(async (tx) => {
    await tx.query('INSERT INTO enrolment (code_hash, bench, created_at, expires_at) VALUES ($1, $2, $3, $4)', [
      hashOf(plainCode(code)),
      command.bench,
      now,
      expiresAt,
    ])
    await putAudit(tx, { at: now, actor, action: 'enrolment.create', target: command.bench, detail: 'One-time code made' }, central.seals)
  })
  return { code, expiresAt }
}

type Row = { bench: string; expires_at: number; redeemed_at: number | null; claim_hash: string | null; bench_id: string | null }
type Enrolled = { benchId: string; key: string }

/**
 * One-time. A used code is good again only for the claim that used it, until it expires: the same bench asking again because the answer got lost. Used,
 * unknown and expired are one refusal: it says nothing to one who guesses.
 */
export function redeemEnrolment(central: Central, command: { code: string; claim?: string | undefined }): Promise<Result<Enrolled>> {
  const code = plainCode(command.code)
  const claimHash = command.claim === undefined ? null : hashOf(command.claim)
  const key = benchKey(code, command.claim)
  const benchId = `b-${randomBytes(8).toString('hex')}`
  return central.database.transaction(async (tx): Promise<Result<Enrolled>> => {
    const now = central.clock.now()
    const [row] = await tx.query<Row>(
      'SELECT bench, expires_at, redeemed_at, claim_hash, bench_id FROM enrolment WHERE code_hash = $1 FOR UPDATE',
      [hashOf(code)],
    )
    if (row === undefined || row.expires_at <= now) return refuse(refusal('SYNC_CODE_INVALID'))
    if (row.redeemed_at !== null) {
      const isSameBench = claimHash !== null && row.claim_hash === claimHash && row.bench_id !== null
      return isSameBench ? ok({ benchId: row.bench_id ?? '', key }) : refuse(refusal('SYNC_CODE_INVALID'))
    }
    await tx.query('UPDATE enrolment SET redeemed_at = $2, claim_hash = $3, bench_id = $4 WHERE code_hash = $1', [
      hashOf(code),
      now,
      claimHash,
      benchId,
    ])
    const values = [benchId, row.bench, hashOf(key), now, central.seals.text(exchangeSecret(key))]
    await tx.query('INSERT INTO bench (id, name, key_hash, enrolled_at, exchange) VALUES ($1, $2, $3, $4, $5)', values)
    await putAudit(tx, { at: now, actor: benchId, action: 'enrolment.redeem', target: row.bench, detail: 'Bench enrolled' }, central.seals)
    return ok({ benchId, key })
  })
}

/** The bench a key belongs to, or null. */
export async function benchOfKey(central: Central, key: string): Promise<string | null> {
  return central.database.transaction(async (tx) => {
    const [row] = await tx.query<{ id: string; has_exchange: boolean }>(
      'SELECT id, exchange IS NOT NULL AS has_exchange FROM bench WHERE key_hash = $1',
      [hashOf(key)],
    )
    // Enrolled before files could be exchanged: only now its key is here once more.
    if (row?.has_exchange === false)
      await tx.query('UPDATE bench SET exchange = $2 WHERE id = $1', [row.id, central.seals.text(exchangeSecret(key))])
    return row?.id ?? null
  })
}
