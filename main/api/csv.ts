import { parse } from 'csv-parse/sync'
import { type Refusal, refusal } from '../core/model/refusals.ts'
import { SETTING_COLUMNS } from '../core/settings/import-settings.ts'
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
  const read = (lines: string) => parseRecords(lines, delimiter)
  const whole = read(text)
  const { broken, records } = whole === null ? lineByLine(text, read) : { broken: [], records: whole }
  const [first, ...rest] = records
  if (first === undefined || rest.length + broken.length === 0) return { refusal: refusal('CSV_EMPTY'), column: null }
  const columns = first.record.map((name) => (known ?? ['mac']).find((one) => one.toLowerCase() === name.toLowerCase()) ?? name)
  if (!columns.includes('mac'))
    return { refusal: refusal('CSV_COLUMN_MISSING', { columns: known?.join(',') ?? SETTING_COLUMNS }), column: 'mac' }
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
  return { rows, errors: [...named, ...broken, ...errors].sort((a, b) => a.row - b.row) }
}

/** null: quotes that do not pair somewhere. */
function parseRecords(text: string, delimiter: string): Record[] | null {
  try {
    // with `info` each record comes wrapped; the package's types say so only for some option sets
    return parse(text, {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as Record[]
  } catch {
    return null
  }
}

/** A quote that is never closed swallows all that follows: read by itself, each line but that one is what it says. A cell of several lines is lost with it, and named. */
function lineByLine(text: string, read: (line: string) => Record[] | null): { records: Record[]; broken: RowError[] } {
  const records: Record[] = []
  const broken: RowError[] = []
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const row = i + 1
    const found = read(line)
    if (found === null) broken.push({ row, column: null, refusal: refusal('CSV_QUOTES') })
    else records.push(...found.map(({ record }) => ({ record, info: { lines: row } })))
  }
  return { records, broken }
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
