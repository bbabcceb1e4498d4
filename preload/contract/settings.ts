import { oc } from '@orpc/contract'
import { z } from 'zod'

const scalar = z.union([z.string(), z.number(), z.boolean()])
const place = z.strictObject({
  layer: z.strictObject({ kind: z.enum(['profile', 'group', 'department', 'device']), id: z.string() }),
  key: z.string(),
  /** Only "set" reads it; the others take it so that one body serves all of them. */
  value: scalar.optional(),
  pack: z.string().optional(),
  model: z.string().optional(),
})

/** Values at the layers. */
export const settings = {
  set: oc
    .route({ method: 'POST', path: '/settings.set', summary: 'Set a value at a layer' })
    .input(place.extend({ value: scalar }))
    .output(z.object({})),
  clear: oc
    .route({ method: 'POST', path: '/settings.clear', summary: 'Take a value away, back to inherited' })
    .input(place)
    .output(z.object({})),
  lock: oc
    .route({ method: 'POST', path: '/settings.lock', summary: 'Lower layers can neither set nor override it' })
    .input(place)
    .output(z.object({})),
  unlock: oc.route({ method: 'POST', path: '/settings.unlock', summary: 'Give it free again' }).input(place).output(z.object({})),
}
