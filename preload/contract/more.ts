import { oc } from '@orpc/contract'
import { z } from 'zod'

const empty = z.object({}).default({})
const scalar = z.union([z.string(), z.number(), z.boolean()])
const place = z.object({
  layer: z.object({ kind: z.enum(['profile', 'group', 'department', 'device']), id: z.string() }),
  key: z.string(),
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

/** Business groups, departments, lines, persistent profiles. */
export const catalogue = {
  load: oc
    .route({ method: 'POST', path: '/catalogue.load', summary: 'Load a catalogue (YAML or JSON); idempotent' })
    .input(z.object({ text: z.string().max(20_000_000) }))
    .output(z.object({ profiles: z.number(), groups: z.number(), departments: z.number(), lines: z.number(), devices: z.number() })),
  list: oc
    .route({ method: 'POST', path: '/catalogue.list', summary: 'Names for pick lists' })
    .input(empty)
    .output(
      z.object({
        profiles: z.array(z.object({ id: z.string(), name: z.string() })),
        groups: z.array(z.object({ id: z.string(), name: z.string(), profile: z.string() })),
        lines: z.array(z.object({ number: z.string(), group: z.string(), displayName: z.string() })),
      }),
    ),
}

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

export const imageSchema = z.object({
  id: z.string(),
  name: z.string(),
  pack: z.string(),
  models: z.array(z.string()),
  version: z.string(),
  sizeBytes: z.number().int(),
  addedAt: z.iso.datetime(),
})

/** The image library. */
export const firmware = {
  list: oc
    .route({ method: 'POST', path: '/firmware.list', summary: 'Images in the library' })
    .input(empty)
    .output(z.object({ images: z.array(imageSchema) })),
  add: oc
    .route({ method: 'POST', path: '/firmware.add', summary: 'Take an image file of this machine into the library' })
    .input(
      z.object({ path: z.string(), pack: z.string().optional(), models: z.array(z.string()).optional(), version: z.string().optional() }),
    )
    .output(imageSchema),
}

export const sync = {
  now: oc
    .route({ method: 'POST', path: '/sync.now', summary: 'Send what waits for the central store' })
    .input(empty)
    .output(z.object({ sent: z.number().int(), acknowledged: z.number().int(), pending: z.number().int() })),
}

export const audit = {
  list: oc
    .route({ method: 'POST', path: '/audit.list', summary: 'Who did what, newest last' })
    .input(z.object({ since: z.iso.datetime().optional() }).default({}))
    .output(
      z.object({
        entries: z.array(z.object({ at: z.iso.datetime(), actor: z.string(), action: z.string(), target: z.string(), detail: z.string() })),
      }),
    ),
}
