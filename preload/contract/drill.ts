import { oc } from '@orpc/contract'
import { z } from 'zod'

const empty = z.strictObject({}).default({})

const reportSchema = z.object({
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  refused: z.number().int(),
  notRefused: z.number().int().describe('a hole for each; 0 is what must be'),
  notRun: z.number().int(),
  results: z.array(
    z.object({
      attack: z.string(),
      refused: z.boolean().nullable().describe('null = not run, the evidence says why'),
      evidence: z.array(z.string()),
    }),
  ),
})

export type DrillReport = z.infer<typeof reportSchema>

/** Attacks known from the field, played against this very bench. */
export const drill = {
  run: oc
    .route({
      method: 'POST',
      path: '/drill.run',
      summary: 'Play all attacks now; takes up to a minute. Lists a phone of its own and removes it again',
    })
    .input(empty)
    .output(reportSchema),
  last: oc
    .route({ method: 'POST', path: '/drill.last', summary: 'The report of the last drill since this bench was started' })
    .input(empty)
    .output(z.object({ isRunning: z.boolean(), report: reportSchema.nullable() })),
}
