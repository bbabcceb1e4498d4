import { z } from 'zod'
import type { World } from '../model/world.ts'
import type { Decision } from '../model/decision.ts'
import { acknowledge } from './acknowledge.ts'
import { nextBatch } from './outbox.ts'
import { type Entry, entrySchema } from './protocol.ts'

/**
 * What bench and central store carry to each other on a stick where no network comes. A receipt names each report by number, instant and kind: that of another
 * life of the bench (restored from a backup) with the same number acknowledges nothing of this one.
 */
const instant = z.int().min(0)

export const outboxFileSchema = z.object({ bench: z.string().min(1).max(64), at: instant, entries: z.array(entrySchema).max(1_000_000) })
export type OutboxFile = z.infer<typeof outboxFileSchema>

const receiptSchema = z.object({
  number: z.int().min(1),
  at: instant,
  kind: z.string().min(1).max(32),
  refused: z.string().max(1000).nullable(),
})
export type Receipt = z.infer<typeof receiptSchema>

export const receiptsFileSchema = z.object({
  bench: z.string().min(1).max(64),
  at: instant,
  receipts: z.array(receiptSchema).max(1_000_000),
})
export type ReceiptsFile = z.infer<typeof receiptsFileSchema>

/** A bench that no network reaches is enrolled by this file: it holds the key of the bench, so it is as good as a one-time code, until it is destroyed. */
export const enrolmentFileSchema = z.object({
  option66: z.literal('enrolment'),
  version: z.literal(1),
  bench: z.string().min(1).max(64),
  name: z.string().max(100),
  key: z.string().min(20).max(200),
})
export type EnrolmentFile = z.infer<typeof enrolmentFileSchema>

/** Everything that waits, oldest first. Carrying it changes nothing: it waits until a receipt comes, and may be carried again. */
export function outboxFile(bench: string, world: World, now: number): OutboxFile {
  return { bench, at: now, entries: nextBatch(world, Number.POSITIVE_INFINITY) }
}

export function receiptsFor(entries: readonly Entry[], refused: ReadonlyMap<number, string>): Receipt[] {
  return entries.map(({ at, kind, number }) => ({ number, at, kind, refused: refused.get(number) ?? null }))
}

/** Replies how many reports these receipts took out of the outbox; old, repeated and foreign ones take none. */
export function takeReceipts({ receipts }: ReceiptsFile, world: World, now: number): Decision<number> {
  const only = new Map(receipts.map((receipt) => [receipt.number, receipt]))
  const refused = receipts.flatMap(({ number, refused: why }) => (why === null ? [] : [{ number, why }]))
  return acknowledge({ upTo: Math.max(0, ...only.keys()), at: now, refused, only }, world, now)
}
