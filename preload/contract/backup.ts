import { oc } from '@orpc/contract'
import { z } from 'zod'
import { instantSchema } from '../../main/core/model/view.ts'

const keptSchema = z.object({ name: z.string(), sizeBytes: z.number().int(), madeAt: instantSchema })
const listSchema = z.object({
  folder: z.string().describe('where they lie on the machine of the bench'),
  backups: z.array(keptSchema).describe('newest first; the newest five are kept'),
})
export type BackupList = z.infer<typeof listSchema>

const name = z.string().min(1).max(100)

/** A whole bench as one encrypted file. Putting one back is a command: it goes into an empty folder, with no bench running on it. */
export const backup = {
  list: oc
    .route({ method: 'POST', path: '/backup.list', summary: 'Backups that lie in the data folder' })
    .input(z.strictObject({}).default({}))
    .output(listSchema),
  create: oc
    .route({
      method: 'POST',
      path: '/backup.create',
      summary: 'Write the whole bench into one file under a passphrase; phones go on meanwhile',
    })
    .input(
      z.strictObject({
        passphrase: z.string().min(1).max(1000).describe('nobody can open the file without it'),
        firmware: z.boolean().optional().describe('the image library, too; left out = no'),
      }),
    )
    .output(listSchema.extend({ made: keptSchema.extend({ files: z.number().int() }) })),
  part: oc
    .route({ method: 'POST', path: '/backup.part', summary: 'A piece of a backup, to carry it away' })
    .input(z.strictObject({ name, offset: z.number().int().min(0) }))
    .output(z.object({ bytes: z.string().describe('base64'), sizeBytes: z.number().int().describe('of the whole file') })),
  remove: oc
    .route({ method: 'POST', path: '/backup.remove', summary: 'Remove a backup from the data folder' })
    .input(z.strictObject({ name }))
    .output(listSchema),
}
