import { z } from 'zod'
import { CERTIFICATE_POLICIES } from '../model/certificate.ts'
import { MENUS, type PackFile } from '../model/pack.ts'
import { namesMac, patternProblem } from './pattern.ts'

/** The vocabulary this program knows; a pack that needs a newer one is refused with that reason. */
export const VOCABULARY = 2

const text = z.string().min(1).max(500)
const id = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and hyphens')
const pattern = z.string().superRefine((value, context) => {
  const problem = patternProblem(value)
  if (problem !== null) context.addIssue({ code: 'custom', message: problem })
})
const pathPattern = pattern.refine((value) => value.startsWith('/'), 'a path begins with /')
const optionNumber = z.string().regex(/^(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-4])$/, 'an option number from 1 to 254')
const flatOption = z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))])
/** A map = sub-options by number, with `nul: true` where each text ends with a zero byte, and `enterprise` in 125. */
const optionValue = z.union([flatOption, z.record(z.string().regex(/^(?:[1-9]\d{0,2}|nul|enterprise)$/), flatOption)])
const scalar = z.union([z.string(), z.number(), z.boolean()])
const layer = z.enum(['profile', 'group', 'department', 'device'])

const modelSchema = z.strictObject({
  lines: z.int().min(1).max(1000),
  keys: z.int().min(0).max(500).optional(),
  keyColumns: z
    .tuple([z.int().min(0).max(100), z.int().min(0).max(100)])
    .nullable()
    .default(null),
  modules: z.int().min(0).max(20).default(0),
  moduleKeys: z.int().min(0).max(200).default(0),
  code: text.nullable().default(null),
  part: text.nullable().default(null),
  alsoKnownAs: z.array(text).default([]),
})

const oui = z.string().regex(/^[0-9a-f]{6,9}$/, '6 to 9 lower-case hex digits')

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
  oui: z.array(oui).default([]),
  notOui: z.array(oui).default([]),
  parameterRequestList: z.array(z.array(z.int().min(1).max(254)).min(1)).default([]),
  tftpOptions: z.record(z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'the name of a TFTP option'), pattern).default({}),
  certificate: z
    .strictObject({ subject: z.array(pattern).default([]), issuer: z.array(pattern).default([]), generic: z.array(pattern).default([]) })
    .nullable()
    .default(null),
  alsoVendor: z.array(text).default([]),
})

const fileSchema = z.strictObject({
  id,
  path: pathPattern,
  kind: z.enum(['config', 'image', 'absent', 'upload']).default('config'),
  scope: z.enum(['device', 'common']).optional(),
  /** One template for every stage. */
  template: text.optional(),
  stages: z.strictObject({ first: text.optional(), full: text.optional(), departure: text.optional() }).optional(),
  protocols: z
    .array(z.enum(['http', 'tftp']))
    .min(1)
    .default(['http', 'tftp']),
  anyCase: z.boolean().default(false),
  format: z.enum(['ini', 'xml', 'text', 'json', 'colon', 'quoted']).default('text'),
  encoding: z.enum(['utf-8', 'latin-1']).default('utf-8'),
  maxBytes: z.int().min(1).nullable().default(null),
  maxLineBytes: z.int().min(1).nullable().default(null),
  contentType: text.default('text/plain'),
  lineEnd: z.enum(['lf', 'crlf']).default('lf'),
  secret: z.boolean().default(false),
  proves: z.boolean().default(false),
  applicationOnly: z.boolean().default(false),
  fromLibrary: z.boolean().default(false),
})

const INCLUDED = /^(?:settings\.yaml|templates\/[A-Za-z0-9._-]+|maps\/[a-z0-9-]+\.yaml)$/

export const packSchema = z.strictObject({
  pack: z.string().regex(/^[a-z0-9][a-z0-9-]*\/[a-z0-9][a-z0-9-]*$/, 'vendor/family'),
  vocabulary: z.int().min(1),
  revision: z.int().min(1),
  vendor: text,
  family: text,
  name: text,
  sources: z.array(text).default([]),
  /** Taken from `_shared` beside the pack's folder. */
  include: z.array(z.string().regex(INCLUDED, 'settings.yaml, templates/<name> or maps/<name>.yaml')).default([]),
  models: z.record(text, modelSchema).refine((models) => Object.keys(models).length > 0, 'a pack needs a model'),
  match: matchSchema,
  dhcp: z.strictObject({ options: z.record(optionNumber, optionValue).default({}), force: z.array(z.int().min(1).max(254)).default([]) }),
  files: z.array(fileSchema).min(1),
  token: z.strictObject({
    how: z.enum(['basic', 'path', 'none']),
    in: z.enum(['keys', 'url']).default('keys'),
    digest: z.boolean().default(false),
    user: z.enum(['lower', 'upper']).default('lower'),
    maxChars: z.int().min(22).max(256).default(43),
    restate: z.boolean(),
    challenge: z.enum(['after-start', 'at-once']),
  }),
  firmware: z.strictObject({
    imageNames: z.array(pattern).default([]),
    imageModels: z.record(text, z.array(text).min(1)).default({}),
    partNames: z.array(pattern).default([]),
    order: z.enum(['before-config', 'from-config', 'by-name']),
    downgrade: z.enum(['allowed', 'refused', 'unknown']).default('unknown'),
    steps: z.array(z.strictObject({ models: z.array(text).default([]), below: text, through: text })).default([]),
  }),
  redirectHosts: z.array(z.string().regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/, 'a host name in lower case')).default([]),
  notify: z
    .strictObject({ resync: text.nullable().default(null), reboot: text.nullable().default(null) })
    .default({ resync: null, reboot: null }),
  /** What the phone takes for something else when it is a whole value: `%NULL%` takes back what was set. */
  magic: z.array(text).default([]),
  trustsOwnAuthority: z.enum(['yes', 'no', 'unknown']).default('unknown'),
  /** What factory certificates count for; left out = prefer where match.certificate reads any. */
  clientCertificate: z.enum(CERTIFICATE_POLICIES).optional(),
  staging: z.strictObject({
    returns: z.enum(['reboots', 'polls', 'notify', 'by-hand']),
    rebootsAfterFirmware: z.boolean(),
    pollMinutes: z.int().min(1).nullable().default(null),
    expect: z.array(id).default([]),
    timeoutSeconds: z.strictObject({ return: z.int().min(1), firmware: z.int().min(1) }),
  }),
})
export type PackText = z.infer<typeof packSchema>

const range = {
  default: scalar.nullable().optional(),
  choices: z.array(text).min(1).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  unit: text.optional(),
  help: z.string().max(1000).optional(),
  layers: z.array(layer).min(1).optional(),
  since: text.optional(),
  models: z.array(text).min(1).optional(),
}

const settingSchema = z.strictObject({
  ...range,
  /** `{n}` stands for 1 to `count`. */
  key: z.string().regex(/^[a-z][A-Za-z0-9]*(?:\.(?:[A-Za-z0-9-]+|\{n\}))*$/, 'words joined by dots'),
  count: z.int().min(1).max(200).optional(),
  type: z.enum(['text', 'number', 'boolean', 'choice', 'host', 'url', 'password', 'list', 'directoryNumber', 'time']),
  label: text,
  secret: z.boolean().optional(),
  menu: z.enum(MENUS).optional(),
})
export type SettingText = z.infer<typeof settingSchema>

/** What a family can do of a normalised setting: only narrower than the norm. */
const useSchema = z.strictObject({
  ...range,
  unit: z.undefined().optional(),
  label: text.optional(),
  /** Choices of the norm that it lacks, where those it has are many. */
  except: z.array(text).min(1).optional(),
})

export const settingsSchema = z.strictObject({
  use: z.record(text, useSchema).default({}),
  settings: z.array(settingSchema).default([]),
  /** Id of the file that raw lines are added to. */
  raw: id.nullable().default(null),
})
export type SettingsText = z.infer<typeof settingsSchema>

export const mapSchema = z.record(text, z.union([z.string(), z.int()]).transform(String))

/** A file entry with everything that follows from what is said. */
export function toFile(read: PackText['files'][number]): PackFile {
  const one = read.template
  const stages = one === undefined ? (read.stages ?? {}) : { first: one, full: one, departure: one }
  return {
    id: read.id,
    path: read.path,
    kind: read.kind,
    scope: read.scope ?? (namesMac(read.path) ? 'device' : 'common'),
    stages: Object.fromEntries(Object.entries(stages).filter(([, name]) => name !== undefined)),
    protocols: read.protocols,
    anyCase: read.anyCase,
    format: read.format,
    encoding: read.encoding,
    contentType: read.contentType,
    lineEnd: read.lineEnd === 'crlf' ? '\r\n' : '\n',
    maxBytes: read.maxBytes,
    maxLineBytes: read.maxLineBytes,
    secret: read.secret,
    proves: read.proves,
    applicationOnly: read.applicationOnly,
    ...(read.fromLibrary ? { fromLibrary: true } : {}),
  }
}
