import { oc } from '@orpc/contract'
import { z } from 'zod'

const empty = z.strictObject({}).default({})

/** Business groups, departments, lines, persistent profiles. */
export const catalogue = {
  load: oc
    .route({ method: 'POST', path: '/catalogue.load', summary: 'Load a catalogue (YAML or JSON); idempotent' })
    .input(z.strictObject({ text: z.string().max(20_000_000) }))
    .output(z.object({ profiles: z.number(), groups: z.number(), departments: z.number(), lines: z.number(), devices: z.number() })),
  list: oc
    .route({ method: 'POST', path: '/catalogue.list', summary: 'Names for pick lists' })
    .input(empty)
    .output(
      z.object({
        profiles: z.array(z.object({ id: z.string(), name: z.string(), packs: z.array(z.string()) })),
        groups: z.array(z.object({ id: z.string(), name: z.string(), profile: z.string() })),
        departments: z.array(z.object({ id: z.string(), name: z.string(), group: z.string() })),
        lines: z.array(z.object({ number: z.string(), group: z.string(), department: z.string().nullable(), displayName: z.string() })),
      }),
    ),
}
