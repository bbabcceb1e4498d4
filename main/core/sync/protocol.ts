import { z } from 'zod'
import { macSchema } from '../model/view.ts'

/**
 * What a bench and its central store say to each other, parsed at both ends. Instants are epoch milliseconds of the bench's clock: this is machine to
 * machine, the ledger keeps them as they came.
 */
const instant = z.int().min(0)
const short = z.string().max(200)
const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`))

/** What is known of one token; never its clear text. Only proven and revoked ones leave the bench. */
export const tokenReportSchema = z.object({
  mac: macSchema,
  /** User that goes with the secret, as the pack spells the MAC. */
  user: z.string().min(1).max(64),
  hash: hex(64),
  /** Digest HA1 where the pack takes Digest: as good as the token, so it travels over TLS and is sealed at both ends. */
  ha1: hex(32).nullable().default(null),
  state: z.enum(['proven', 'revoked']),
  issuedAt: instant,
  provenAt: instant.nullable(),
  revokedAt: instant.nullable(),
})
export type TokenReport = z.infer<typeof tokenReportSchema>

/** Who and what a device is, as the bench sees it. */
export const deviceReportSchema = z.object({
  mac: macSchema,
  serial: short.nullable(),
  pack: short.nullable(),
  model: short.nullable(),
  expectedModel: short.nullable(),
  firmware: short.nullable(),
  lines: z.array(short).max(100),
  group: short.nullable(),
  department: short.nullable(),
  profile: short.nullable(),
  order: short.nullable(),
  windowStartAt: instant.nullable(),
  windowEndAt: instant.nullable(),
  windowReason: z.string().max(500).nullable(),
})
export type DeviceReport = z.infer<typeof deviceReportSchema>

/** How the staging of a device ended. */
export const resultReportSchema = z.object({
  mac: macSchema,
  outcome: z.enum(['ready', 'failed']),
  reason: z.object({ code: short, data: z.record(z.string(), z.string()) }).nullable(),
  at: instant,
})
export type ResultReport = z.infer<typeof resultReportSchema>

/** The body is judged entry by entry: one that the central store cannot read is kept and named, and does not hold up the others. */
export const entrySchema = z.object({
  number: z.int().min(1),
  at: instant,
  kind: z.string().min(1).max(32),
  body: z.record(z.string(), z.unknown()),
})
export type Entry = z.infer<typeof entrySchema>

/** Entries in one push; without any it only asks whether the central store is there. */
export const MAX_BATCH = 200

export const pushSchema = z.object({ bench: z.string().min(1).max(64), entries: z.array(entrySchema).max(MAX_BATCH) })
export type Push = z.infer<typeof pushSchema>

export const pushReplySchema = z.object({
  /** Everything up to this number is kept for good. */
  acknowledged: z.int().min(0),
  /** Numbers of this push that are kept but could not be understood. */
  refused: z.array(z.object({ number: z.int(), why: z.string() })).default([]),
  /** The central store's clock, ISO 8601 UTC: the bench says so when its own differs. */
  at: z.iso.datetime(),
})
export type PushReply = z.infer<typeof pushReplySchema>

/**
 * `claim` is a secret the bench made and kept before it asked: with it the same code may be redeemed again by the same bench when the answer got lost.
 */
export const redeemSchema = z.object({
  code: z.string().min(1).max(100),
  bench: z.string().max(100).default(''),
  claim: z.string().min(20).max(200).optional(),
})
export const redeemReplySchema = z.object({ benchId: z.string().min(1).max(64), key: z.string().min(20).max(200) })
