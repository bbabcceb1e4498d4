import { oc } from '@orpc/contract'
import { z } from 'zod'
import type { OptionValue } from '../../main/core/model/dhcp.ts'
import { SERVICE_NAMES } from '../../main/core/model/services.ts'
import { benchStatusSchema } from '../../main/core/model/view.ts'

const scalar = z.union([z.string(), z.number(), z.boolean()])
const flat = z.union([scalar, z.array(z.union([z.string(), z.number()]))])
const optionValue: z.ZodType<OptionValue> = z
  .union([flat, z.record(z.string(), flat)])
  .describe('text, address list, "hex:…", or sub-options')

/** As `--dhcp FILE` has it. */
const dhcpSchema = z.object({
  answer: z
    .enum(['listed', 'claimed', 'everybody', 'inform'])
    .describe(
      'listed = phones of the list; claimed = those and vendor classes that a pack claims; everybody; inform = options only, never an address',
    ),
  pool: z.string().nullable().describe('FROM-TO; null = upper half of the network'),
  leaseSeconds: z.number().int(),
  conflictCheck: z.boolean().describe('look whether somebody has the address before it is offered'),
  options: z.record(z.string(), optionValue).describe('by number, for every client that is answered'),
  force: z.array(z.number().int()).describe('sent even when the phone did not ask for them'),
  classes: z
    .array(z.object({ vendorClass: z.string(), options: z.record(z.string(), optionValue) }))
    .describe('first match wins; * matches any tail'),
  reservations: z.record(z.string(), z.string()).describe('address by MAC'),
  relays: z
    .array(z.object({ subnet: z.string(), pool: z.string(), router: z.string().nullable() }))
    .describe('subnets behind relays, allowed by name'),
})
export type DhcpSettings = z.infer<typeof dhcpSchema>

const serviceName = z.enum(SERVICE_NAMES)
const quotasSchema = z.object({
  uploadFileBytes: z.number().int(),
  uploadFiles: z.number().int(),
  uploadPhoneBytes: z.number().int(),
  uploadTotalBytes: z.number().int(),
  syslogPerSecond: z.number().int(),
})
const servicesSchema = z.object({
  off: z.array(serviceName),
  ports: z.partialRecord(serviceName, z.number().int()).describe('other than the usual ones'),
  oldTls: z.boolean(),
  phoneScheme: z.enum(['http', 'https']).describe('what the address begins with that phones are told'),
  quotas: quotasSchema,
  names: z
    .array(z.object({ name: z.string(), address: z.string().nullable().describe('null = the bench') }))
    .describe('answered by the DNS, for a rehearsal'),
})
export type ServiceSettings = z.infer<typeof servicesSchema>

const optionInfoSchema = z.object({
  code: z.number().int(),
  name: z.string(),
  takes: z.string().describe('what its value is'),
  rfc: z.string().nullable(),
})
export type OptionInfo = z.infer<typeof optionInfoSchema>

const effectSchema = z.object({
  field: z.string(),
  before: z.string(),
  after: z.string(),
  when: z.enum(['now', 'reopened', 'restart']).describe('at once; by opening one service anew; when services start again'),
  what: z.string(),
})
export type NetworkEffect = z.infer<typeof effectSchema>

const problemSchema = z.object({ field: z.string(), code: z.string(), message: z.string(), hint: z.string() })
export type NetworkProblem = z.infer<typeof problemSchema>

const viewSchema = z.object({
  dhcp: dhcpSchema,
  services: servicesSchema,
  defaults: z.object({ dhcp: dhcpSchema, services: servicesSchema }),
  said: z
    .array(z.object({ field: z.string(), by: z.string(), hint: z.string() }))
    .describe('said when the program started: it beats what is saved here'),
  started: z.array(z.object({ option: z.string(), value: z.string() })).describe('what else this program was started with'),
  ports: z.record(z.string(), z.number().int()).describe('as they stand now; 0 = off'),
  inForce: z
    .object({ interface: z.string().nullable(), address: z.string(), prefixLength: z.number().int(), pool: z.string(), url: z.string() })
    .nullable()
    .describe('the network that is served now'),
  restart: z.string().nullable().describe('why services must start again before all of this holds'),
  optionInfo: z.array(optionInfoSchema),
})
export type NetworkView = z.infer<typeof viewSchema>

/** Anything may come here: what is wrong is told at its field, not as a call that cannot be read. */
const given = z.record(z.string().max(40), z.unknown())

/** What a person sets about DHCP and the other services of the bench. */
export const network = {
  get: oc
    .route({ method: 'POST', path: '/network.get', summary: 'Settings of DHCP and the other services, and what is in force' })
    .input(z.strictObject({}).default({}))
    .output(viewSchema),
  save: oc
    .route({
      method: 'POST',
      path: '/network.save',
      summary: 'Change them; a field that is left out stays, null is its default. Most hold at once, `effects` says which do not',
    })
    .input(
      z.strictObject({
        dhcp: given.optional().describe('fields as in the file of --dhcp'),
        services: given.optional().describe('off, ports, oldTls, phoneScheme, quotas, names'),
        dryRun: z.boolean().optional().describe('tell what would happen, and every field that is wrong'),
      }),
    )
    .output(
      z.object({
        effects: z.array(effectSchema),
        problems: z.array(problemSchema).describe('only with dryRun: without it the first one refuses the call'),
        warnings: z.array(z.object({ field: z.string(), text: z.string() })),
        restart: z.string().nullable(),
        status: benchStatusSchema,
      }),
    ),
}
