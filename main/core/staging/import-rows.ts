import { type Decision, type Effect, note } from '../model/decision.ts'
import { formatMac, type Mac, parseMac } from '../model/mac.ts'
import { type Refusal, refusal } from '../model/refusals.ts'
import { nextSlot } from '../model/slot.ts'
import type { Change, World } from '../model/world.ts'
import { giveBack } from '../settings/kept.ts'
import { type Listing, listDevice } from './add.ts'
import { audit } from './audit.ts'

export const CSV_COLUMNS = [
  'mac',
  'model',
  'line',
  'group',
  'profile',
  'windowStart',
  'windowEnd',
  'order',
] as const satisfies readonly (keyof Listing)[]

/** A row of a CSV: its line in the file (1 = header) and its fields by column name. */
export type ImportRow = { row: number; fields: Readonly<Record<string, string>> }
export type RowError = { row: number; column: string | null; refusal: Refusal }
export type ImportReport = { added: number; updated: number; errors: RowError[] }

/**
 * Lists the good rows and names each bad one with its column. All good rows are one commit: either all of them stand on the disk or the call fails.
 * `dryRun` reports the same and changes nothing.
 */
export function importRows(
  command: { rows: readonly ImportRow[]; order?: string | undefined; dryRun?: boolean | undefined },
  actor: string,
  world: World,
  now: number,
): Decision<ImportReport> {
  const report: ImportReport = { added: 0, updated: 0, errors: [] }
  const changes: Change[] = []
  const effects: Effect[] = []
  const rowOf = new Map<Mac, number>()
  let slot = nextSlot(world)
  const givenBack = new Set<string>()
  for (const { fields, row } of command.rows) {
    const listing: Listing = { ...fields, mac: fields.mac ?? '', order: fields.order?.trim() || command.order }
    const mac = parseMac(listing.mac)
    const earlier = mac === null ? undefined : rowOf.get(mac)
    if (mac !== null && earlier !== undefined) {
      report.errors.push({ row, column: 'mac', refusal: refusal('MAC_DUPLICATE', { mac: formatMac(mac), row: String(earlier) }) })
      continue
    }
    const listed = listDevice(listing, slot, world, now)
    if (!listed.ok) {
      report.errors.push({ row, column: listed.column ?? null, refusal: listed.refusal })
      continue
    }
    const back = giveBack(world.device.get(listed.value.mac), listed.value, world, givenBack)
    const { device } = back
    rowOf.set(device.mac, row)
    if (device.slot === slot) slot += 1
    if (world.device.get(device.mac)?.listed) report.updated += 1
    else report.added += 1
    changes.push({ entity: 'device', id: device.mac, value: device }, ...back.changes)
    effects.push(note(now, device.mac, 'devices.import', `Listed by CSV, row ${row} (${actor})`))
  }
  if (command.dryRun || changes.length === 0) return { reply: report, changes: [], effects: [] }
  changes.push(
    audit(world, {
      at: now,
      actor,
      action: 'devices.import',
      target: command.order ?? '',
      detail: `${report.added} added, ${report.updated} updated`,
    }),
  )
  return { reply: report, changes, effects }
}
