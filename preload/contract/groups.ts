import { oc } from '@orpc/contract'
import { z } from 'zod'
import { dryRun, idSchema, nameSchema, savedSchema } from './saved.ts'

/** Business groups. */
export const groups = {
  list: oc
    .route({ method: 'POST', path: '/groups.list', summary: 'Business groups with their departments' })
    .input(z.strictObject({ profile: z.string().optional() }).default({}))
    .output(
      z.object({
        groups: z.array(
          z.object({
            id: z.string(),
            name: z.string(),
            profile: z.string(),
            departments: z.array(z.object({ id: z.string(), name: z.string() })),
            lines: z.number().int(),
            phones: z.number().int(),
          }),
        ),
      }),
    ),
  save: oc
    .route({ method: 'POST', path: '/groups.save', summary: 'Make or change a business group; what is left out stays' })
    .input(
      z.strictObject({
        id: idSchema,
        name: nameSchema.optional(),
        profile: idSchema.optional().describe('wanted for a new one'),
        dryRun,
      }),
    )
    .output(savedSchema),
}

/** Departments: an optional layer inside a business group. */
export const departments = {
  save: oc
    .route({ method: 'POST', path: '/departments.save', summary: 'Make or rename a department of a business group' })
    .input(z.strictObject({ id: idSchema, group: idSchema, name: nameSchema.optional(), dryRun }))
    .output(savedSchema),
}
