import type { DhcpSettings, NetworkProblem, NetworkView, OptionInfo, ServiceSettings } from '../../../preload/contract/network.ts'

/** One option of a list, as it is typed. */
export type OptionRow = { code: string; value: string }

/** The form: text as typed, so that half a value can stand there. */
export type Draft = {
  answer: DhcpSettings['answer']
  pool: string
  leaseSeconds: string
  conflictCheck: boolean
  force: string
  options: readonly OptionRow[]
  classes: readonly { vendorClass: string; options: readonly OptionRow[] }[]
  reservations: readonly { mac: string; address: string }[]
  relays: readonly { subnet: string; pool: string; router: string }[]
  off: ServiceSettings['off']
  ports: Readonly<Partial<Record<ServiceName, string>>>
  oldTls: boolean
  phoneScheme: ServiceSettings['phoneScheme']
  quotas: Readonly<Record<keyof ServiceSettings['quotas'], string>>
  names: readonly { name: string; address: string }[]
}

export type ServiceName = keyof ServiceSettings['ports'] & string
type OptionValue = DhcpSettings['options'][string]

const MB = 1024 * 1024

export function draftOf({ dhcp, services }: Pick<NetworkView, 'dhcp' | 'services'>): Draft {
  const { quotas } = services
  return {
    answer: dhcp.answer,
    pool: dhcp.pool ?? '',
    leaseSeconds: String(dhcp.leaseSeconds),
    conflictCheck: dhcp.conflictCheck,
    force: dhcp.force.join(', '),
    options: rowsOf(dhcp.options),
    classes: dhcp.classes.map(({ options, vendorClass }) => ({ vendorClass, options: rowsOf(options) })),
    reservations: Object.entries(dhcp.reservations).map(([mac, address]) => ({ mac, address })),
    relays: dhcp.relays.map(({ pool, router, subnet }) => ({ subnet, pool, router: router ?? '' })),
    off: services.off,
    ports: Object.fromEntries(Object.entries(services.ports).map(([name, port]) => [name, String(port)])),
    oldTls: services.oldTls,
    phoneScheme: services.phoneScheme,
    quotas: {
      uploadFileBytes: inMb(quotas.uploadFileBytes),
      uploadFiles: String(quotas.uploadFiles),
      uploadPhoneBytes: inMb(quotas.uploadPhoneBytes),
      uploadTotalBytes: inMb(quotas.uploadTotalBytes),
      syslogPerSecond: String(quotas.syslogPerSecond),
    },
    names: services.names.map(({ address, name }) => ({ name, address: address ?? '' })),
  }
}

function rowsOf(options: DhcpSettings['options']): OptionRow[] {
  return Object.entries(options).map(([code, value]) => ({ code, value: showValue(value) }))
}

export function showValue(value: OptionValue): string {
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Text of one option → its value: a list where the option takes one, sub-options where they are written as such, else the text as it stands. */
export function readValue(text: string, info: OptionInfo | undefined): unknown {
  const trimmed = text.trim()
  if (/^[{[]/.test(trimmed) && !trimmed.startsWith('{{')) {
    try {
      return JSON.parse(trimmed) as unknown
    } catch {
      return text // the bench says what is wrong with it
    }
  }
  const isList = info !== undefined && LISTS.test(info.takes) && !/^hex:/i.test(trimmed)
  return isList && trimmed.includes(',') ? trimmed.split(',').map((one) => one.trim()) : text
}

/** What options say that take several. */
const LISTS = /^(IPv4 addresses|numbers|domain names|routes|text, numbers)/

export type Given = { dhcp: Record<string, unknown>; services: Record<string, unknown> }

/** What goes to the bench: the fields that differ from what was read. */
export function givenBy(draft: Draft, view: NetworkView): Given {
  const infos = new Map(view.optionInfo.map((info) => [String(info.code), info]))
  const before = fields(draftOf(view), infos)
  const after = fields(draft, infos)
  const differing = (part: 'dhcp' | 'services') =>
    Object.fromEntries(Object.entries(after[part]).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[part][key])))
  return { dhcp: differing('dhcp'), services: differing('services') }
}

export function isEmpty({ dhcp, services }: Given): boolean {
  return Object.keys(dhcp).length + Object.keys(services).length === 0
}

function fields(draft: Draft, infos: ReadonlyMap<string, OptionInfo>): Given {
  const options = (rows: readonly OptionRow[]) =>
    Object.fromEntries(
      rows
        .filter(({ code, value }) => code.trim() !== '' || value !== '')
        .map(({ code, value }) => [code.trim(), readValue(value, infos.get(code.trim()))]),
    )
  const orNull = (text: string) => (text.trim() === '' ? null : text.trim())
  return {
    dhcp: {
      answer: draft.answer,
      pool: orNull(draft.pool),
      leaseSeconds: draft.leaseSeconds.trim(),
      conflictCheck: draft.conflictCheck,
      force: list(draft.force),
      options: options(draft.options),
      classes: draft.classes.map((one) => ({ vendorClass: one.vendorClass, options: options(one.options) })),
      reservations: Object.fromEntries(
        draft.reservations
          .filter(({ address, mac }) => mac !== '' || address !== '')
          .map(({ address, mac }) => [mac.trim(), address.trim()]),
      ),
      relays: draft.relays.map(({ pool, router, subnet }) => ({ subnet: subnet.trim(), pool: pool.trim(), router: orNull(router) })),
    },
    services: {
      off: draft.off,
      ports: Object.fromEntries(Object.entries(draft.ports).filter(([, port]) => port?.trim() !== '')),
      oldTls: draft.oldTls,
      phoneScheme: draft.phoneScheme,
      quotas: {
        ...draft.quotas,
        uploadFileBytes: inBytes(draft.quotas.uploadFileBytes),
        uploadPhoneBytes: inBytes(draft.quotas.uploadPhoneBytes),
        uploadTotalBytes: inBytes(draft.quotas.uploadTotalBytes),
      },
      names: draft.names.filter(({ name }) => name.trim() !== '').map(({ address, name }) => ({ name, address: orNull(address) })),
    },
  }
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}

function inMb(bytes: number): string {
  return String(Math.round((bytes / MB) * 100) / 100)
}

/** Text stays text where it is no number: the bench says what is wrong with it. */
function inBytes(text: string): number | string {
  const number = Number(text.replace(',', '.'))
  return text.trim() === '' || !Number.isFinite(number) ? text : Math.round(number * MB)
}

/** What is wrong at this field or below it, in words; null = nothing. A MAC is found in whatever way it was typed. */
export function problemAt(problems: readonly NetworkProblem[], field: string): string | null {
  const plain = (text: string) =>
    text.startsWith('dhcp.reservations.')
      ? `dhcp.reservations.${text
          .slice(18)
          .replace(/[:\-. ]/g, '')
          .toLowerCase()}`
      : text
  const wanted = plain(field)
  const found = problems.find((one) => plain(one.field) === wanted || plain(one.field).startsWith(`${wanted}.`))
  if (found === undefined) return null
  const said = found.message.startsWith(`${found.field}: `) ? found.message.slice(found.field.length + 2) : found.message
  return `${said.slice(0, 1).toUpperCase()}${said.slice(1)}. ${found.hint}`
}

/** Which option says this field at the start; null = nobody, it is set here. */
export function saidBy({ said }: Pick<NetworkView, 'said'>, field: string): string | null {
  return said.find((one) => field === one.field || field.startsWith(`${one.field}.`))?.by ?? null
}
