import { randomBytes } from 'node:crypto'
import { Refused } from '../bench/refused.ts'
import { type EnrolmentFile, outboxFileSchema, receiptsFor, type ReceiptsFile } from '../core/sync/exchange.ts'
import { MAX_BATCH } from '../core/sync/protocol.ts'
import { refusal } from '../core/model/refusals.ts'
import { exchangeHeader, exchangeSecret, openExchange, sealExchange } from '../sync/exchange-seal.ts'
import { putAudit } from './audit.ts'
import type { Central } from './decide.ts'
import { hashOf } from './keys.ts'
import { takePush } from './push.ts'

/** A bench that no network reaches: its key is made here and carried to it. The file is shown once. */
export async function enrolByFile(central: Central, bench: string, actor: string): Promise<{ name: string; bytes: Buffer }> {
  const now = central.clock.now()
  const file: EnrolmentFile = {
    option66: 'enrolment',
    version: 1,
    bench: `b-${randomBytes(8).toString('hex')}`,
    name: bench,
    key: randomBytes(32).toString('base64url'),
  }
  await central.database.transaction(async (tx) => {
    const values = [file.bench, bench, hashOf(file.key), now, central.seals.text(exchangeSecret(file.key))]
    await tx.query('INSERT INTO bench (id, name, key_hash, enrolled_at, exchange) VALUES ($1, $2, $3, $4, $5)', values)
    const entry = { at: now, actor, action: 'enrolment.file', target: bench, detail: `Enrolled by file as ${file.bench}` }
    await putAudit(tx, entry, central.seals)
  })
  return { name: `${bench.replace(/[^A-Za-z0-9._-]/g, '_')}.enrolment.o66`, bytes: Buffer.from(`${JSON.stringify(file)}\n`) }
}

export type Taken = { name: string; bytes: Buffer; bench: string; entries: number; refused: number }

/**
 * Takes the reports of a bench from its file, as pushes, and gives the receipts to carry back. Twice is once; a cut between two pushes is mended by taking the
 * file again. Throws Refused in words.
 */
export async function takeExchange(central: Central, bytes: Uint8Array, actor: string): Promise<Taken> {
  const header = exchangeHeader(bytes, 'outbox')
  const [row] = await central.database.transaction((tx) =>
    tx.query<{ exchange: string | null }>('SELECT exchange FROM bench WHERE id = $1', [header.bench]),
  )
  const secret = central.seals.open(row?.exchange ?? null)
  if (secret === null) throw new Refused(refusal('EXCHANGE_UNKNOWN_BENCH', { bench: header.bench.slice(0, 64) }))
  const read = outboxFileSchema.safeParse(openExchange(bytes, header, secret))
  if (!read.success || read.data.bench !== header.bench) throw new Refused(refusal('EXCHANGE_DAMAGED'))
  const { bench, entries } = read.data
  const refused = new Map<number, string>()
  for (let from = 0; from < entries.length; from += MAX_BATCH) {
    const reply = await takePush(central, { bench, entries: entries.slice(from, from + MAX_BATCH) })
    for (const { number, why } of reply.refused) refused.set(number, why)
  }
  const now = central.clock.now()
  const detail = `${entries.length} reports of the bench taken from a file`
  await central.database.transaction((tx) => putAudit(tx, { at: now, actor, action: 'sync.import', target: bench, detail }, central.seals))
  const receipts: ReceiptsFile = { bench, at: now, receipts: receiptsFor(entries, refused) }
  const day = new Date(now).toISOString().slice(0, 16).replace(/[-:]/g, '')
  return {
    name: `${bench}-${day}.receipts.o66`,
    bytes: sealExchange('receipts', bench, secret, receipts),
    bench,
    entries: entries.length,
    refused: refused.size,
  }
}
