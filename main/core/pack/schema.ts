import { z } from 'zod'
import type { PackFile, SettingDefinition } from '../model/pack.ts'
import { patternProblem } from './pattern.ts'

/** The vocabulary this program knows; a pack that needs a newer one is refused with that reason. */
export const VOCABULARY = 1

const text = z.string().min(1).max(500)
const id = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and hyphens')
const pattern = z.string().superRefine((value, context) => {
  const problem = patternProblem(value)
  if (problem !== null) context.addIssue({ code: 'custom', message: problem })
})
const pathPattern = pattern.refine((value) => value.startsWith('/'), 'a path begins with /')
const optionNumber = z.string().regex(/^(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-4])$/, 'an option number from 1 to 254')
const optionValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))])
const scalar = z.union([z.string(), z.number(), z.boolean()])
const layer = z.enum(['profile', 'group', 'department', 'device'])

const modelSchema = z.strictObject({
  lines: z.int().min(1).max(1000),
  code: text.nullable().default(null),
  part: text.nullable().default(null),
  alsoKnownAs: z.array(text).default([]),
})

const agentSchema = z.union([
  pattern.transform((value) => ({ pattern: value, firmware: true, byFile: false })),
  z.strictObject({ pattern, firmware: z.boolean().default(true), byFile: z.boolean().default(false) }),
])

const matchSchema = z.strictObject({
  vendorClass: z.array(pattern).default([]),
  vendorClassBlocks: z
    .strictObject({ enterprise: z.int().min(1).max(0xffffffff), items: z.record(z.string().regex(/^(?:[1-9]\d{0,2})$/), pattern) })
    .nullable()
    .default(null),
  userAgent: z.array(agentSchema).default([]),
  hostName: z.array(pattern).default([]),
  oui: z.array(z.string().regex(/^[0-9a-f]{6}$/, 'six lower-case hex digits')).default([]),
})

const fileSchema = z.strictObject({
  id,
  path: pathPattern,
  kind: z.enum(['config', 'image', 'absent', 'upload']).default('config'),
  scope: z.enum(['device', 'common']).optional(),
  /** One template for every stage. */
  template: text.optional(),
  stages: z.strictObject({ first: text.optional(), full: text.optional(), departure: text.optional() }).optional(),
  format: z.enum(['ini', 'xml', 'text']).default('text'),
  contentType: text.default('text/plain'),
  lineEnd: z.enum(['lf', 'crlf']).default('lf'),
  secret: z.boolean().default(false),
  proves: z.boolean().default(false),
  applicationOnly: z.boolean().default(false),
})

export const packSchema = z.strictObject({
  pack: z.string().regex(/^[a-z0-9][a-z0-9-]*\/[a-z0-9][a-z0-9-]*$/, 'vendor/family'),
  vocabulary: z.int().min(1),
  revision: z.int().min(1),
  vendor: text,
  family: text,
  name: text,
  sources: z.array(text).default([]),
  models: z.record(text, modelSchema).refine((models) => Object.keys(models).length > 0, 'a pack needs a model'),
  match: matchSchema,
  dhcp: z.strictObject({ options: z.record(optionNumber, optionValue).default({}), force: z.array(z.int().min(1).max(254)).default([]) }),
  files: z.array(fileSchema).min(1),
  token: z.strictObject({
    how: z.enum(['basic', 'none']),
    digest: z.boolean().default(false),
    user: z.enum(['lower', 'upper']).default('lower'),
    maxChars: z.int().min(22).max(256).default(43),
    restate: z.boolean(),
    challenge: z.enum(['after-start', 'at-once']),
  }),
  firmware: z.strictObject({ imageNames: z.array(pattern).default([]), order: z.enum(['before-config', 'from-config']) }),
  staging: z.strictObject({
    returns: z.enum(['reboots', 'polls', 'notify', 'by-hand']),
    rebootsAfterFirmware: z.boolean(),
    pollMinutes: z.int().min(1).nullable().default(null),
    expect: z.array(id).default([]),
    timeoutSeconds: z.strictObject({ return: z.int().min(1), firmware: z.int().min(1) }),
  }),
})
export type PackText = z.infer<typeof packSchema>

const settingSchema = z.strictObject({
  /** `{n}` stands for 1 to `count`. */
  key: z.string().regex(/^[a-z][A-Za-z0-9]*(?:\.(?:[A-Za-z0-9]+|\{n\}))*$/, 'words joined by dots'),
  count: z.int().min(1).max(200).optional(),
  type: z.enum(['text', 'number', 'boolean', 'choice', 'host', 'url', 'password']),
  label: text,
  help: z.string().max(1000).default(''),
  default: scalar.nullable().default(null),
  choices: z.array(text).min(1).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  unit: text.optional(),
  secret: z.boolean().optional(),
  layers: z.array(layer).min(1).default(['profile', 'group', 'department', 'device']),
})

export const settingsSchema = z.strictObject({ settings: z.array(settingSchema).default([]) })

export const mapSchema = z.record(text, z.union([z.string(), z.int()]).transform(String))

/** Definitions as the core uses them; `keys.{n}.label` with count 3 becomes three. */
export function toDefinitions(read: z.infer<typeof settingsSchema>): SettingDefinition[] {
  return read.settings.flatMap(({ count, key, ...setting }) => {
    const numbers = key.includes('{n}') ? Array.from({ length: count ?? 1 }, (_, i) => String(i + 1)) : ['']
    return numbers.map((n) => ({
      key: key.replaceAll('{n}', n),
      type: setting.type,
      label: setting.label.replaceAll('{n}', n),
      help: setting.help,
      default: setting.default,
      choices: setting.choices ?? null,
      min: setting.min ?? null,
      max: setting.max ?? null,
      unit: setting.unit ?? null,
      secret: setting.secret ?? setting.type === 'password',
      layers: setting.layers,
    }))
  })
}

/** A file entry with everything that follows from what is said. */
export function toFile(read: PackText['files'][number]): PackFile {
  const one = read.template
  const stages = one === undefined ? (read.stages ?? {}) : { first: one, full: one, departure: one }
  const isOwn = /\{(?:mac|MAC|mac:)\}/.test(read.path)
  return {
    id: read.id,
    path: read.path,
    kind: read.kind,
    scope: read.scope ?? (isOwn ? 'device' : 'common'),
    stages: Object.fromEntries(Object.entries(stages).filter(([, name]) => name !== undefined)),
    format: read.format,
    contentType: read.contentType,
    lineEnd: read.lineEnd === 'crlf' ? '\r\n' : '\n',
    secret: read.secret,
    proves: read.proves,
    applicationOnly: read.applicationOnly,
  }
}
