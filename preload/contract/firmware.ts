import { oc } from '@orpc/contract'
import { z } from 'zod'

const empty = z.strictObject({}).default({})

export const imageSchema = z.object({
  id: z.string(),
  sha256: z.string().describe('of the bytes, hex; the same as the id'),
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
      z.strictObject({
        path: z.string(),
        pack: z.string().optional(),
        models: z.array(z.string()).optional(),
        version: z.string().optional(),
      }),
    )
    .output(imageSchema),
}
