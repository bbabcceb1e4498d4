import { formatMac } from '../model/mac.ts'
import type { Order, OrderPhone } from '../model/order.ts'
import { iso } from '../staging/view.ts'

const COLUMNS = [
  'mac',
  'serial',
  'model',
  'line',
  'firmware',
  'target firmware',
  'state',
  'token',
  'proven at',
  'ready at',
  'synced at',
  'SIP lines proven',
  'lacks',
] as const

/** The report of a work order as CSV (RFC 4180), for the customer's own tables. */
export function reportCsv(phones: readonly OrderPhone[]): string {
  const rows = phones.map((phone) => [
    formatMac(phone.mac),
    phone.serial ?? '',
    phone.model ?? '',
    phone.line ?? '',
    phone.firmware ?? '',
    phone.targetFirmware ?? '',
    phone.state,
    phone.token,
    instant(phone.provenAt),
    instant(phone.readyAt),
    instant(phone.syncedAt),
    phone.registered.join(' '),
    phone.lacks ?? '',
  ])
  return [[...COLUMNS], ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('')
}

/** A table program takes a field that begins like this for a formula. */
function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function instant(at: number | null): string {
  return at === null ? '' : iso(at)
}

const ENDS = {
  synced: 'closed, every token is at the central store',
  notHandedOver: 'closed, tokens not handed over',
  firmwareOnly: 'closed, firmware only',
} as const

/** The same as text to be printed, with what was looked at beside the phones. `at` = now. */
export function reportText(
  order: Order,
  phones: readonly OrderPhone[],
  names: { group: string | null; profile: string | null },
  at: number,
): string {
  const { closedAs, closedAt, closedBy, createdAt, createdBy } = order
  const done = phones.filter((phone) => phone.lacks === null).length
  const head = [
    `Work order ${order.id}${order.name === order.id ? '' : `: ${order.name}`}`,
    ...(names.group === null ? [] : [`Business group: ${names.group}`]),
    ...(names.profile === null ? [] : [`Persistent profile: ${names.profile}`]),
    ...(order.firmwareOnly ? ['Firmware only'] : []),
    `Created ${iso(createdAt)}${createdBy === '' ? '' : ` by ${createdBy}`}`,
    ...(order.windowStartAt === null || order.windowEndAt === null
      ? []
      : [`Authentication window ${iso(order.windowStartAt)} to ${iso(order.windowEndAt)}`]),
    closedAt === null || closedAs === null ? `Open at ${iso(at)}` : `${iso(closedAt)}: ${ENDS[closedAs]}, by ${closedBy ?? ''}`,
    `${done} of ${phones.length} phones are done`,
  ]
  return `${[...head, '', ...checkLines(order), '', ...phones.map(phoneLine)].join('\n')}\n`
}

function checkLines({ checks: { drill, preflight } }: Order): string[] {
  return [
    preflight === null
      ? 'Preflight: not looked at'
      : `Preflight ${iso(preflight.at)}: ${counted(preflight.stops, 'stop')}, ${counted(preflight.warnings, 'warning')}`,
    ...(preflight?.lines.map((line) => `  ${line}`) ?? []),
    drill === null
      ? 'Attack drill: not run'
      : `Attack drill ${iso(drill.at)}: ${drill.refused} attacks refused, ${drill.notRefused} not refused, ${drill.notRun} not run`,
  ]
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function phoneLine(phone: OrderPhone): string {
  const parts = [
    formatMac(phone.mac),
    phone.model ?? 'model unknown',
    ...(phone.serial === null ? [] : [`serial ${phone.serial}`]),
    ...(phone.line === null ? [] : [`line ${phone.line}`]),
    `firmware ${phone.firmware ?? 'unknown'}${phone.targetFirmware === null || phone.targetFirmware === phone.firmware ? '' : ` (wanted ${phone.targetFirmware})`}`,
    `token ${phone.token}`,
    phone.syncedAt === null ? phone.state : `synced ${iso(phone.syncedAt)}`,
    ...(phone.registered.length === 0 ? [] : [`SIP proven: ${phone.registered.join(' ')}`]),
    ...(phone.lacks === null ? [] : [`NOT DONE: ${phone.lacks}`]),
  ]
  return parts.join('  ')
}
