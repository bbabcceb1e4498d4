import { z } from 'zod'
import { previewSchema } from './setting-shapes.ts'

/** What every save of the catalogue answers: whether the record is new, and what phones would get other files. Nothing is saved with `dryRun`. */
export const savedSchema = z.object({
  isNew: z.boolean(),
  changed: z.boolean().describe('false = it was so before'),
  preview: previewSchema.nullable().describe('with dryRun: the phones whose files would change'),
})

export const idSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, dot, hyphen, underscore; at most 64')
export const nameSchema = z.string().trim().min(1).max(200)
export const dryRun = z.boolean().optional()
