import { compare as words } from '../../words/library.ts'
import { menuName } from '../../words/settings.ts'
import type { Named, Scalar } from '../settings/shapes.ts'
import classes from './compare.module.css'

export type Side = { value: Scalar | null; origin: Named | null; locked: boolean }
export type Row = { key: string; label: string; menu: string; pack: string | null; model: string | null; a: Side; b: Side }

/** What differs, by menu: left the one, right the other. */
export function Rows({ a, b, isFromShown, rows }: { rows: readonly Row[]; a: string; b: string; isFromShown: boolean }) {
  if (rows.length === 0) return null
  return (
    <>
      <h2 className={classes.part}>{words.rows(rows.length)}</h2>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{words.setting}</th>
            <th scope="col">{a}</th>
            <th scope="col">{b}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.key} ${row.pack} ${row.model}`}>
              <th scope="row">
                {row.label}
                {(row.model ?? row.pack) !== null && <span className={classes.who}> {row.model ?? row.pack}</span>}
                <span className={classes.where}>
                  {menuName(row.menu)} · <code>{row.key}</code>
                </span>
              </th>
              <Cell side={row.a} isFromShown={isFromShown} />
              <Cell side={row.b} isFromShown={isFromShown} />
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function Cell({ isFromShown, side: { locked, origin, value } }: { side: Side; isFromShown: boolean }) {
  const isSet = value !== null && value !== ''
  return (
    <td>
      <span className={classes.value} data-set={isSet || undefined}>
        {isSet ? String(value) : words.notSet}
      </span>
      <span className={classes.where}>
        {[locked ? words.locked : null, isFromShown && origin !== null ? words.from(origin.name) : null]
          .filter((part) => part !== null)
          .join(', ')}
      </span>
    </td>
  )
}
