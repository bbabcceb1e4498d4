import { oc } from '@orpc/contract'
import { z } from 'zod'
import { benchStatusSchema, interfaceSchema } from '../../main/core/model/view.ts'

const empty = z.strictObject({}).default({})

/** `limitBytes` null = grows with the number of phones, or with what people add. */
export const storageSchema = z.object({
  parts: z.array(
    z.object({
      part: z.string(),
      files: z.number().int(),
      bytes: z.number().int(),
      limitBytes: z.number().int().nullable(),
      keptDays: z.number().int().nullable(),
      oldestAt: z.string().nullable(),
      rule: z.string().describe('what bounds it, in words'),
    }),
  ),
  journal: z.object({ bytes: z.number().int(), takenBytes: z.number().int(), mayGrow: z.boolean(), why: z.string().nullable() }),
  freeBytes: z.number().int().nullable(),
})
export type StorageView = z.infer<typeof storageSchema>

/** The bench itself: what it serves, and turning it on and off. */
export const bench = {
  status: oc.route({ method: 'POST', path: '/bench.status', summary: 'What the bench serves now' }).input(empty).output(benchStatusSchema),
  start: oc
    .route({ method: 'POST', path: '/bench.start', summary: 'Serve phones on the chosen interface' })
    .input(z.strictObject({ interface: z.string().optional(), allowDefaultRoute: z.string().optional() }).default({}))
    .output(benchStatusSchema),
  stop: oc.route({ method: 'POST', path: '/bench.stop', summary: 'Stop serving phones' }).input(empty).output(benchStatusSchema),
  takeTime: oc
    .route({ method: 'POST', path: '/bench.takeTime', summary: "The machine's clock was set and is right now: windows go by it" })
    .input(empty)
    .output(benchStatusSchema),
  storage: oc
    .route({ method: 'POST', path: '/bench.storage', summary: 'What the data folder holds, and where each part ends' })
    .input(empty)
    .output(storageSchema),
  interfaces: oc
    .route({ method: 'POST', path: '/bench.interfaces', summary: 'Network interfaces of this machine, each with what speaks against it' })
    .input(empty)
    .output(z.object({ interfaces: z.array(interfaceSchema) })),
}
