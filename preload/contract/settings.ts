import { oc } from '@orpc/contract'
import { z } from 'zod'
import { MENUS } from '../../main/core/model/pack.ts'
import { importErrorSchema } from './devices.ts'
import {
  comparedDeviceSchema,
  comparedProfilesSchema,
  layerSchema,
  personSchema,
  phoneFilesSchema,
  previewSchema,
  scalarSchema,
  viewSchema,
} from './setting-shapes.ts'

const place = z.strictObject({
  layer: layerSchema,
  key: z.string(),
  /** Only "set" reads it; the others take it so that one body serves all of them. */
  value: scalarSchema.optional(),
  pack: z.string().optional(),
  model: z.string().optional(),
  as: personSchema.optional(),
})
const edit = place.omit({ as: true }).extend({ do: z.enum(['set', 'clear', 'lock', 'unlock']).default('set') })

/** Values at the layers. */
export const settings = {
  set: oc
    .route({ method: 'POST', path: '/settings.set', summary: 'Set a value at a layer' })
    .input(place.extend({ value: scalarSchema }))
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
  change: oc
    .route({ method: 'POST', path: '/settings.change', summary: 'Several edits, all of them or none' })
    .input(z.strictObject({ edits: z.array(edit).min(1).max(2000), as: personSchema.optional() }))
    .output(z.object({})),
  view: oc
    .route({
      method: 'POST',
      path: '/settings.view',
      summary: 'One layer as the editor draws it: values, provenance, locks, what one may do',
    })
    .input(
      z.strictObject({
        layer: layerSchema,
        as: personSchema.optional(),
        pack: z.string().optional(),
        model: z.string().optional(),
        menu: z.enum(MENUS).optional(),
        modules: z
          .array(z.int().min(1).max(20))
          .max(20)
          .optional()
          .describe('expansion modules whose keys are wanted, besides those of which something is said'),
      }),
    )
    .output(viewSchema),
  preview: oc
    .route({ method: 'POST', path: '/settings.preview', summary: 'Which phones would change, and in which lines; nothing is carried out' })
    .input(
      z.union([
        place.extend({ do: z.enum(['set', 'clear', 'lock', 'unlock']).default('set') }),
        z.strictObject({ edits: z.array(edit).min(1).max(2000), as: personSchema.optional() }),
      ]),
    )
    .output(previewSchema),
  files: oc
    .route({
      method: 'POST',
      path: '/settings.files',
      summary:
        'The files of one phone as it will fetch them at the customer, each line with its origin; with edits: as they would be. Secrets masked',
    })
    .input(z.strictObject({ mac: z.string(), edits: z.array(edit).max(2000).optional(), as: personSchema.optional() }))
    .output(phoneFilesSchema),
  import: oc
    .route({
      method: 'POST',
      path: '/settings.import',
      summary: 'Settings of many phones from CSV, at the layer of each: a column mac and one for each setting; all or nothing',
    })
    .input(z.strictObject({ csv: z.string().max(5_000_000), as: personSchema.optional(), dryRun: z.boolean().optional() }))
    .output(z.object({ phones: z.number().int().describe('that get something new'), errors: z.array(importErrorSchema) })),
  compareProfiles: oc
    .route({ method: 'POST', path: '/settings.compareProfiles', summary: 'What differs between two persistent profiles' })
    .input(
      z.strictObject({
        a: z.string(),
        b: z.string(),
        pack: z.string().optional(),
        model: z.string().optional(),
        as: personSchema.optional(),
      }),
    )
    .output(comparedProfilesSchema),
  compareDevice: oc
    .route({ method: 'POST', path: '/settings.compareDevice', summary: 'One phone as it is, against another profile or another firmware' })
    .input(
      z.strictObject({
        mac: z.string(),
        profile: z.string().nullable().optional(),
        firmware: z.string().optional(),
        as: personSchema.optional(),
      }),
    )
    .output(comparedDeviceSchema),
}
