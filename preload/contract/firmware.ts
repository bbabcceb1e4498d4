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
  remove: oc
    .route({
      method: 'POST',
      path: '/firmware.remove',
      summary: 'Take an image out of the library; refused while a target or a step needs it',
    })
    .input(z.strictObject({ id: z.string() }))
    .output(z.object({})),
  uploadBegin: oc
    .route({
      method: 'POST',
      path: '/firmware.uploadBegin',
      summary: 'Send an image from where the page runs: begin, parts one after the other, end. Nothing is held in memory',
    })
    .input(z.strictObject({ name: z.string().describe('file name as the vendor ships it'), sizeBytes: z.number().int().min(0) }))
    .output(z.object({ upload: z.string(), partBytes: z.number().int().describe('a part may be at most this large') })),
  uploadPart: oc
    .route({ method: 'POST', path: '/firmware.uploadPart', summary: 'The next part of an upload' })
    .input(z.strictObject({ upload: z.string(), offset: z.number().int().min(0), data: z.base64().max(1_400_000).describe('base64') }))
    .output(z.object({ receivedBytes: z.number().int() })),
  uploadEnd: oc
    .route({ method: 'POST', path: '/firmware.uploadEnd', summary: 'All parts are there: take the file into the library' })
    .input(
      z.strictObject({
        upload: z.string(),
        sha256: z
          .string()
          .regex(/^[0-9a-fA-F]{64}$/)
          .optional()
          .describe('when given, the file must have it'),
        pack: z.string().optional(),
        models: z.array(z.string()).optional(),
        version: z.string().optional(),
      }),
    )
    .output(imageSchema),
  uploadCancel: oc
    .route({ method: 'POST', path: '/firmware.uploadCancel', summary: 'Think better of it; what came is thrown away' })
    .input(z.strictObject({ upload: z.string() }))
    .output(z.object({})),
}
