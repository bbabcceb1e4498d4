import { useState } from 'react'
import { useBench } from '../../app/bench-context.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import classes from '../../parts/page.module.css'
import { RefusedSaid } from '../../parts/said.tsx'
import { firmware as words } from '../../words/library.ts'
import type { Profile, TargetRow } from './targets.ts'

type Props = {
  rows: readonly TargetRow[]
  packNames: ReadonlyMap<string, string>
  profiles: readonly Profile[]
  onChanged: () => void
  onEdit: (row: TargetRow) => void
}

/** Every target, and whether its image is here. */
export function TargetTable({ onChanged, onEdit, packNames, rows }: Props) {
  const { client } = useBench()
  const [refused, setRefused] = useState<Refused | null>(null)
  const remove = async ({ index, profile }: TargetRow) => {
    const answer = await attempt(client.profiles.save({ id: profile.id, firmware: profile.firmware.filter((_, i) => i !== index) }))
    setRefused(answer.ok ? null : answer.refused)
    if (answer.ok) onChanged()
  }
  if (rows.length === 0) return <p className={classes.quiet}>{words.noTargets}</p>
  const { columns } = words
  return (
    <div className={classes.stack}>
      <table className={classes.table}>
        <thead>
          <tr>
            {[
              columns.profile,
              columns.pack,
              columns.models,
              columns.version,
              columns.hardware,
              columns.steps,
              columns.state,
              columns.knownBad,
            ].map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
            <th scope="col">
              <span className="unseen">{words.remove}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.profile.id} ${row.index}`}>
              <td>{row.profile.name}</td>
              <td>{packNames.get(row.target.pack) ?? row.target.pack}</td>
              <td>{row.target.models.length === 0 ? words.allModels : row.target.models.join(', ')}</td>
              <td className="figures">
                <b>{row.target.version}</b>
              </td>
              <td>{row.target.hardware?.join(', ') ?? ''}</td>
              <td>{(row.target.steps ?? []).map(({ below, through }) => words.step(below, through)).join('; ')}</td>
              <td>
                <span className={classes.sign} data-meaning={row.hasImage ? 'good' : 'hand'}>
                  {row.hasImage ? words.here : words.missingOne}
                </span>
              </td>
              <td>{row.target.knownBad?.join(', ') ?? ''}</td>
              <td>
                <span className={classes.row}>
                  <button type="button" className={classes.button} onClick={() => onEdit(row)}>
                    {words.edit}
                  </button>
                  <button type="button" className={classes.button} onClick={() => void remove(row)}>
                    {words.remove}
                  </button>
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {refused !== null && <RefusedSaid refused={refused} />}
    </div>
  )
}
