import { oc } from '@orpc/contract'
import { z } from 'zod'
import { instantSchema } from '../../main/core/model/view.ts'

/** A MAC in any spelling at the door. */
const macInput = z.string().min(1).max(40)

/** A line that the phone registered at the bench's own registrar: its SIP user and password are right. */
export const registrationSchema = z.object({
  line: z.string(),
  since: instantSchema,
  until: instantSchema.describe('it lapses then, unless the phone registers again'),
})
export type RegistrationView = z.infer<typeof registrationSchema>

/** What `devices.get` says beside settings and timeline, on a bench. */
export const phoneDetail = {
  registrations: z.array(registrationSchema).optional().describe('lines that it holds registered at the bench now'),
  tells: z
    .array(z.enum(['resync', 'reboot']))
    .optional()
    .describe('what its family can be told by SIP'),
}

/** What goes to one phone and comes from it, over the wire. */
export const phoneWire = {
  notify: oc
    .route({ method: 'POST', path: '/devices.notify', summary: 'Tell a phone by SIP to fetch its configuration again, or to restart' })
    .input(z.strictObject({ mac: macInput, do: z.enum(['resync', 'reboot']) }))
    .output(z.object({ sentTo: z.string().describe('address and port that the NOTIFY goes to; what came of it stands on the timeline') })),
}
