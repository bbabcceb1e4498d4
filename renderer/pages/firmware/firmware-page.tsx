import { useState } from 'react'
import { useBench } from '../../app/bench-context.ts'
import classes from '../../parts/page.module.css'
import { RefusedSaid } from '../../parts/said.tsx'
import { firmware as words } from '../../words/library.ts'
import { useAnswer } from '../compare/use-answer.ts'
import { useCatalogue } from '../settings/use-catalogue.ts'
import { AddImage } from './add-image.tsx'
import { ImageTable } from './image-table.tsx'
import { SetTarget } from './set-target.tsx'
import { TargetTable } from './target-table.tsx'
import { type Editing, type TargetRow, targetRows } from './targets.ts'

/** Which versions phones should run, which images that takes, what is missing, and the way to add it. */
export function FirmwarePage() {
  const { client } = useBench()
  const [asked, setAsked] = useState(0)
  const [editing, setEditing] = useState<Editing | null>(null)
  const catalogue = useCatalogue()
  const images = useAnswer(`images ${asked}`, () => client.firmware.list({}))
  const profiles = useAnswer(`targets ${asked}`, () => client.profiles.list({}))
  const refused = images.state === 'refused' ? images.refused : profiles.state === 'refused' ? profiles.refused : null
  if (refused !== null) return <RefusedSaid refused={refused} />
  if (images.state !== 'ready' || profiles.state !== 'ready') return <p className={classes.quiet}>{words.loading}</p>
  const rows = targetRows(profiles.value.profiles, images.value.images)
  const missing = rows.filter((row) => !row.hasImage).length
  const again = () => setAsked(asked + 1)
  const edit = ({ index, profile, target }: TargetRow) => setEditing({ profile: profile.id, index, target })
  return (
    <main className={classes.page} aria-label={words.title}>
      <h1 className={classes.title}>{words.title}</h1>
      <p className={classes.lead}>{words.lead}</p>
      <section aria-label={words.targets}>
        <div className={classes.row}>
          <h2 className={classes.part}>{words.targets}</h2>
          {missing > 0 && (
            <span className={classes.sign} data-meaning="hand">
              {words.missing(missing)}. {words.missingNote}
            </span>
          )}
        </div>
        <TargetTable
          rows={rows}
          packNames={catalogue.packNames}
          profiles={profiles.value.profiles}
          onChanged={() => {
            setEditing(null) // places in the list have moved
            again()
          }}
          onEdit={edit}
        />
        <SetTarget
          key={editing === null ? 'new' : `${editing.profile} ${editing.index}`}
          catalogue={catalogue}
          profiles={profiles.value.profiles}
          editing={editing}
          onSaved={again}
          onLeave={() => setEditing(null)}
        />
      </section>
      <section aria-label={words.images}>
        <h2 className={classes.part}>{words.images}</h2>
        <ImageTable images={images.value.images} rows={rows} onRemoved={again} />
        <AddImage models={catalogue.models} onAdded={again} />
      </section>
    </main>
  )
}
