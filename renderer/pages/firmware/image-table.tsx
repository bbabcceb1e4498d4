import { useState } from 'react'
import { useBench } from '../../app/bench-context.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import classes from '../../parts/page.module.css'
import { RefusedSaid } from '../../parts/said.tsx'
import { firmware as words } from '../../words/library.ts'
import { fits, formatSize, type Image, type TargetRow } from './targets.ts'

type Props = { images: readonly Image[]; rows: readonly TargetRow[]; onRemoved: () => void }
type Asked = { id: string; refused: Refused | null }

/** What the library holds: name, models, version, size and sum of each image, the profiles that want it, and the way to take it out again. */
export function ImageTable({ images, onRemoved, rows }: Props) {
  const { client } = useBench()
  const [asked, setAsked] = useState<Asked | null>(null)
  const remove = async (id: string) => {
    const answer = await attempt(client.firmware.remove({ id }))
    setAsked(answer.ok ? null : { id, refused: answer.refused })
    if (answer.ok) onRemoved()
  }
  if (images.length === 0) return <p className={classes.quiet}>{words.noImages}</p>
  const columns = words.imageColumns
  return (
    <>
      <table className={classes.table}>
        <thead>
          <tr>
            {Object.values(columns).map((column) => (
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
          {images.map((image) => {
            const users = usersOf(image, rows)
            return (
              <tr key={image.id}>
                <td>{image.name}</td>
                <td>{image.models.join(', ')}</td>
                <td className="figures">
                  <b>{image.version}</b>
                </td>
                <td className="figures">{formatSize(image.sizeBytes)}</td>
                <td>
                  <code title={image.sha256}>{image.sha256.slice(0, 16)}…</code>
                </td>
                <td>{users.length === 0 ? words.notUsed : users.join(', ')}</td>
                <td>
                  {asked?.id === image.id && asked.refused === null ? (
                    <span className={classes.row}>
                      <button type="button" className={classes.primary} onClick={() => void remove(image.id)}>
                        {words.removeSure}
                      </button>
                      <button type="button" className={classes.button} onClick={() => setAsked(null)}>
                        {words.cancel}
                      </button>
                    </span>
                  ) : (
                    <button type="button" className={classes.button} onClick={() => setAsked({ id: image.id, refused: null })}>
                      {words.removeImage}
                    </button>
                  )}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
      {asked !== null && asked.refused !== null && <RefusedSaid refused={asked.refused} />}
    </>
  )
}

/** Profiles that want the image, as their target or on the way there. */
function usersOf(image: Image, rows: readonly TargetRow[]): string[] {
  const wants = ({ profile, target }: TargetRow): string[] => {
    if (fits(image, target)) return [profile.name]
    const isStep = (target.steps ?? []).some(({ through }) => fits(image, { ...target, version: through }))
    return isStep ? [words.usedAsStep(profile.name)] : []
  }
  return [...new Set(rows.flatMap(wants))]
}
