import { oc } from '@orpc/contract'
import { z } from 'zod'

/** Who did what. */
export const audit = {
  list: oc
    .route({ method: 'POST', path: '/audit.list', summary: 'Who did what, newest last' })
    .input(z.strictObject({ since: z.iso.datetime().optional() }).default({}))
    .output(
      z.object({
        entries: z.array(z.object({ at: z.iso.datetime(), actor: z.string(), action: z.string(), target: z.string(), detail: z.string() })),
      }),
    ),
}
