import type { ImportError } from '../../../../preload/contract/devices.ts'

/** One wrong row as the table shows it: where, the text of the field, what is wrong, what to do. `line` is the row as it stands in the file. */
export type WrongRow = { row: number; column: string | null; field: string | null; what: string; todo: string; line: string }

/** The errors beside the text they are about. Rows count as in the file: 1 is the line of the column names. */
export function wrongRows(csv: string, errors: readonly ImportError[]): WrongRow[] {
  const lines = csv.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  const header = fieldsOf(lines[0] ?? '', delimiterOf(lines[0] ?? ''))
  return errors.map(({ column, hint, message, row }) => {
    const line = lines[row - 1] ?? ''
    const index = column === null ? -1 : header.findIndex((name) => name.toLowerCase() === column.toLowerCase())
    const field = index < 0 ? null : (fieldsOf(line, delimiterOf(lines[0] ?? ''))[index] ?? null)
    return { row, column, field, what: message, todo: hint, line }
  })
}

/** The rows that were not taken, with the column names above, ready to be corrected and pasted again. */
export function wrongRowsAsCsv(csv: string, errors: readonly ImportError[]): string {
  const lines = csv.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  const rows = [...new Set(errors.map(({ row }) => row))].filter((row) => row > 1).sort((a, b) => a - b)
  return [lines[0] ?? '', ...rows.map((row) => lines[row - 1] ?? '')].join('\n')
}

function delimiterOf(header: string): string {
  return [';', '\t', ','].find((one) => header.includes(one)) ?? ','
}

/** For showing only; the bench reads the file itself. */
function fieldsOf(line: string, delimiter: string): string[] {
  return line.split(delimiter).map((field) => field.trim().replace(/^"(.*)"$/, '$1'))
}
