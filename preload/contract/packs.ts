import { oc } from '@orpc/contract'
import { z } from 'zod'

const empty = z.strictObject({}).default({})

/** Endpoint packs. */
export const packs = {
  list: oc
    .route({ method: 'POST', path: '/packs.list', summary: 'Endpoint packs and their models' })
    .input(empty)
    .output(
      z.object({
        packs: z.array(
          z.object({
            id: z.string(),
            vendor: z.string(),
            family: z.string(),
            name: z.string(),
            revision: z.number(),
            models: z.array(z.string()),
          }),
        ),
        problems: z.array(z.object({ pack: z.string(), message: z.string() })),
      }),
    ),
}
