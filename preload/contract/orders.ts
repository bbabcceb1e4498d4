import { oc } from '@orpc/contract'
import { z } from 'zod'
import { confirmSchema } from './people.ts'
import { instantSchema, macSchema } from '../../main/core/model/view.ts'

const idInput = z.string().trim().min(1).max(64).describe('number of the work order, as phones carry it')

const countsSchema = z.object({
  phones: z.number().int(),
  done: z.number().int().describe('ready; firmware only where no token is taken'),
  synced: z.number().int(),
  held: z.number().int(),
  failed: z.number().int(),
  expected: z.number().int().describe('not plugged in yet'),
})

const modelSchema = z.object({ model: z.string(), count: z.number().int() })

export const orderSchema = z.object({
  id: z.string(),
  name: z.string(),
  isRecorded: z.boolean().describe('false = the number stands on phones and was never created as a work order'),
  group: z.string().nullable(),
  groupName: z.string().nullable(),
  profile: z.string().nullable(),
  profileName: z.string().nullable(),
  firmwareOnly: z.boolean(),
  windowStart: instantSchema.nullable(),
  windowEnd: instantSchema.nullable(),
  models: z.array(modelSchema).describe('ordered by number'),
  missing: z.array(modelSchema).describe('of these, not listed yet'),
  counts: countsSchema,
  createdAt: instantSchema,
  createdBy: z.string(),
  closedAt: instantSchema.nullable(),
  closedBy: z.string().nullable(),
  closedAs: z.enum(['synced', 'notHandedOver', 'firmwareOnly']).nullable(),
})
export type OrderView = z.infer<typeof orderSchema>

const phoneSchema = z.object({
  mac: macSchema,
  serial: z.string().nullable(),
  model: z.string().nullable(),
  line: z.string().nullable(),
  firmware: z.string().nullable(),
  targetFirmware: z.string().nullable(),
  state: z.string(),
  token: z.string(),
  provenAt: instantSchema.nullable(),
  readyAt: instantSchema.nullable(),
  syncedAt: instantSchema.nullable(),
  registered: z.array(z.string()).describe("lines whose SIP user and password the bench's registrar accepted"),
  lacks: z.string().nullable().describe('what keeps it from being done; null = it is done'),
})
export type OrderPhoneView = z.infer<typeof phoneSchema>

const checksSchema = z.object({
  preflight: z.object({ at: instantSchema, stops: z.number().int(), warnings: z.number().int(), lines: z.array(z.string()) }).nullable(),
  drill: z.object({ at: instantSchema, refused: z.number().int(), notRefused: z.number().int(), notRun: z.number().int() }).nullable(),
})

const detailSchema = orderSchema.extend({
  phones: z.array(phoneSchema),
  images: z
    .array(z.object({ model: z.string(), version: z.string(), phones: z.number().int(), hasImage: z.boolean() }))
    .describe('firmware that its phones still need'),
  checks: checksSchema,
  mayClose: z
    .object({
      ok: z.boolean(),
      as: z.string().nullable(),
      code: z.string().nullable(),
      why: z.string().nullable(),
      hint: z.string().nullable(),
    })
    .describe('whether it could be closed now'),
})
export type OrderDetail = z.infer<typeof detailSchema>

/** Work orders: a batch of phones to stage for one customer, with its report. */
export const orders = {
  create: oc
    .route({ method: 'POST', path: '/orders.create', summary: 'A new work order with its phones; wrong rows are named and left out' })
    .input(
      z.strictObject({
        id: idInput,
        name: z.string().trim().max(200).optional(),
        group: z.string().optional(),
        profile: z.string().optional(),
        firmwareOnly: z.boolean().optional(),
        windowStart: z.string().optional().describe('ISO 8601; of all its phones, also of those that come later'),
        windowEnd: z.string().optional(),
        windowMinutes: z.number().int().min(1).max(525_600).optional().describe('instead of both: from now on'),
        models: z
          .array(z.strictObject({ model: z.string().min(1), count: z.number().int().min(1).max(10_000) }))
          .max(200)
          .optional(),
        phones: z.array(z.string().max(40)).max(10_000).optional().describe('MACs'),
        csv: z.string().max(5_000_000).optional().describe('instead of phones, with columns as devices.import'),
        dryRun: z.boolean().optional(),
        confirm: confirmSchema,
      }),
    )
    .output(
      z.object({
        order: orderSchema,
        added: z.number().int(),
        updated: z.number().int(),
        errors: z.array(z.object({ row: z.number().int(), column: z.string().nullable(), code: z.string(), message: z.string() })),
      }),
    ),
  list: oc
    .route({ method: 'POST', path: '/orders.list', summary: 'Work orders, open ones first' })
    .input(z.strictObject({ open: z.boolean().optional().describe('only open ones, or only closed ones') }).default({}))
    .output(z.object({ orders: z.array(orderSchema) })),
  get: oc
    .route({ method: 'POST', path: '/orders.get', summary: 'A work order: its phones, what each lacks, images, checks' })
    .input(z.strictObject({ id: idInput }))
    .output(detailSchema),
  check: oc
    .route({
      method: 'POST',
      path: '/orders.check',
      summary: 'Look at the bench now (preflight, with drill also the attacks) and keep it for the report',
    })
    .input(z.strictObject({ id: idInput, drill: z.boolean().optional().describe('takes up to a minute') }))
    .output(detailSchema),
  report: oc
    .route({ method: 'POST', path: '/orders.report', summary: 'The report as a file: text to print, or CSV. No secret in it' })
    .input(z.strictObject({ id: idInput, format: z.enum(['text', 'csv']).default('text') }))
    .output(z.object({ name: z.string(), text: z.string() })),
  close: oc
    .route({
      method: 'POST',
      path: '/orders.close',
      summary:
        'Close a work order: all its phones done, all tokens at the central store; without one, exported and said not to be handed over',
    })
    .input(z.strictObject({ id: idInput, notHandedOver: z.boolean().optional() }))
    .output(detailSchema),
}
