import { oc } from '@orpc/contract'
import { z } from 'zod'
import { instantSchema } from '../../main/core/model/view.ts'

const authoritySchema = z.object({
  id: z.string(),
  vendor: z.string(),
  subject: z.string(),
  issuer: z.string(),
  fingerprint: z.string().describe('SHA-256, as people compare it'),
  startsAt: instantSchema,
  endsAt: instantSchema,
  addedAt: instantSchema,
})

const listSchema = z.object({
  authorities: z.array(authoritySchema),
  packs: z
    .array(
      z.object({
        pack: z.string(),
        vendor: z.string(),
        name: z.string(),
        reads: z.boolean().describe('the pack knows where the MAC stands in a certificate of its maker'),
        policy: z.enum(['ignore', 'prefer', 'require']).describe('where a persistent profile says nothing'),
      }),
    )
    .describe('what factory certificates count for'),
})
export type CertificateList = z.infer<typeof listSchema>

/** Factory certificates of phones: which makers' authorities are trusted. What they count for stands in packs and persistent profiles. */
export const certificates = {
  list: oc
    .route({
      method: 'POST',
      path: '/certificates.list',
      summary: "Makers' certificate authorities, and what certificates count for by pack",
    })
    .input(z.strictObject({}).default({}))
    .output(listSchema),
  import: oc
    .route({
      method: 'POST',
      path: '/certificates.import',
      summary: "Trust a maker's authority: phones with a certificate under it are known by it",
    })
    .input(
      z.strictObject({
        vendor: z.string().trim().min(1).max(100).describe('as the endpoint packs write it'),
        file: z.base64().max(1_400_000).describe('base64 of PEM, DER or PKCS #7; one certificate or several, at most 1 MB'),
        dryRun: z.boolean().optional(),
      }),
    )
    .output(listSchema.extend({ imported: z.array(z.object({ id: z.string(), subject: z.string(), isNew: z.boolean() })) })),
  remove: oc
    .route({ method: 'POST', path: '/certificates.remove', summary: 'Trust an authority no longer' })
    .input(z.strictObject({ id: z.string().max(200) }))
    .output(listSchema),
}
