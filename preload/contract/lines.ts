import { oc } from '@orpc/contract'
import { z } from 'zod'
import { dryRun, idSchema, savedSchema } from './saved.ts'

const fact = z.string().min(1).max(200)

/** Directory numbers with their SIP users. Passwords go in and never come out. */
export const lines = {
  list: oc
    .route({ method: 'POST', path: '/lines.list', summary: 'Lines with the phones that have them' })
    .input(
      z
        .strictObject({
          group: z.string().optional(),
          search: z.string().optional(),
          limit: z.number().int().min(1).max(1000).optional(),
          cursor: z.string().optional(),
        })
        .default({}),
    )
    .output(
      z.object({
        lines: z.array(
          z.object({
            number: z.string(),
            group: z.string(),
            department: z.string().nullable(),
            displayName: z.string(),
            sipUser: z.string(),
            sipAuthUser: z.string().nullable(),
            phones: z.array(z.string()).describe('MACs'),
          }),
        ),
        next: z.string().nullable(),
      }),
    ),
  save: oc
    .route({ method: 'POST', path: '/lines.save', summary: 'Make or change a line; what is left out stays' })
    .input(
      z.strictObject({
        number: z.string().regex(/^\+?\d{1,20}$/, 'a directory number: digits, perhaps with + before them'),
        group: idSchema.optional().describe('wanted for a new one'),
        department: idSchema.optional(),
        displayName: fact.optional(),
        sipUser: fact.optional(),
        sipAuthUser: fact.nullable().optional(),
        sipPassword: fact.optional().describe('wanted for a new one'),
        dryRun,
      }),
    )
    .output(savedSchema),
}
