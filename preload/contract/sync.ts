import { oc } from '@orpc/contract'
import { z } from 'zod'

const empty = z.strictObject({}).default({})

/** A file on its way through a call. */
export const fileSchema = z.base64().max(64 * 1024 * 1024)

/** The way to the central store. */
export const sync = {
  now: oc
    .route({ method: 'POST', path: '/sync.now', summary: 'Send what waits for the central store' })
    .input(empty)
    .output(z.object({ sent: z.number().int(), acknowledged: z.number().int(), pending: z.number().int() })),
  export: oc
    .route({
      method: 'POST',
      path: '/sync.export',
      summary: 'Everything that waits for the central store as one sealed file, to be carried there',
    })
    .input(empty)
    .output(
      z.object({
        name: z.string(),
        file: z.string().describe('base64'),
        entries: z.number().int().describe('reports in it; they go on waiting'),
      }),
    ),
  import: oc
    .route({ method: 'POST', path: '/sync.import', summary: 'Receipts of the central store, carried here as a file' })
    .input(z.strictObject({ file: fileSchema }))
    .output(z.object({ acknowledged: z.number().int(), refused: z.number().int(), pending: z.number().int() })),
  enrol: oc
    .route({ method: 'POST', path: '/sync.enrol', summary: 'Enrol this bench by a file that the central store made' })
    .input(z.strictObject({ file: fileSchema }))
    .output(z.object({ bench: z.string() })),
}
