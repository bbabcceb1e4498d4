import type { ReactNode } from 'react'
import page from '../../parts/page.module.css'
import { network as words } from '../../words/network.ts'
import classes from './network.module.css'

type Props<Row> = {
  label: string
  rows: readonly Row[]
  blank: Row
  add: string
  /** How a row is called when it is taken out. */
  nameOf(row: Row): string
  isDisabled: boolean
  fields: 2 | 3
  onChange(rows: readonly Row[]): void
  children(row: Row, at: number, change: (part: Partial<Row>) => void): ReactNode
}

/** A list of entries of one kind, each with its fields and the way to take it out; one button adds another. */
export function Rows<Row extends object>({ add, blank, children, fields, isDisabled, label, nameOf, onChange, rows }: Props<Row>) {
  const put = (at: number, part: Partial<Row>) => onChange(rows.map((row, i) => (i === at ? { ...row, ...part } : row)))
  return (
    <>
      {rows.length === 0 && <p className={classes.note}>{words.none}</p>}
      <ul className={classes.rows} aria-label={label}>
        {rows.map((row, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row has no name of its own while it is typed
          <li key={at} className={`${classes.entry} ${at === 0 ? classes.labelled : ''}`} data-fields={fields}>
            {children(row, at, (part) => put(at, part))}
            <button
              type="button"
              className={classes.remove}
              disabled={isDisabled}
              aria-label={words.removeWhat(nameOf(row))}
              title={words.remove}
              onClick={() => onChange(rows.filter((_, i) => i !== at))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <div>
        <button type="button" className={page.button} disabled={isDisabled} onClick={() => onChange([...rows, blank])}>
          {add}
        </button>
      </div>
    </>
  )
}
