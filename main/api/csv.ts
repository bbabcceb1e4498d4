import { parse } from 'csv-parse/sync'
import { type Refusal, refusal } from '../core/model/refusals.ts'
import { CSV_COLUMNS, type ImportRow, type RowError } from '../core/staging/import-rows.ts'

/** Rows by column name, the rows that have no fitting shape, and a refusal of the whole file where its header is of no use. */
export type CsvRows = { rows: ImportRow[]; errors: RowError[] }

type Record = { record: string[]; info: { lines: number } }

/**
 * Header names in any case; comma, semicolon or tab, whichever the header uses; byte order mark and empty lines ignored. `known` null: any column is taken,
 * the rule that reads the rows says which it knows.
 */
export function readCsv(
  text: string,
  known: readonly string[] | null = CSV_COLUMNS,
): CsvRows | { refusal: Refusal; column: string | null } {
  const header = text.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0] ?? ''
  const delimiter = [';', '\t', ','].find((one) => header.includes(one)) ?? ','
  let records: Record[]
  try {
    // with `info` each record comes wrapped; the package's types say so only for some option sets
    records = parse(text, {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as Record[]
  } catch (error) {
    const row = typeof error === 'object' && error !== null && 'lines' in error ? Number(error.lines) : 1
    return { rows: [], errors: [{ row, column: null, refusal: refusal('CSV_ROW_SHAPE', { found: 'broken', expected: 'closed quotes' }) }] }
  }
  const [first, ...rest] = records
  if (first === undefined || rest.length === 0) return { refusal: refusal('CSV_EMPTY'), column: null }
  const columns = first.record.map((name) => (known ?? ['mac']).find((one) => one.toLowerCase() === name.toLowerCase()) ?? name)
  if (!columns.includes('mac')) return { refusal: refusal('CSV_COLUMN_MISSING'), column: 'mac' }
  // A column nobody knows is named and left out; what the others say is taken.
  const unknown = known === null ? [] : columns.filter((name) => !known.includes(name))
  const twice = columns.find((name, i) => columns.indexOf(name) !== i)
  if (twice !== undefined) return { refusal: refusal('CSV_COLUMN_TWICE', { column: twice }), column: twice }
  const named = unknown.map((column) => ({
    row: 1,
    column,
    refusal: refusal('CSV_COLUMN_UNKNOWN', { column, known: (known ?? []).join(', ') }),
  }))
  const { errors, rows } = shape(columns, rest)
  return { rows, errors: [...named, ...errors] }
}

function shape(columns: readonly string[], records: readonly Record[]): CsvRows {
  const rows: ImportRow[] = []
  const errors: RowError[] = []
  for (const { info, record } of records) {
    if (record.length === columns.length)
      rows.push({ row: info.lines, fields: Object.fromEntries(columns.map((name, i) => [name, record[i] ?? ''])) })
    else
      errors.push({
        row: info.lines,
        column: null,
        refusal: refusal('CSV_ROW_SHAPE', { found: String(record.length), expected: String(columns.length) }),
      })
  }
  return { rows, errors }
}

/** A wrong row as callers see it. */
export function errorView({ column, refusal: { code, hint, message }, row }: RowError) {
  return { row, column, code, message, hint }
}
