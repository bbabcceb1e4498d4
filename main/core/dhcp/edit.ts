import type { BenchNetwork, DhcpConfig, OptionValue } from '../model/dhcp.ts'
import type { FieldProblem, FieldWarning } from '../model/field.ts'
import { formatIpv4, isInSubnet, netmask, parseIpv4 } from '../model/ipv4.ts'
import { formatMac } from '../model/mac.ts'
import { refusal } from '../model/refusals.ts'
import { checkDhcpConfig, type DhcpProblem } from './config.ts'
import { defaultPool } from './pool.ts'
import { parseSubnet } from './scope.ts'

/** The DHCP settings as people write them, in a form or in the file of `--dhcp` (surface.md): a range is text, an option's value any of its spellings. */
export type DhcpText = {
  answer: DhcpConfig['answer']
  pool: string | null
  leaseSeconds: number
  conflictCheck: boolean
  options: Record<string, OptionValue>
  force: number[]
  classes: { vendorClass: string; options: Record<string, OptionValue> }[]
  reservations: Record<string, string>
  relays: { subnet: string; pool: string; router: string | null }[]
}

export const DHCP_FIELDS = [
  'answer',
  'pool',
  'leaseSeconds',
  'conflictCheck',
  'options',
  'force',
  'classes',
  'reservations',
  'relays',
] as const satisfies readonly (keyof DhcpText)[]

type Lan = Pick<BenchNetwork, 'address' | 'prefixLength'>

export function dhcpAsText(config: DhcpConfig): DhcpText {
  const range = (pool: { from: string; to: string }) => `${pool.from}-${pool.to}`
  return {
    answer: config.answer,
    pool: config.pool === null ? null : range(config.pool),
    leaseSeconds: config.leaseSeconds,
    conflictCheck: config.conflictCheck,
    options: { ...config.options },
    force: [...(config.force ?? [])],
    classes: config.classes.map(({ options, vendorClass }) => ({ vendorClass, options: { ...options } })),
    reservations: { ...config.reservations },
    relays: config.relays.map(({ pool, router, subnet }) => ({ subnet, pool: range(pool), router })),
  }
}

/**
 * What a person gave over what is there: a field that is left out stays, null is its default. Everything wrong is told with its place, and so is what is allowed but
 * should be known. `lan` = the bench's network, null while none is served: then addresses are held against nothing.
 */
export function editDhcp(
  given: Readonly<Record<string, unknown>>,
  before: DhcpConfig,
  lan: Lan | null,
): { config: DhcpConfig | null; problems: FieldProblem[]; warnings: FieldWarning[] } {
  const merged = Object.entries({ ...dhcpAsText(before), ...given }).filter(([, value]) => value !== null && value !== undefined)
  const checked = checkDhcpConfig(Object.fromEntries(merged))
  const told = (problem: DhcpProblem) => asProblem(problem, lan)
  const beside = (config: DhcpConfig) => [...relayProblems(config), ...(lan === null ? [] : lanProblems(config, lan))]
  if (checked.config === null) {
    // A wrong field does not hide what is wrong with the others.
    const wrong = new Set(checked.problems.map(({ field }) => field.split('.')[0]))
    const rest = checkDhcpConfig(Object.fromEntries(merged.filter(([key]) => !wrong.has(key))))
    const others = rest.config === null ? [] : beside(rest.config)
    return { config: null, problems: [...checked.problems, ...others].map(told), warnings: [] }
  }
  const { config } = checked
  const problems = beside(config)
  return { config: problems.length === 0 ? config : null, problems: problems.map(told), warnings: warningsOf(config) }
}

function asProblem({ field, why }: DhcpProblem, lan: Lan | null): FieldProblem {
  return { field: `dhcp.${field}`, refusal: refusal('NETWORK_FIELD_INVALID', { field: `dhcp.${field}`, why, mend: mendOf(field, lan) }) }
}

function mendOf(field: string, lan: Lan | null): string {
  const ready = lan === null ? null : defaultPool(lan.address, lan.prefixLength)
  const range = ready === null ? '10.66.0.128-10.66.0.250' : `${ready.from}-${ready.to}`
  switch (field.split('.')[0]) {
    case 'answer':
      return 'Choose listed, claimed, everybody or inform.'
    case 'pool':
      return `First and last address with a hyphen, for example ${range}; empty = the upper half of the network.`
    case 'leaseSeconds':
      return 'Whole seconds from 1 on; 3600 is an hour.'
    case 'conflictCheck':
      return 'Say true or false.'
    case 'force':
      return 'Numbers of options from 1 to 254 that the server does not write itself.'
    case 'reservations':
      return 'One MAC and one address of the network for each phone, no address twice.'
    case 'relays':
      return 'A subnet such as 172.30.9.0/24, a range inside it, and its router, or none.'
    case 'options':
    case 'classes':
      return 'Correct the value, or take the option out.'
    default:
      return `Known: ${DHCP_FIELDS.join(', ')}.`
  }
}

/** Two relays' subnets must not both mean one phone; the router stands in its own. */
function relayProblems({ relays }: DhcpConfig): DhcpProblem[] {
  return relays.flatMap(({ router, subnet }, at) => {
    const own = parseSubnet(subnet)
    if (own === null) return []
    const twin = relays.slice(0, at).find((other) => overlaps(own, parseSubnet(other.subnet)))
    if (twin !== undefined) return [{ field: `relays.${at}.subnet`, why: `${subnet} overlaps ${twin.subnet}` }]
    if (router !== null && !isInSubnet(router, own.network, own.prefixLength))
      return [{ field: `relays.${at}.router`, why: `${router} is outside ${subnet}` }]
    return []
  })
}

type Subnet = { network: string; prefixLength: number }

function overlaps(a: Subnet, b: Subnet | null): boolean {
  return b !== null && isInSubnet(a.network, b.network, Math.min(a.prefixLength, b.prefixLength))
}

function lanProblems({ pool, relays, reservations }: DhcpConfig, lan: Lan): DhcpProblem[] {
  const here = `${lan.address}/${lan.prefixLength}`
  const outside = pool === null ? undefined : [pool.from, pool.to].find((end) => !isInSubnet(end, lan.address, lan.prefixLength))
  const found: DhcpProblem[] = outside === undefined ? [] : [{ field: 'pool', why: `${outside} is outside ${here}` }]
  for (const [mac, address] of Object.entries(reservations)) {
    const why = whyNotReserved(address, lan, relays)
    if (why !== null) found.push({ field: `reservations.${mac}`, why: `${address} for ${formatMac(mac)} ${why}` })
  }
  return found
}

function whyNotReserved(address: string, lan: Lan, relays: DhcpConfig['relays']): string | null {
  if (address === lan.address) return 'is the address of the bench itself'
  const isNear = isInSubnet(address, lan.address, lan.prefixLength)
  if (isNear && lan.prefixLength < 31) {
    const base = ((parseIpv4(lan.address) ?? 0) & netmask(lan.prefixLength)) >>> 0
    if (address === formatIpv4(base)) return 'is the address of the network itself'
    if (address === formatIpv4((base | ~netmask(lan.prefixLength)) >>> 0)) return 'is the broadcast address'
  }
  const isBehind = relays.some(({ subnet }) => {
    const parsed = parseSubnet(subnet)
    return parsed !== null && isInSubnet(address, parsed.network, parsed.prefixLength)
  })
  return isNear || isBehind ? null : 'is in no network of this bench'
}

const SHORT_LEASE_SECONDS = 120

/** Allowed, and worth a word. */
function warningsOf({ answer, conflictCheck, force, leaseSeconds, options }: DhcpConfig): FieldWarning[] {
  const found: FieldWarning[] = []
  const say = (field: string, text: string) => found.push({ field: `dhcp.${field}`, text })
  if (answer === 'everybody') say('answer', 'Any device on this LAN gets an address from us. Never beside an office LAN.')
  if (answer === 'inform') say('answer', 'No phone gets an address from us: another DHCP server must be on this LAN.')
  if (leaseSeconds < SHORT_LEASE_SECONDS)
    say('leaseSeconds', 'Phones renew every few seconds. Some families take the longest lease that is offered.')
  if (!conflictCheck) say('conflictCheck', 'An address that somebody set by hand may be given to a phone as well.')
  for (const code of force ?? [])
    if (!(code in options)) say('force', `Option ${code} has no value here: only packs and classes give it one.`)
  return found
}
