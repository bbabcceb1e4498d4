import { type Layer, layerId, type SettingScalar } from '../model/catalogue.ts'
import { formatMac, type Mac, parseMac } from '../model/mac.ts'
import type { SettingDefinition } from '../model/pack.ts'
import { type Refusal, refusal } from '../model/refusals.ts'
import type { Change, World } from '../model/world.ts'
import { applyEdit, editProblem, type SettingEdit } from './edit.ts'
import { packsAt } from './layers.ts'
import { definitionOf } from './resolve.ts'
import type { Person } from './roles.ts'

/** A row of a CSV of settings: its line in the file (1 = header), the phone's `mac`, and a cell for each setting by its key. */
export type SettingRow = { row: number; fields: Readonly<Record<string, string>> }
export type SettingRowError = { row: number; column: string | null; refusal: Refusal }

/** What the first line of such a table may name. */
export const SETTING_COLUMNS = 'mac, and the keys of settings (sip.expires, keys.1.label)'

/** What a cell says to take the phone's own value away. An empty cell says nothing. */
export const CLEAR_CELL = '(inherited)'

/** All changes, or none and every mistake. `phones`: how many get something new. */
export type SettingsImport = { changes: Change[]; phones: number; errors: SettingRowError[] }

/**
 * Settings of many phones from a table, at the layer of each phone. All or nothing: one wrong cell and nothing is changed. Cells are text; what a setting
 * wants to be a number, yes or no is read as such. What the editor would refuse is refused here, cell by cell.
 */
export function importSettings(command: { rows: readonly SettingRow[]; person?: Person | undefined }, world: World): SettingsImport {
  const errors: SettingRowError[] = headErrors(command.rows, world)
  const changes: Change[] = []
  const rowOf = new Map<Mac, number>()
  for (const { fields, row } of errors.length > 0 ? [] : command.rows) {
    const mac = parseMac(fields.mac ?? '')
    const problem = macProblem(fields.mac ?? '', mac, rowOf, world)
    if (mac === null || problem !== null) {
      if (problem !== null) errors.push({ row, column: 'mac', refusal: problem })
      continue
    }
    rowOf.set(mac, row)
    const change = changeOf(mac, fields, command.person, world, (column, why) => errors.push({ row, column, refusal: why }))
    if (change !== null) changes.push(change)
  }
  return errors.length > 0 ? { changes: [], phones: 0, errors } : { changes, phones: changes.length, errors }
}

function headErrors(rows: readonly SettingRow[], world: World): SettingRowError[] {
  const columns = Object.keys(rows[0]?.fields ?? {})
  if (rows.length === 0) return [{ row: 1, column: null, refusal: refusal('CSV_EMPTY') }]
  if (!columns.includes('mac')) return [{ row: 1, column: 'mac', refusal: refusal('CSV_COLUMN_MISSING', { columns: SETTING_COLUMNS }) }]
  return columns
    .filter((column) => column !== 'mac' && !world.packs.some((pack) => definitionOf(pack.settings, column) !== null))
    .map((column) => ({ row: 1, column, refusal: refusal('CSV_COLUMN_UNKNOWN', { column, known: SETTING_COLUMNS }) }))
}

function macProblem(text: string, mac: Mac | null, rowOf: ReadonlyMap<Mac, number>, world: World): Refusal | null {
  if (mac === null) return refusal('MAC_INVALID', { text })
  const earlier = rowOf.get(mac)
  if (earlier !== undefined) return refusal('MAC_DUPLICATE', { mac: formatMac(mac), row: String(earlier) })
  return world.device.get(mac)?.listed ? null : refusal('DEVICE_UNKNOWN', { mac: formatMac(mac) })
}

/** The phone's layer with the cells of one row; null when nothing differs. */
function changeOf(
  mac: Mac,
  fields: Readonly<Record<string, string>>,
  person: Person | undefined,
  world: World,
  tell: (column: string, why: Refusal) => void,
): Change | null {
  const layer = { kind: 'device' as const, id: mac }
  const id = layerId('device', mac)
  const before: Layer = world.layer.get(id) ?? { ...layer, values: [], locks: [] }
  let after = before
  for (const [key, cell] of Object.entries(fields)) {
    if (key === 'mac' || cell.trim() === '') continue
    const base = { layer, key, person }
    const edit: SettingEdit =
      cell.trim() === CLEAR_CELL ? { ...base, do: 'clear' } : { ...base, do: 'set', value: readCell(definitionFor(mac, key, world), cell) }
    const problem = editProblem(edit, world)
    if (problem === null) after = applyEdit(after, edit)
    else tell(key, problem)
  }
  if (after === before) return null
  return { entity: 'layer', id, value: after.values.length === 0 && after.locks.length === 0 ? null : after }
}

function definitionFor(mac: Mac, key: string, world: World): SettingDefinition | null {
  for (const pack of packsAt({ kind: 'device', id: mac }, world)) {
    const definition = definitionOf(pack.settings, key)
    if (definition !== null) return definition
  }
  return null
}

/** A cell as the setting wants it; what cannot be read so stays text and is refused as of the wrong type. */
function readCell(definition: SettingDefinition | null, cell: string): SettingScalar {
  const text = cell.trim()
  switch (definition?.type) {
    case 'number':
      return /^-?\d{1,15}(?:\.\d{1,6})?$/.test(text) ? Number(text) : text
    case 'boolean':
      return /^(?:true|yes)$/i.test(text) ? true : /^(?:false|no)$/i.test(text) ? false : text
    case 'raw':
    case 'password':
      return cell
    default:
      return text
  }
}
