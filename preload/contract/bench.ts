import { oc } from '@orpc/contract'
import { z } from 'zod'
import { benchStatusSchema, interfaceSchema } from '../../main/core/model/view.ts'

const empty = z.strictObject({}).default({})

/** The bench itself: what it serves, and turning it on and off. */
export const bench = {
  status: oc.route({ method: 'POST', path: '/bench.status', summary: 'What the bench serves now' }).input(empty).output(benchStatusSchema),
  start: oc
    .route({ method: 'POST', path: '/bench.start', summary: 'Serve phones on the chosen interface' })
    .input(z.strictObject({ interface: z.string().optional(), allowDefaultRoute: z.string().optional() }).default({}))
    .output(benchStatusSchema),
  stop: oc.route({ method: 'POST', path: '/bench.stop', summary: 'Stop serving phones' }).input(empty).output(benchStatusSchema),
  interfaces: oc
    .route({ method: 'POST', path: '/bench.interfaces', summary: 'Network interfaces of this machine, each with what speaks against it' })
    .input(empty)
    .output(z.object({ interfaces: z.array(interfaceSchema) })),
}
