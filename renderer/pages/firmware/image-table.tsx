import classes from '../../parts/page.module.css'
import { firmware as words } from '../../words/library.ts'
import { fits, formatSize, type Image, type TargetRow } from './targets.ts'

/** What the library holds: name, models, version, size and sum of each image, and the profiles that want it. */
export function ImageTable({ images, rows }: { images: readonly Image[]; rows: readonly TargetRow[] }) {
  if (images.length === 0) return <p className={classes.quiet}>{words.noImages}</p>
  const columns = words.imageColumns
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          {Object.values(columns).map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {images.map((image) => {
          const users = [...new Set(rows.filter((row) => fits(image, row.target)).map((row) => row.profile.name))]
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
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
