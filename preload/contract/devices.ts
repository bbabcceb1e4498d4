import { oc } from '@orpc/contract'
import { z } from 'zod'
import { deviceSchema, deviceStateSchema, instantSchema, macSchema, noteSchema, resolvedSettingSchema } from '../../main/core/model/view.ts'
import { confirmSchema } from './people.ts'
import { phoneDetail } from './phone-wire.ts'

/** `exact` stated by the phone, `likely` follows from a name, `hint` MAC range or DHCP list. */
const gradeSchema = z.enum(['exact', 'likely', 'hint'])

/** A MAC in any spelling at the door; the program's spelling inside. */
const macInput = z.string().min(1).max(40)

export const importErrorSchema = z.object({
  row: z.number().int(),
  column: z.string().nullable(),
  code: z.string(),
  message: z.string(),
  hint: z.string(),
})
export type ImportError = z.infer<typeof importErrorSchema>

/** Phones: listed by people, or heard on the LAN. */
export const devices = {
  list: oc
    .route({ method: 'POST', path: '/devices.list', summary: 'Phones, in the order of their slots' })
    .input(
      z
        .strictObject({
          state: deviceStateSchema.optional(),
          order: z.string().optional(),
          search: z.string().optional(),
          limit: z.number().int().min(1).max(1000).optional(),
          cursor: z.string().optional(),
        })
        .default({}),
    )
    .output(z.object({ devices: z.array(deviceSchema), next: z.string().nullable() })),
  get: oc
    .route({ method: 'POST', path: '/devices.get', summary: 'One phone with its resolved settings and timeline' })
    .input(z.strictObject({ mac: macInput }))
    .output(deviceSchema.extend({ settings: z.array(resolvedSettingSchema), timeline: z.array(noteSchema), ...phoneDetail })),
  add: oc
    .route({ method: 'POST', path: '/devices.add', summary: 'List a phone; without times its window is closed' })
    .input(
      z.strictObject({
        mac: macInput,
        model: z.string().optional(),
        line: z.string().optional(),
        group: z.string().optional(),
        profile: z.string().optional(),
        windowStart: instantSchema.optional(),
        windowEnd: instantSchema.optional(),
        order: z.string().optional(),
        confirm: confirmSchema,
      }),
    )
    .output(deviceSchema),
  update: oc
    .route({ method: 'POST', path: '/devices.update', summary: 'Change what is known of a phone; null clears, what is left out stays' })
    .input(
      z.strictObject({
        mac: macInput,
        model: z
          .string()
          .nullable()
          .optional()
          .describe('null = identified by endpoint pack; only while the phone is not identified, or held for a wrong model'),
        line: z.string().nullable().optional(),
        group: z.string().nullable().optional(),
        department: z.string().nullable().optional(),
        profile: z.string().nullable().optional().describe('null = that of the business group'),
        order: z.string().nullable().optional(),
      }),
    )
    .output(deviceSchema),
  remove: oc
    .route({
      method: 'POST',
      path: '/devices.remove',
      summary: 'Take a phone off the list; its tokens die, its settings stay with its line',
    })
    .input(z.strictObject({ mac: macInput, reason: z.string().max(500).optional() }))
    .output(z.object({})),
  import: oc
    .route({ method: 'POST', path: '/devices.import', summary: 'List phones from CSV; good rows are taken, bad ones named' })
    .input(
      z.strictObject({
        csv: z.string().max(5_000_000),
        order: z.string().optional(),
        dryRun: z.boolean().optional(),
        confirm: confirmSchema,
      }),
    )
    .output(z.object({ added: z.number().int(), updated: z.number().int(), errors: z.array(importErrorSchema) })),
  claim: oc
    .route({ method: 'POST', path: '/devices.claim', summary: 'Take a phone that is held as unknown; opens 60 minutes' })
    .input(z.strictObject({ mac: macInput, line: z.string().optional(), order: z.string().optional() }))
    .output(deviceSchema),
  scan: oc
    .route({
      method: 'POST',
      path: '/devices.scan',
      summary: 'A label scanned at the bench: lists or claims the phone and opens 60 minutes',
    })
    .input(z.strictObject({ text: z.string().min(1).max(200), order: z.string().optional() }))
    .output(deviceSchema.extend({ done: z.enum(['added', 'claimed', 'opened', 'found']) })),
  openWindow: oc
    .route({ method: 'POST', path: '/devices.openWindow', summary: 'Open the authentication window, with a reason' })
    .input(
      z.strictObject({
        mac: macInput,
        minutes: z.number().int().min(1).max(525_600),
        reason: z.string().min(1).max(500),
        confirm: confirmSchema,
      }),
    )
    .output(deviceSchema),
  revoke: oc
    .route({ method: 'POST', path: '/devices.revoke', summary: 'Kill every token of a phone at once, with a reason' })
    .input(z.strictObject({ mac: macInput, reason: z.string().min(1).max(500) }))
    .output(deviceSchema),
  rotate: oc
    .route({
      method: 'POST',
      path: '/devices.rotate',
      summary: 'A new token at the next fetch with the old one; the old one holds until the new one is proven',
    })
    .input(z.strictObject({ mac: macInput }))
    .output(deviceSchema),
  render: oc
    .route({ method: 'POST', path: '/devices.render', summary: 'The files the phone would get now, secrets masked' })
    .input(z.strictObject({ mac: macInput, file: z.string().optional() }))
    .output(z.object({ files: z.array(z.object({ name: z.string(), text: z.string() })) })),
  identify: oc
    .route({ method: 'POST', path: '/devices.identify', summary: 'What these facts say about a phone, with the evidence' })
    .input(
      z
        .strictObject({
          userAgent: z.string().optional(),
          path: z.string().optional(),
          tftpPath: z.string().optional(),
          vendorClass: z.string().optional(),
          vendorClassBytes: z.string().optional().describe('base64'),
          parameterRequestList: z.array(z.number().int()).optional(),
          hostName: z.string().optional(),
          mac: z.string().optional(),
          tftpOptions: z.record(z.string(), z.string()).optional().describe('options of a TFTP request by name'),
          certificate: z.object({ subject: z.string(), issuer: z.string() }).optional().describe('names in the client certificate'),
        })
        .default({}),
    )
    .output(
      z.object({
        vendor: z.string().nullable(),
        family: z.string().nullable(),
        model: z.string().nullable(),
        firmware: z.string().nullable(),
        mac: macSchema.nullable(),
        serial: z.string().nullable(),
        grade: gradeSchema.nullable(),
        hardware: z.string().nullish().describe('hardware revision, where the phone states one'),
        pack: z.string().nullish(),
        evidence: z.array(
          z.object({ fact: z.string(), says: z.string(), value: z.string(), pack: z.string().nullable(), grade: gradeSchema.optional() }),
        ),
        conflicts: z.array(z.string()),
        doubts: z.array(z.string()),
      }),
    ),
}
