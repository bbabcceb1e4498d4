import { oc } from '@orpc/contract'
import { z } from 'zod'

const text = z.string().nullable().describe('masked where it is a secret; null = there was none')

const entrySchema = z.object({
  at: z.iso.datetime(),
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  detail: z.string(),
  changes: z.array(z.object({ record: z.string(), field: z.string(), before: text, after: text })).optional(),
  more: z.number().int().optional().describe('changes that were too many to list'),
  number: z.number().int().optional().describe('place in the chain, from 1, without a gap'),
  hash: z.string().optional().describe('SHA-256 over this entry and the hash of the one before'),
})

/** Who did what, and what it was before. */
export const audit = {
  list: oc
    .route({ method: 'POST', path: '/audit.list', summary: 'Who did what, newest last' })
    .input(z.strictObject({ since: z.iso.datetime().optional() }).default({}))
    .output(z.object({ entries: z.array(entrySchema) })),
  verify: oc
    .route({ method: 'POST', path: '/audit.verify', summary: 'Is every entry there, unchanged, in its place? Names what is not' })
    .input(z.strictObject({}).default({}))
    .output(
      z.object({
        ok: z.boolean(),
        entries: z.number().int(),
        last: z
          .object({ number: z.number().int(), hash: z.string() })
          .nullable()
          .describe('keep a copy elsewhere: it vouches for all before it'),
        faults: z.array(
          z.object({
            number: z.number().int(),
            kind: z.enum(['missing', 'changed', 'moved', 'unchained', 'cut', 'rewritten']),
            text: z.string(),
          }),
        ),
      }),
    ),
}
