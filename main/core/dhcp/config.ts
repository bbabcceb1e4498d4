import { parse } from 'yaml'
import { z } from 'zod'
import { DEFAULT_DHCP, type DhcpConfig, type OptionValue } from '../model/dhcp.ts'
import { isInSubnet, parseIpv4 } from '../model/ipv4.ts'
import { parseMac } from '../model/mac.ts'
import { refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import { KIND_WORDS, optionBytes, optionKind } from './option-value.ts'
import { OPTIONS, SERVER_OWNED } from './options.ts'
import { EXAMPLE_FACTS, fillPlaceholders } from './placeholders.ts'
import { parseSubnet } from './scope.ts'

/**
 * The YAML (or JSON) of `--dhcp FILE` → config. Every key may be left out, an unknown one is refused with its place. Scalars are read as the text
 * that stands there (YAML's failsafe schema), so that an unquoted MAC such as 001565123456 keeps its zeros.
 */
export function parseDhcpConfig(text: string): Result<DhcpConfig> {
  let raw: unknown
  try {
    raw = parse(text, { schema: 'failsafe', maxAliasCount: 50 })
  } catch (error) {
    return invalid(error instanceof Error ? (error.message.split('\n')[0] ?? 'not YAML') : String(error))
  }
  const checked = checkDhcpConfig(raw === '' || raw === null ? {} : raw)
  const [problem] = checked.problems
  if (checked.config === null)
    return invalid(problem === undefined || problem.field === '' ? (problem?.why ?? 'not valid') : `${problem.field}: ${problem.why}`)
  return ok(checked.config)
}

/** A place in the settings and what is wrong there: `classes.0.options.66`. */
export type DhcpProblem = { field: string; why: string }

/** Settings as they stand in a file or come from a form → config, or everything that is wrong with them. Every key may be left out. */
export function checkDhcpConfig(raw: unknown): { config: DhcpConfig; problems: [] } | { config: null; problems: DhcpProblem[] } {
  const checked = configSchema.safeParse(raw)
  if (checked.success) return { config: withDefaults(checked.data), problems: [] }
  const problems = checked.error.issues.flatMap((issue): DhcpProblem[] => {
    const place = issue.path.map(String)
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ field: [...place, key].join('.'), why: 'There is no such field' }))
    return [{ field: place.join('.'), why: issue.message }]
  })
  return { config: null, problems }
}

function withDefaults(given: z.output<typeof configSchema>): DhcpConfig {
  return {
    answer: given.answer ?? DEFAULT_DHCP.answer,
    pool: given.pool ?? DEFAULT_DHCP.pool,
    leaseSeconds: given.leaseSeconds ?? DEFAULT_DHCP.leaseSeconds,
    conflictCheck: given.conflictCheck ?? DEFAULT_DHCP.conflictCheck,
    options: given.options ?? DEFAULT_DHCP.options,
    ...(given.force === undefined ? {} : { force: given.force }),
    classes: given.classes ?? DEFAULT_DHCP.classes,
    reservations: given.reservations ?? DEFAULT_DHCP.reservations,
    relays: given.relays ?? DEFAULT_DHCP.relays,
  }
}

function invalid(why: string): Result<DhcpConfig> {
  return refuse(refusal('DHCP_CONFIG_INVALID', { why }))
}

const address = z.string().refine((text) => parseIpv4(text) !== null, 'not an IPv4 address')
const wholeNumber = z.coerce.number('not a whole number').int('not a whole number')
const yesNo = z
  .union([z.boolean(), z.enum(['true', 'false', 'yes', 'no'])], 'neither true nor false')
  .transform((value) => value === true || value === 'true' || value === 'yes')

const pool = z.string().transform((text, context) => {
  const [from, to, ...more] = text.split('-').map((end) => end.trim())
  const first = parseIpv4(from ?? '')
  const last = parseIpv4(to ?? '')
  if (from === undefined || to === undefined || more.length > 0 || first === null || last === null || first > last) {
    context.addIssue({ code: 'custom', message: `"${text}" is not a range such as 10.66.0.20-10.66.0.200` })
    return z.NEVER
  }
  return { from, to }
})

const scalar = z.union([z.string(), z.number(), z.boolean()])
const flatValue = z.union([scalar, z.array(z.union([z.string(), z.number()])).min(1)])
const optionValue: z.ZodType<OptionValue> = z.union([flatValue, z.record(z.string(), flatValue)])

const options = z.record(z.string(), optionValue).transform((given, context) => {
  const read: Record<number, OptionValue> = {}
  for (const [key, value] of Object.entries(given)) {
    const code = Number(key)
    const why = whyNotOption(key, value)
    if (why === null) read[code] = value
    else context.addIssue({ code: 'custom', path: [key], message: why })
  }
  return read
})

function whyNotOption(key: string, value: OptionValue): string | null {
  const code = Number(key)
  if (!/^\d{1,3}$/.test(key) || code > 254) return 'not an option number (1 to 254)'
  if (SERVER_OWNED.has(code)) return 'this option is written by the server itself'
  if (optionBytes(code, fillPlaceholders(value, EXAMPLE_FACTS)) !== null) return null
  return `option ${code}${OPTIONS.has(code) ? ` (${OPTIONS.get(code)?.name})` : ''} takes ${KIND_WORDS[optionKind(code)]}`
}

const optionNumbers = z
  .array(wholeNumber.min(1, 'not an option number (1 to 254)').max(254, 'not an option number (1 to 254)'))
  .transform((given, context) => {
    const owned = given.find((code) => SERVER_OWNED.has(code))
    if (owned !== undefined) context.addIssue({ code: 'custom', message: `option ${owned} is written by the server itself` })
    return given
  })

const reservations = z.record(z.string(), address).transform((given, context) => {
  const read: Record<string, string> = {}
  for (const [key, value] of Object.entries(given)) {
    const mac = parseMac(key)
    const isDouble = Object.values(read).includes(value)
    if (mac === null || isDouble)
      context.addIssue({ code: 'custom', path: [key], message: mac === null ? 'not a MAC address' : `${value} is reserved twice` })
    else read[mac] = value
  }
  return read
})

const relay = z
  .strictObject({
    subnet: z.string().refine((text) => parseSubnet(text) !== null, 'not a subnet such as 172.30.9.0/24'),
    pool,
    router: address.nullable().default(null),
  })
  .superRefine(({ subnet, pool: range }, context) => {
    const parsed = parseSubnet(subnet)
    if (parsed === null) return
    const outside = [range.from, range.to].find((end) => !isInSubnet(end, parsed.network, parsed.prefixLength))
    if (outside !== undefined) context.addIssue({ code: 'custom', path: ['pool'], message: `${outside} is outside ${subnet}` })
  })

const configSchema = z
  .strictObject({
    answer: z.enum(['listed', 'claimed', 'everybody', 'inform'], 'not one of listed, claimed, everybody, inform'),
    pool,
    leaseSeconds: wholeNumber.min(1, 'shorter than a second').max(0x7fffffff, 'longer than 68 years'),
    conflictCheck: yesNo,
    options,
    force: optionNumbers,
    classes: z.array(z.strictObject({ vendorClass: z.string().min(1), options })),
    reservations,
    relays: z.array(relay),
  })
  .partial()
