import type { FieldProblem, FieldWarning } from '../model/field.ts'
import { parseIpv4 } from '../model/ipv4.ts'
import { refusal } from '../model/refusals.ts'
import {
  DEFAULT_QUOTAS,
  DEFAULT_SERVICES,
  type MappedName,
  type Quotas,
  SERVICE_NAMES,
  type ServiceConfig,
  type ServiceName,
  SWITCHABLE,
} from '../model/services.ts'

/** What may be given; a key that is left out stays, null is its default. */
export const SERVICE_FIELDS = [
  'off',
  'ports',
  'oldTls',
  'phoneScheme',
  'quotas',
  'names',
] as const satisfies readonly (keyof ServiceConfig)[]

type Wrong = { field: string; why: string; mend: string }
type Read<T> = { value: T; wrong: Wrong[] }

/** What a person gave over what is there. Every place that is wrong is told; then there is no config. */
export function editServices(
  given: Readonly<Record<string, unknown>>,
  before: ServiceConfig,
): { config: ServiceConfig | null; problems: FieldProblem[]; warnings: FieldWarning[] } {
  const strange = Object.keys(given).filter((key) => !(SERVICE_FIELDS as readonly string[]).includes(key))
  const wrong: Wrong[] = strange.map((field) => ({ field, why: 'There is no such field', mend: `Known: ${SERVICE_FIELDS.join(', ')}.` }))
  const take = <K extends keyof ServiceConfig>(key: K, read: (raw: unknown) => Read<ServiceConfig[K]>): ServiceConfig[K] => {
    const raw = given[key]
    if (raw === undefined) return before[key]
    if (raw === null) return DEFAULT_SERVICES[key]
    const found = read(raw)
    wrong.push(...found.wrong)
    return found.value
  }
  const config: ServiceConfig = {
    off: take('off', readOff),
    ports: take('ports', readPorts),
    oldTls: take('oldTls', readFlag),
    phoneScheme: take('phoneScheme', readScheme),
    quotas: take('quotas', (raw) => readQuotas(raw, before.quotas)),
    names: take('names', readNames),
  }
  if (wrong.length === 0) wrong.push(...together(config))
  const problems = wrong.map(({ field, mend, why }): FieldProblem => {
    const place = `services.${field}`
    return { field: place, refusal: refusal('NETWORK_FIELD_INVALID', { field: place, why, mend }) }
  })
  return { config: problems.length === 0 ? config : null, problems, warnings: problems.length === 0 ? warningsOf(config) : [] }
}

function readOff(raw: unknown): Read<ServiceConfig['off']> {
  const mend = `May be switched off: ${SWITCHABLE.join(', ')}.`
  if (!Array.isArray(raw)) return { value: [], wrong: [{ field: 'off', why: 'not a list of services', mend }] }
  const strange = raw.filter((one) => !(SWITCHABLE as readonly unknown[]).includes(one))
  const wrong = strange.map((one) => ({ field: 'off', why: `${String(one)} cannot be switched off`, mend }))
  return { value: SWITCHABLE.filter((name) => raw.includes(name)), wrong }
}

function readPorts(raw: unknown): Read<ServiceConfig['ports']> {
  const mend = 'A port from 1 to 65535; take it out for the usual one.'
  if (!isRecord(raw)) return { value: {}, wrong: [{ field: 'ports', why: 'not ports by service', mend }] }
  const value: Partial<Record<ServiceName, number>> = {}
  const wrong: Wrong[] = []
  for (const [name, port] of Object.entries(raw)) {
    if (port === null) continue
    const isKnown = (SERVICE_NAMES as readonly string[]).includes(name)
    const number = wholeNumber(port)
    if (!isKnown) wrong.push({ field: `ports.${name}`, why: 'There is no such service', mend: `Known: ${SERVICE_NAMES.join(', ')}.` })
    else if (number === null || number < 1 || number > 65_535)
      wrong.push({ field: `ports.${name}`, why: `"${String(port)}" is not a port`, mend })
    else value[name as ServiceName] = number // isKnown
  }
  return { value, wrong }
}

function readFlag(raw: unknown): Read<boolean> {
  if (typeof raw === 'boolean') return { value: raw, wrong: [] }
  return { value: false, wrong: [{ field: 'oldTls', why: 'neither yes nor no', mend: 'Say true or false.' }] }
}

function readScheme(raw: unknown): Read<ServiceConfig['phoneScheme']> {
  if (raw === 'http' || raw === 'https') return { value: raw, wrong: [] }
  return { value: 'http', wrong: [{ field: 'phoneScheme', why: `"${String(raw)}" is none`, mend: 'Choose http or https.' }] }
}

const KB = 1024
const MB = 1024 * KB
const GB = 1024 * MB

const LIMITS: Readonly<Record<keyof Quotas, { least: number; most: number; words: string }>> = {
  uploadFileBytes: { least: 64 * KB, most: 64 * MB, words: 'from 64 KB to 64 MB' },
  uploadFiles: { least: 1, most: 500, words: 'from 1 to 500' },
  uploadPhoneBytes: { least: 128 * KB, most: GB, words: 'from 128 KB to 1 GB' },
  uploadTotalBytes: { least: MB, most: 200 * GB, words: 'from 1 MB to 200 GB' },
  syslogPerSecond: { least: 1, most: 200, words: 'from 1 to 200' },
}

function readQuotas(raw: unknown, before: Quotas): Read<Quotas> {
  if (!isRecord(raw))
    return { value: before, wrong: [{ field: 'quotas', why: 'not quotas by name', mend: `Known: ${Object.keys(LIMITS).join(', ')}.` }] }
  const value = { ...before }
  const wrong: Wrong[] = []
  for (const [key, given] of Object.entries(raw)) {
    const limits = key in LIMITS ? LIMITS[key as keyof Quotas] : undefined // checked by `in`
    if (limits === undefined) {
      wrong.push({ field: `quotas.${key}`, why: 'There is no such quota', mend: `Known: ${Object.keys(LIMITS).join(', ')}.` })
      continue
    }
    const number = given === null ? DEFAULT_QUOTAS[key as keyof Quotas] : wholeNumber(given)
    if (number === null || number < limits.least || number > limits.most)
      wrong.push({ field: `quotas.${key}`, why: `"${String(given)}" does not fit`, mend: `A whole number ${limits.words}.` })
    else value[key as keyof Quotas] = number
  }
  return { value, wrong }
}

const MOST_NAMES = 200
const NAME = /^(\*\.)?[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/

function readNames(raw: unknown): Read<ServiceConfig['names']> {
  const mend = 'Names such as sip.provider.example, or *.provider.example for all below; the address is empty for the bench.'
  if (!Array.isArray(raw)) return { value: [], wrong: [{ field: 'names', why: 'not a list of names', mend }] }
  if (raw.length > MOST_NAMES)
    return { value: [], wrong: [{ field: 'names', why: `more than ${MOST_NAMES} names`, mend: 'Use *.domain for all names below one.' }] }
  const value: MappedName[] = []
  const wrong: Wrong[] = []
  raw.forEach((one: unknown, at) => {
    const field = `names.${at}`
    const entry = typeof one === 'string' ? { name: one, address: null } : isRecord(one) ? one : {}
    const name = String(entry.name ?? '')
      .trim()
      .toLowerCase()
      .replace(/\.$/, '')
    const address = entry.address == null || entry.address === '' ? null : String(entry.address).trim()
    if (!NAME.test(name) || name.length > 253 || parseIpv4(name) !== null)
      wrong.push({ field: `${field}.name`, why: `"${name}" is not a host name`, mend })
    else if (address !== null && parseIpv4(address) === null)
      wrong.push({
        field: `${field}.address`,
        why: `"${address}" is not an IPv4 address`,
        mend: 'Leave it empty for the bench, or give an IPv4 address.',
      })
    else if (value.some((other) => other.name === name))
      wrong.push({ field: `${field}.name`, why: `${name} stands there twice`, mend: 'Take one of the two out.' })
    else value.push({ name, address })
  })
  return { value, wrong }
}

/** What is wrong only because of another field. */
function together({ off, phoneScheme, ports, quotas }: ServiceConfig): Wrong[] {
  const found: Wrong[] = []
  if (phoneScheme === 'https' && off.includes('https'))
    found.push({ field: 'phoneScheme', why: 'HTTPS is switched off', mend: 'Switch HTTPS on, or tell phones http.' })
  if (quotas.uploadFileBytes > quotas.uploadPhoneBytes)
    found.push({
      field: 'quotas.uploadFileBytes',
      why: 'one file may be larger than all of a phone',
      mend: 'Make it smaller, or the quota of a phone larger.',
    })
  if (quotas.uploadPhoneBytes > quotas.uploadTotalBytes)
    found.push({
      field: 'quotas.uploadPhoneBytes',
      why: 'one phone may have more than all together',
      mend: 'Make it smaller, or the quota of all larger.',
    })
  const byTransport = [TCP, SERVICE_NAMES.filter((name) => !TCP.includes(name))]
  for (const names of byTransport) {
    for (const [at, name] of names.entries()) {
      const port = portOf(name, ports)
      const twin = names.slice(0, at).find((other) => portOf(other, ports) === port)
      if (twin !== undefined)
        found.push({ field: `ports.${name}`, why: `${twin} has the port ${port}`, mend: 'Give one of the two another port.' })
    }
  }
  return found
}

const TCP: readonly ServiceName[] = ['http', 'https']

/** The ports that phones expect. */
export const USUAL_PORTS: Readonly<Record<ServiceName, number>> = {
  dhcp: 67,
  http: 80,
  https: 443,
  tftp: 69,
  ntp: 123,
  dns: 53,
  sip: 5060,
  syslog: 514,
}

function portOf(name: ServiceName, ports: ServiceConfig['ports']): number {
  return ports[name] ?? USUAL_PORTS[name]
}

function warningsOf({ names, off, oldTls, phoneScheme, ports }: ServiceConfig): FieldWarning[] {
  const found: FieldWarning[] = []
  const say = (field: string, text: string) => found.push({ field: `services.${field}`, text })
  if (oldTls && !off.includes('https')) say('oldTls', 'TLS 1.0 and 1.1 protect little: switch it off when the old phones are done.')
  if (phoneScheme === 'https') say('phoneScheme', "Most phones do not trust the bench's own authority and will not fetch anything.")
  if (off.includes('tftp')) say('off', 'Families that fetch by TFTP alone (Cisco enterprise) cannot be staged.')
  if (off.includes('sip')) say('off', 'Without SIP no phone is told to come back, and no SIP password is proven.')
  if (names.length > 0 && off.includes('dns')) say('names', 'DNS is switched off: nobody answers these names.')
  for (const name of ['ntp', 'dns', 'tftp', 'dhcp'] as const)
    if (ports[name] !== undefined && ports[name] !== USUAL_PORTS[name])
      say(`ports.${name}`, `Phones look for it at ${USUAL_PORTS[name]} and cannot be told otherwise.`)
  return found
}

function wholeNumber(raw: unknown): number | null {
  const number = typeof raw === 'number' ? raw : typeof raw === 'string' && /^\d{1,15}$/.test(raw.trim()) ? Number(raw) : Number.NaN
  return Number.isSafeInteger(number) ? number : null
}

function isRecord(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw)
}
