import { z } from 'zod'
import { CERTIFICATE_POLICIES } from '../model/certificate.ts'

/** The text of a catalogue: business groups, lines, persistent profiles, and what is set at each layer. Described in `packs/README.md`. */
const text = z.string().trim().min(1).max(200)
const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, dot, hyphen, underscore; at most 64')
/** Written without quotes a number reads as one; leading zeros and + survive (see core/pack/yaml-text.ts). */
const digits = z.union([z.string(), z.int()]).transform(String)
const number = digits.refine((value) => /^\+?\d{1,20}$/.test(value), 'a directory number: digits, perhaps with + before them')
const secret = digits
  .refine((value) => value.length > 0 && value.length <= 200, 'from 1 to 200 characters')
  .refine(isOneLine, 'no line breaks and control characters')
const oneLine = digits
  .refine((value) => value.length > 0 && value.length <= 200, 'from 1 to 200 characters')
  .refine(isOneLine, 'no line breaks and control characters')
const scalar = z.union([z.string(), z.number(), z.boolean()])
const instant = z.iso.datetime({ offset: true })

function isOneLine(value: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return !/[\u0000-\u001f\u007f\u2028\u2029]/.test(value)
}

const atLayer = {
  settings: z.record(text, scalar).optional(),
  /** Values for one pack or model. */
  selected: z.array(z.strictObject({ pack: text.optional(), model: text.optional(), settings: z.record(text, scalar) })).optional(),
  locks: z.array(text).optional(),
}

const lineSchema = z.strictObject({
  number,
  department: id.optional(),
  displayName: oneLine.optional(),
  sipUser: oneLine.optional(),
  sipAuthUser: oneLine.nullable().optional(),
  sipPassword: secret,
})

const departmentSchema = z.strictObject({ id, name: text.optional(), ...atLayer })

/** Without quotes `5.9` reads as a number; `1.10` stays text (core/pack/yaml-text.ts). */
const version = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((value) => /\d/.test(value) && value.length <= 100, 'a version: up to 100 characters, a number among them')

const targetSchema = z.strictObject({
  pack: text,
  models: z.array(text).default([]),
  version,
  /** Hardware revisions it is for, as the phone states them. */
  hardware: z.array(digits).min(1).optional(),
  knownBad: z.array(version).optional(),
  steps: z.array(z.strictObject({ below: version, through: version })).optional(),
  downgrade: z.enum(['allowed', 'forbidden']).optional(),
  orNewer: z.boolean().optional(),
})

export const catalogueSchema = z.strictObject({
  catalogue: z.literal(1).optional(),
  profiles: z
    .array(
      z.strictObject({
        id,
        name: text.optional(),
        packs: z.array(text).optional(),
        firmware: z.array(targetSchema).optional(),
        /** What factory certificates count for, by endpoint pack; `*`: every other one. */
        certificates: z.record(text, z.enum(CERTIFICATE_POLICIES)).optional(),
        /** A proven token is replaced after this many days; null: never by itself. */
        rotateDays: z.int().min(1).max(3650).nullable().optional(),
        ...atLayer,
      }),
    )
    .default([]),
  groups: z
    .array(
      z.strictObject({
        id,
        name: text.optional(),
        profile: id,
        departments: z.array(departmentSchema).default([]),
        lines: z.array(lineSchema).default([]),
        ...atLayer,
      }),
    )
    .default([]),
  devices: z
    .array(
      z.strictObject({
        mac: digits,
        model: digits.optional(),
        line: number.optional(),
        lines: z.array(number).optional(),
        group: id.optional(),
        department: id.optional(),
        profile: id.optional(),
        order: oneLine.optional(),
        windowStart: instant.optional(),
        windowEnd: instant.optional(),
        ...atLayer,
      }),
    )
    .default([]),
})

export type CatalogueText = z.infer<typeof catalogueSchema>
export type LayerText = Pick<CatalogueText['groups'][number], 'settings' | 'selected' | 'locks'>
export type LineText = CatalogueText['groups'][number]['lines'][number]
export type DeviceText = CatalogueText['devices'][number]
