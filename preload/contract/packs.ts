import { oc } from '@orpc/contract'
import { z } from 'zod'
import { previewSchema } from './setting-shapes.ts'

const empty = z.strictObject({}).default({})

const modelSchema = z.object({
  name: z.string(),
  lines: z.number().int(),
  keys: z.number().int().describe('programmable keys, all pages; 0 = not known'),
  keyColumns: z.array(z.number().int()).nullable().describe('physical keys left and right of the screen; null = not known'),
  modules: z.number().int(),
  moduleKeys: z.number().int(),
})

const versionSchema = z.object({
  version: z.number().int().describe('revision in pack.yaml'),
  active: z.boolean().describe('new phones get it'),
  origin: z.enum(['given', 'imported']).describe('given = ships with the program, or lies in a folder of --packs'),
  phones: z.number().int().describe('phones that have it'),
})

const packSchema = z.object({
  id: z.string(),
  vendor: z.string(),
  family: z.string(),
  name: z.string(),
  revision: z.number().describe('the active version'),
  models: z.array(z.string()),
  modelDetails: z.array(modelSchema),
  versions: z.array(versionSchema).describe('lowest first'),
})

const listSchema = z.object({
  packs: z.array(packSchema),
  problems: z.array(z.object({ pack: z.string(), message: z.string() })).describe('what was not taken, and why'),
})
export type PackList = z.infer<typeof listSchema>

const importedSchema = z.object({
  pack: z.string(),
  version: z.number().int(),
  models: z.array(z.string()),
  rendered: z.number().int().describe('files rendered for the trial'),
  identified: z.number().int().describe('recognition samples that were claimed'),
  goldens: z.number().int().describe('expected files that were compared'),
  warnings: z.array(z.string()).describe('what the pack lacks, though it may be used'),
  isNew: z.boolean().describe('false = the very same version was here before'),
})

const place = z.strictObject({ pack: z.string(), version: z.number().int() })

/** Endpoint packs: versions side by side, one of them active, phones that keep theirs until they are moved. */
export const packs = {
  list: oc
    .route({ method: 'POST', path: '/packs.list', summary: 'Endpoint packs, their models and versions' })
    .input(empty)
    .output(listSchema),
  import: oc
    .route({
      method: 'POST',
      path: '/packs.import',
      summary: 'Take the packs of a zip, tried whole; a new family is active at once, another version when activated',
    })
    .input(z.strictObject({ zip: z.base64().max(14_000_000).describe('base64; the zip at most 10 MB'), dryRun: z.boolean().optional() }))
    .output(listSchema.extend({ imported: z.array(importedSchema) })),
  activate: oc
    .route({
      method: 'POST',
      path: '/packs.activate',
      summary: 'New phones get this version; phones keep the one they have. Activating an older one is the way back',
    })
    .input(place.extend({ dryRun: z.boolean().optional() }))
    .output(z.object({ kept: z.number().int().describe('phones that keep another version') })),
  move: oc
    .route({
      method: 'POST',
      path: '/packs.move',
      summary: 'Give phones another version; with dryRun only the preview of their changed files',
    })
    .input(
      place.extend({
        macs: z.array(z.string()).max(100_000).optional(),
        group: z.string().optional(),
        all: z.literal(true).optional().describe('every phone of the pack'),
        dryRun: z.boolean().optional(),
      }),
    )
    .output(z.object({ moved: z.number().int(), preview: previewSchema.nullable() })),
  remove: oc
    .route({ method: 'POST', path: '/packs.remove', summary: 'Forget an imported version that no phone has' })
    .input(place)
    .output(z.object({})),
}
