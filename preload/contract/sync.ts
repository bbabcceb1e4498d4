import { oc } from '@orpc/contract'
import { z } from 'zod'

const empty = z.strictObject({}).default({})

/** The way to the central store. */
export const sync = {
  now: oc
    .route({ method: 'POST', path: '/sync.now', summary: 'Send what waits for the central store' })
    .input(empty)
    .output(z.object({ sent: z.number().int(), acknowledged: z.number().int(), pending: z.number().int() })),
}
