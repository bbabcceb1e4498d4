import { eventIterator, oc } from '@orpc/contract'
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

/** One packet: to or from a phone, in one line and field by field. `why` = the words of the rules that it met. */
export const packetSchema = z.object({
  id: z.number().int(),
  at: instantSchema,
  direction: z.enum(['in', 'out']).describe('in = from the phone'),
  protocol: z.enum(['dhcp', 'tftp', 'http', 'https', 'sip', 'syslog', 'dns', 'ntp']),
  from: z.string(),
  to: z.string(),
  sizeBytes: z.number().int(),
  summary: z.string(),
  fields: z.array(z.object({ code: z.number().int().nullable().describe('number of a DHCP option'), name: z.string(), value: z.string() })),
  why: z.array(z.string()),
})
export type PacketView = z.infer<typeof packetSchema>

/** What goes to one phone and comes from it, over the wire. */
export const phoneWire = {
  notify: oc
    .route({ method: 'POST', path: '/devices.notify', summary: 'Tell a phone by SIP to fetch its configuration again, or to restart' })
    .input(z.strictObject({ mac: macInput, do: z.enum(['resync', 'reboot']) }))
    .output(z.object({ sentTo: z.string().describe('address and port that the NOTIFY goes to; what came of it stands on the timeline') })),
  packets: oc
    .route({
      method: 'POST',
      path: '/devices.packets',
      summary: 'What a phone and the bench said to each other last, field by field; no secrets',
    })
    .input(z.strictObject({ mac: macInput, limit: z.number().int().min(1).max(500).optional() }))
    .output(
      z.object({
        packets: z.array(packetSchema),
        dropped: z.number().int().describe('older ones that are not shown: they made room, or lie beyond the limit'),
      }),
    ),
  followPackets: oc
    .route({
      method: 'POST',
      path: '/devices.followPackets',
      summary: 'Stream of the packets of one phone, as they come (server-sent events)',
    })
    .input(z.strictObject({ mac: macInput }))
    .output(eventIterator(z.object({ packets: z.array(packetSchema).describe('new ones, and those known by their id whose `why` grew') }))),
  capture: oc
    .route({ method: 'POST', path: '/devices.capture', summary: 'The packets of one phone as a pcapng file for Wireshark; no secrets' })
    .input(z.strictObject({ mac: macInput }))
    .output(z.object({ name: z.string(), base64: z.string(), packets: z.number().int() })),
}
