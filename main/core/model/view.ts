import { z } from 'zod'

/** Shapes that leave the program: for the pages, for scripts, for the central store's people. Instants are ISO 8601 UTC text here. */

export const macSchema = z
  .string()
  .regex(/^[0-9a-f]{12}$/)
  .describe('MAC address: twelve lower-case hex digits')
export const instantSchema = z.iso.datetime().describe('ISO 8601 UTC')

export const deviceStateSchema = z.enum([
  'expected',
  'online',
  'identified',
  'configured',
  'upgrading',
  'upgraded',
  'proven',
  'ready',
  'synced',
  'held',
  'failed',
])
export type DeviceState = z.infer<typeof deviceStateSchema>

export const reasonSchema = z.object({ code: z.string(), message: z.string(), hint: z.string(), at: instantSchema })

export const deviceSchema = z.object({
  mac: macSchema,
  listed: z.boolean().describe('a person ordered or claimed it'),
  serial: z.string().nullable(),
  vendor: z.string().nullable(),
  family: z.string().nullable(),
  pack: z.string().nullable(),
  packVersion: z.number().int().nullable().optional().describe('of its endpoint pack, as it is rendered now'),
  packName: z.string().nullable(),
  model: z.string().nullable(),
  expectedModel: z.string().nullable(),
  firmware: z.string().nullable(),
  targetFirmware: z.string().nullable(),
  state: deviceStateSchema,
  reason: reasonSchema.nullable(),
  firmwareTrack: z.enum(['unknown', 'wrong', 'loading', 'right']),
  token: z.enum(['none', 'pending', 'proven', 'revoked']),
  synced: z.boolean(),
  line: z.string().nullable(),
  displayName: z.string().nullable(),
  group: z.string().nullable(),
  groupName: z.string().nullable(),
  department: z.string().nullable(),
  departmentName: z.string().nullable(),
  profile: z.string().nullable(),
  profileName: z.string().nullable(),
  order: z.string().nullable(),
  slot: z.number().int(),
  address: z.string().nullable(),
  windowStart: instantSchema.nullable(),
  windowEnd: instantSchema.nullable(),
  progress: z
    .object({ sentBytes: z.number().int(), sizeBytes: z.number().int(), startedAt: instantSchema })
    .nullable()
    .describe('of the firmware download under way'),
  hardware: z.string().nullish().describe('hardware revision, where the phone states one'),
  firmwareStep: z
    .object({ version: z.string().nullable(), index: z.number().int(), count: z.number().int(), why: z.string() })
    .nullish()
    .describe('the way to the target firmware, while it is not reached: what is loaded now, as step `index` of `count`'),
  seen: z
    .object({
      vendorClass: z.string().nullable(),
      vendorClassHex: z.string().nullable(),
      parameterRequestList: z.array(z.number().int()).nullable(),
      hostName: z.string().nullable(),
      userAgent: z.string().nullable(),
      paths: z.array(z.string()),
      tftpOptions: z.record(z.string(), z.string()).nullable(),
      certificate: z.object({ subject: z.string(), issuer: z.string() }).nullable(),
      evidence: z.array(z.string()),
    })
    .nullish()
    .describe('what a phone that nobody can tell said of itself'),
  waitingFor: z.enum(['return', 'firmware', 'unplug']).nullable().describe('what the bench waits for; "unplug" needs a hand'),
  dueAt: instantSchema.nullable(),
  sinceAt: instantSchema.nullable().describe('when the shown state began'),
  lastSeenAt: instantSchema.nullable(),
  updatedAt: instantSchema,
})
export type DeviceView = z.infer<typeof deviceSchema>

export const noteSchema = z.object({
  at: instantSchema,
  mac: macSchema.nullable(),
  level: z.enum(['info', 'warn', 'error']),
  kind: z.string(),
  text: z.string(),
})
export type NoteView = z.infer<typeof noteSchema>

export const resolvedSettingSchema = z.object({
  key: z.string(),
  label: z.string(),
  value: z.union([z.string(), z.number(), z.boolean()]).nullable(),
  layer: z.enum(['pack', 'profile', 'group', 'department', 'device']).nullable(),
  hidden: z.array(
    z.object({
      layer: z.enum(['pack', 'profile', 'group', 'department', 'device']),
      value: z.union([z.string(), z.number(), z.boolean()]).nullable(),
    }),
  ),
  lockedBy: z.enum(['profile', 'group', 'department', 'device']).nullable(),
  secret: z.boolean(),
})
export type ResolvedSettingView = z.infer<typeof resolvedSettingSchema>

export const serviceSchema = z.union([
  z.string().describe('where it listens, or "off"'),
  z.object({ error: z.string(), hint: z.string(), message: z.string() }),
])
export type ServiceView = z.infer<typeof serviceSchema>

export const benchStatusSchema = z.object({
  running: z.boolean(),
  starting: z.boolean(),
  interface: z.string().nullable(),
  address: z.string().nullable(),
  services: z.record(z.string(), serviceSchema),
  pool: z.object({ size: z.number().int(), leased: z.number().int() }),
  central: z.object({
    state: z.enum(['none', 'offline', 'online']),
    url: z.string().nullable(),
    pending: z.number().int(),
    lastSyncAt: instantSchema.nullable(),
    error: z.string().nullable(),
  }),
  problems: z
    .array(z.object({ code: z.string(), message: z.string(), hint: z.string() }))
    .describe('what stops or hinders the bench, with the mend'),
  version: z.string(),
})
export type BenchStatus = z.infer<typeof benchStatusSchema>

export const interfaceSchema = z.object({
  name: z.string(),
  address: z.string().nullable(),
  prefixLength: z.number().int().nullable(),
  mac: z.string().nullable(),
  up: z.boolean(),
  defaultRoute: z.boolean(),
  problem: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
})
export type InterfaceView = z.infer<typeof interfaceSchema>
