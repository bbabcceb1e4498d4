import { z } from 'zod'
import { MENUS } from '../../main/core/model/pack.ts'

/** Shapes of the settings editor's calls. */
export const scalarSchema = z.union([z.string(), z.number(), z.boolean()])
export const layerSchema = z.strictObject({ kind: z.enum(['profile', 'group', 'department', 'device']), id: z.string() })

/** With whose eyes: left out = the provisioning engineer. An administrator has a business group, an end user a phone. */
export const personSchema = z
  .strictObject({ role: z.enum(['engineer', 'groupAdmin', 'endUser']), group: z.string().optional(), device: z.string().optional() })
  .describe('with whose eyes: can only narrow what the caller may; left out: the caller')

/** A place that gives a value. `pack` = the default of an endpoint pack. */
export const namedSchema = z.object({
  kind: z.enum(['pack', 'profile', 'group', 'department', 'device']),
  id: z.string().nullable(),
  name: z.string(),
})

export const definitionSchema = z.object({
  key: z.string(),
  type: z.enum(['text', 'number', 'boolean', 'choice', 'host', 'url', 'password', 'list', 'directoryNumber', 'raw', 'time']),
  label: z.string(),
  help: z.string(),
  default: scalarSchema.nullable(),
  choices: z.array(z.string()).nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  unit: z.string().nullable(),
  secret: z.boolean(),
  layers: z.array(z.enum(['profile', 'group', 'department', 'device'])),
  menu: z.enum(MENUS),
  since: z.string().nullable().describe('first firmware that has it'),
  models: z.array(z.string()).nullable().describe('models that have it; null = all'),
  normal: z.boolean().describe('means the same in every family'),
  packs: z.array(z.string()),
})

export const fieldSchema = z.object({
  key: z.string(),
  definition: definitionSchema,
  value: scalarSchema.nullable(),
  origin: namedSchema.nullable(),
  hidden: z.array(
    z.object({
      from: namedSchema,
      value: scalarSchema.nullable(),
      unfit: z.literal(true).optional(),
      stopped: z.string().optional().describe('of a raw line that a lock keeps out of the files: which setting, locked by whom'),
    }),
  ),
  setHere: z.array(z.object({ value: scalarSchema, pack: z.string().optional(), model: z.string().optional() })),
  lockedBy: namedSchema.nullable(),
  lockedHere: z.boolean(),
  mayEdit: z.boolean(),
  mayLock: z.boolean(),
  why: z.string().nullable().describe('why it may not be edited, for people'),
  below: z.object({ count: z.number().int(), sample: z.array(namedSchema) }).describe('narrower layers that say something of their own'),
})

export const viewSchema = z.object({
  layer: namedSchema,
  path: z.array(namedSchema).describe('from the widest layer to this one'),
  phones: z.number().int(),
  lines: z
    .array(
      z.object({
        n: z.number().int(),
        number: z.string(),
        displayName: z.string(),
        sipUser: z.string(),
        label: z.string().nullable(),
        isOwn: z.boolean(),
      }),
    )
    .optional()
    .describe('of a phone: the lines it carries; facts, not settings'),
  menus: z.array(z.object({ id: z.enum(MENUS), fields: z.array(fieldSchema) })),
  modules: z
    .object({ most: z.number().int(), shown: z.array(z.number().int()) })
    .describe('expansion modules: how many a phone takes, and those whose keys are among the fields'),
})

const lineSchema = z.object({ kind: z.enum(['same', 'removed', 'added']), text: z.string() })
const stoppedSchema = z.object({ mac: z.string(), name: z.string(), by: namedSchema })
const filesSchema = z.array(z.object({ name: z.string(), lines: z.array(lineSchema) }))
const stageSchema = z.enum(['first', 'full', 'departure']).describe('where the file differs; departure unless it is alike by then')
const wayShape = z
  .object({
    version: z.string(),
    next: z.string().nullable().describe('the image it is given at its next start'),
    route: z.array(z.string()).describe('all versions on the way, the last one is the target'),
    block: z.string().nullable().describe('code of what forbids the load'),
  })
  .nullable()
  .describe('null = no target')
const firmwareSchema = z.object({ before: wayShape, after: wayShape })

export const previewSchema = z.object({
  affected: z.number().int().describe('listed phones that would get other files or other firmware'),
  unaffected: z.object({
    overridden: z.number().int().describe('a lower layer says otherwise'),
    locked: z.number().int().describe('a lock stops it'),
    same: z.number().int().describe('they have that value already'),
    sameFiles: z.number().int().describe('the value changes, and none of their files says it'),
    lacking: z.number().int().describe('no such setting, or not identified yet'),
  }),
  byModel: z.array(z.object({ pack: z.string().nullable(), model: z.string(), count: z.number().int() })),
  byGroup: z.array(z.object({ id: z.string().nullable(), name: z.string(), count: z.number().int() })),
  macs: z.array(z.string()).describe('the first of the affected'),
  overridden: z.array(stoppedSchema).describe('the first of them'),
  locked: z.array(stoppedSchema).describe('the first of them'),
  alike: z
    .array(
      z.object({
        phones: z.number().int(),
        pack: z.string(),
        model: z.string().nullable(),
        representative: z.string(),
        files: z.array(z.object({ name: z.string(), stage: stageSchema, lines: z.array(lineSchema) })).nullable(),
        firmware: firmwareSchema.nullable(),
      }),
    )
    .describe('phones that change alike, with the changed lines of one of them'),
  firmware: z
    .array(firmwareSchema.extend({ pack: z.string().nullable(), model: z.string(), count: z.number().int() }))
    .describe('phones that would run something else, by model'),
  sample: z.array(
    z.object({
      mac: z.string(),
      file: z.string(),
      stage: stageSchema,
      before: z.string(),
      after: z.string(),
      lines: z.array(lineSchema),
    }),
  ),
  kept: z.object({
    count: z.number().int(),
    first: z.array(z.object({ layer: namedSchema, key: z.string(), value: scalarSchema })),
  }),
  unchecked: z.number().int().describe('with another pack, and too many to look at each: they may change or not'),
  unsupported: z
    .object({ count: z.number().int(), first: z.array(z.object({ mac: z.string(), name: z.string() })) })
    .optional()
    .describe('their persistent profile does not support their family: they get nothing'),
})

/** `from`: the layer whose value the line states, or the directory number; null = the endpoint pack alone. */
export const phoneFilesSchema = z.object({
  files: z.array(
    z.object({
      name: z.string(),
      lines: z.array(lineSchema.extend({ from: z.enum(['profile', 'group', 'department', 'device', 'line']).nullable() })),
    }),
  ),
})

const sideSchema = z.object({ value: scalarSchema.nullable(), origin: namedSchema.nullable(), locked: z.boolean() })
const rowsSchema = z.array(
  z.object({
    key: z.string(),
    label: z.string(),
    menu: z.enum(MENUS),
    pack: z.string().nullable(),
    model: z.string().nullable(),
    a: sideSchema,
    b: sideSchema,
  }),
)

export const comparedProfilesSchema = z.object({
  a: namedSchema,
  b: namedSchema,
  rows: rowsSchema.describe('only what differs'),
  packs: z
    .object({ a: z.array(z.string()), b: z.array(z.string()) })
    .nullable()
    .describe('supported packs, where they differ; an empty list supports all'),
  firmware: z.array(z.object({ pack: z.string(), models: z.array(z.string()), a: z.string().nullable(), b: z.string().nullable() })),
})

export const comparedDeviceSchema = z.object({
  mac: z.string(),
  rows: rowsSchema,
  files: filesSchema,
  unsupported: z.string().nullable().optional().describe('why the other profile would not let this phone be configured at all'),
  same: z.string().nullable().optional().describe('where nothing differs: why, in words'),
})

export type LayerViewShape = z.infer<typeof viewSchema>
export type PreviewShape = z.infer<typeof previewSchema>
export type PhoneFilesShape = z.infer<typeof phoneFilesSchema>
export type ComparedProfilesShape = z.infer<typeof comparedProfilesSchema>
export type ComparedDeviceShape = z.infer<typeof comparedDeviceSchema>
