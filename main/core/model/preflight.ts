import { z } from 'zod'

/** One line of the preflight, as pages and scripts see it. */
export const preflightLineSchema = z.object({
  id: z.enum(['interface', 'address', 'ports', 'privileges', 'firewall', 'foreign', 'clock', 'disk', 'images', 'certificate']),
  level: z.enum(['good', 'warning', 'stop']).describe('stop = no phone can be staged like this'),
  title: z.string(),
  why: z.string(),
  todo: z.string().nullable().describe('what a person does about it'),
  command: z.string().nullable().describe('exactly as it has to be run on this machine'),
  click: z.enum(['interfaces', 'firmware', 'packs']).nullable().describe('the page or panel that mends it'),
})
export type PreflightLine = z.infer<typeof preflightLineSchema>

export const preflightSchema = z.object({ lines: z.array(preflightLineSchema), stops: z.number().int(), warnings: z.number().int() })
export type PreflightView = z.infer<typeof preflightSchema>
