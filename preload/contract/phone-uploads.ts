import { oc } from '@orpc/contract'
import { z } from 'zod'
import { instantSchema } from '../../main/core/model/view.ts'

/** A MAC in any spelling at the door. */
const macInput = z.string().min(1).max(40)

export const phoneUploadSchema = z.object({ name: z.string(), at: instantSchema, sizeBytes: z.number().int() })
export type PhoneUploadView = z.infer<typeof phoneUploadSchema>

/** Logs and overrides that a phone sent over HTTP. */
export const phoneUploads = {
  uploads: oc
    .route({ method: 'POST', path: '/devices.uploads', summary: 'Logs and overrides that a phone sent, newest first, and its quota' })
    .input(z.strictObject({ mac: macInput }))
    .output(
      z.object({
        uploads: z.array(phoneUploadSchema),
        maxFiles: z.number().int().describe('the oldest go when there would be more'),
        maxBytes: z.number().int(),
      }),
    ),
  upload: oc
    .route({ method: 'POST', path: '/devices.upload', summary: 'One of them as text, secrets masked' })
    .input(z.strictObject({ mac: macInput, name: z.string().min(1).max(200) }))
    .output(
      phoneUploadSchema.extend({
        text: z.string(),
        isCut: z.boolean().describe('only its end is given'),
        isBinary: z.boolean().describe('no text: nothing of it is given'),
      }),
    ),
}
