import { oc } from '@orpc/contract'
import { z } from 'zod'
import { preflightSchema } from '../../main/core/model/preflight.ts'

export type { PreflightLine, PreflightView } from '../../main/core/model/preflight.ts'

/** Everything that a bench needs, looked at now: what is good, what warns, what stops, and the exact mend. */
export const preflight = oc
  .route({
    method: 'POST',
    path: '/bench.preflight',
    summary: 'What is in the way of staging, with the exact command or click that mends it',
  })
  .input(
    z
      .strictObject({
        interface: z.string().max(100).optional().describe('as if this one were served'),
        allowDefaultRoute: z.string().max(100).optional(),
      })
      .default({}),
  )
  .output(preflightSchema)
