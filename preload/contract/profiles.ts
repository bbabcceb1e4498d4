import { oc } from '@orpc/contract'
import { z } from 'zod'
import { dryRun, idSchema, nameSchema, savedSchema } from './saved.ts'

const certificates = z.enum(['ignore', 'prefer', 'require'])
const version = z.string().min(1).max(100)
const target = z.strictObject({
  pack: z.string(),
  models: z.array(z.string()).default([]).describe('empty = all of the pack'),
  version,
  hardware: z.array(z.string()).optional(),
  knownBad: z.array(version).optional(),
  steps: z.array(z.strictObject({ below: version, through: version })).optional(),
  downgrade: z.enum(['allowed', 'forbidden']).optional(),
  orNewer: z.boolean().optional(),
})

/** Persistent profiles: named top-level sets of settings and firmware targets. */
export const profiles = {
  list: oc
    .route({ method: 'POST', path: '/profiles.list', summary: 'Persistent profiles, what they support and who has them' })
    .input(z.strictObject({}).default({}))
    .output(
      z.object({
        profiles: z.array(
          z.object({
            id: z.string(),
            name: z.string(),
            packs: z.array(z.string()).describe('empty = all'),
            firmware: z.array(target),
            certificates: z.record(z.string(), certificates).describe('what factory certificates count for, by pack; * = every other pack'),
            rotateDays: z.number().int().nullable().describe('a proven token is replaced after so many days; null = never by itself'),
            groups: z.number().int(),
            phones: z.number().int(),
          }),
        ),
      }),
    ),
  save: oc
    .route({ method: 'POST', path: '/profiles.save', summary: 'Make or change a persistent profile; what is left out stays' })
    .input(
      z.strictObject({
        id: idSchema,
        name: nameSchema.optional(),
        packs: z.array(z.string()).optional(),
        firmware: z.array(target).optional().describe('all targets of the profile; replaces those it had'),
        certificates: z
          .record(z.string().min(1).max(200), certificates)
          .optional()
          .describe('by pack, * = every other pack; replaces what it had. A pack that is left out says itself: see certificates.list'),
        rotateDays: z.number().int().min(1).max(3650).nullable().optional(),
        dryRun,
      }),
    )
    .output(savedSchema),
}
