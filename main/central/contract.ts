import { oc } from '@orpc/contract'
import { z } from 'zod'
import type { Caller as Person } from '../core/model/account.ts'
import { instantSchema } from '../core/model/view.ts'
import { pushReplySchema, pushSchema, redeemReplySchema, redeemSchema } from '../core/sync/protocol.ts'
import { audit } from '../../preload/contract/audit.ts'
import { catalogue } from '../../preload/contract/catalogue.ts'
import { devices } from '../../preload/contract/devices.ts'
import { people } from '../../preload/contract/people.ts'
import { fileSchema } from '../../preload/contract/sync.ts'

/**
 * Everything the central store can be asked, served as `POST /api/<group>.<name>` by oRPC's OpenAPI handler inside Fastify: the same door as the
 * bench's, so scripts learn one style, input is parsed by the schema that is also the description, and calls that both have are written once.
 */
const benchSchema = z.object({
  id: z.string(),
  name: z.string(),
  enrolledAt: instantSchema,
  lastPushAt: instantSchema.nullable(),
  acknowledged: z.number().int().describe('number of the last report kept'),
})

export const contract = {
  enrolment: {
    create: oc
      .route({ method: 'POST', path: '/enrolment.create', summary: 'A one-time code for a bench' })
      .input(z.strictObject({ bench: z.string().trim().min(1).max(100), minutes: z.number().int().min(1).max(10_080).optional() }))
      .output(z.object({ code: z.string(), expiresAt: instantSchema })),
    redeem: oc
      .route({ method: 'POST', path: '/enrolment.redeem', summary: 'Trade a code for the key of a bench; the code is the credential' })
      .input(redeemSchema)
      .output(redeemReplySchema),
    file: oc
      .route({
        method: 'POST',
        path: '/enrolment.file',
        summary: 'Enrol a bench that no network reaches: a file to carry to it, shown once',
      })
      .input(z.strictObject({ bench: z.string().trim().min(1).max(100) }))
      .output(z.object({ name: z.string(), file: z.string().describe('base64') })),
  },
  sync: {
    push: oc
      .route({ method: 'POST', path: '/sync.push', summary: 'Reports of a bench, with the key of that bench; idempotent by number' })
      .input(pushSchema)
      .output(pushReplySchema),
    import: oc
      .route({
        method: 'POST',
        path: '/sync.import',
        summary: 'Reports of a bench, carried here as a file; gives the receipts to carry back',
      })
      .input(z.strictObject({ file: fileSchema }))
      .output(
        z.object({
          name: z.string(),
          file: z.string().describe('base64: the receipts'),
          bench: z.string(),
          entries: z.number().int(),
          refused: z.number().int(),
        }),
      ),
  },
  devices: { list: devices.list, get: devices.get, openWindow: devices.openWindow, rotate: devices.rotate },
  catalogue: { load: catalogue.load },
  audit,
  people,
  status: oc
    .route({ method: 'POST', path: '/status', summary: 'What this store holds, and its benches' })
    .input(z.strictObject({}).default({}))
    .output(
      z.object({
        version: z.string(),
        database: z.enum(['postgresql', 'embedded']),
        provisioningUrl: z.string().describe('where phones fetch'),
        devices: z.number().int(),
        tokens: z.object({ pending: z.number().int(), proven: z.number().int(), revoked: z.number().int() }),
        benches: z.array(benchSchema),
        packs: z.array(z.string()),
        warnings: z.array(z.string()),
      }),
    ),
}

export type CentralContract = typeof contract

/** Who calls: a person or a script with the store's key (`caller`), an enrolled bench, or one that has only a code. */
export type Caller = { actor: string; bench: string | null; caller?: Person | undefined }
