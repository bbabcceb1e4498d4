import type { Device } from '../core/model/device.ts'
import type { DeviceState, DeviceView, NoteView } from '../core/model/view.ts'
import type { World } from '../core/model/world.ts'
import { firmwareTarget } from '../core/pack/target.ts'
import { iso, viewDevice } from '../core/staging/view.ts'
import type { Tx } from './database/database.ts'
import type { Central } from './decide.ts'
import { loadDevices } from './load-world.ts'

const DEFAULT_LIMIT = 200
const TIMELINE_LIMIT = 500

export type ListInput = {
  state?: DeviceState | undefined
  order?: string | undefined
  search?: string | undefined
  limit?: number | undefined
  cursor?: string | undefined
}

/** In the order of MACs; the cursor is the last MAC of the page before. */
export function listDevices(central: Central, input: ListInput): Promise<{ devices: DeviceView[]; next: string | null }> {
  const limit = input.limit ?? DEFAULT_LIMIT
  return central.database.transaction(async (tx) => {
    const { values, where } = conditions(input)
    const rows = await tx.query<{ mac: string }>(`SELECT mac FROM device ${where} ORDER BY mac LIMIT ${limit + 1}`, values)
    const macs = rows.slice(0, limit).map((row) => row.mac)
    const { world } = await loadDevices(tx, macs, central, true)
    const devices = macs.flatMap((mac) => viewOf(world.device.get(mac), world) ?? [])
    return { devices, next: rows.length > limit ? (macs.at(-1) ?? null) : null }
  })
}

function conditions({ cursor, order, search, state }: ListInput): { where: string; values: string[] } {
  const values: string[] = []
  const parts: string[] = []
  const add = (sql: (place: string) => string, value: string) => {
    values.push(value)
    parts.push(sql(`$${values.length}`))
  }
  if (cursor !== undefined) add((place) => `mac > ${place}`, cursor)
  if (state !== undefined) add((place) => `state = ${place}`, state)
  if (order !== undefined) add((place) => `order_id = ${place}`, order)
  if (search !== undefined) {
    // The text as it is, or as a MAC without separators; position() knows no wildcards that would have to be escaped.
    const text = search.toLowerCase()
    const bare = text.replace(/[:\-. ]/g, '')
    values.push(text, bare)
    parts.push(`(position($${values.length - 1} in search) > 0 OR ($${values.length} <> '' AND position($${values.length} in mac) > 0))`)
  }
  return { where: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, values }
}

export function viewOf(device: Device | undefined, world: World): DeviceView | null {
  return device === undefined ? null : viewDevice(device, world, firmwareTarget(device, world)?.version ?? null)
}

type NoteRow = { mac: string | null; at: number; level: NoteView['level']; kind: string; words: string }

/** Newest last. */
export async function readTimeline(tx: Tx, mac: string): Promise<NoteView[]> {
  const rows = await tx.query<NoteRow>('SELECT mac, at, level, kind, words FROM note WHERE mac = $1 ORDER BY id DESC LIMIT $2', [
    mac,
    TIMELINE_LIMIT,
  ])
  return rows.reverse().map(({ at, kind, level, mac: of, words }) => ({ at: iso(at), mac: of, level, kind, text: words }))
}
