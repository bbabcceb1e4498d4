import { useState } from 'react'
import { useBench } from '../../app/bench-context.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import { toBase64 } from '../../parts/base64.ts'
import { DropFile } from '../../parts/drop-file.tsx'
import classes from '../../parts/page.module.css'
import { RefusedSaid, Said } from '../../parts/said.tsx'
import { packs as words } from '../../words/library.ts'
import type { Imported } from './shapes.ts'

type State =
  | { at: 'idle' | 'trying' }
  | { at: 'tried'; zip: string; imported: readonly Imported[] }
  | { at: 'taken'; imported: readonly Imported[] }
  | { at: 'refused'; refused: Refused }

/** A zip from outside: tried whole first, taken on a second press. A refusal names file and line, and nothing is changed. */
export function ImportPack({ onTaken }: { onTaken: () => void }) {
  const { client } = useBench()
  const [state, setState] = useState<State>({ at: 'idle' })
  const attemptZip = async (zip: string, dryRun: boolean): Promise<void> => {
    setState({ at: 'trying' })
    const answer = await attempt(client.packs.import({ zip, dryRun }))
    if (!answer.ok) return setState({ at: 'refused', refused: answer.refused })
    const { imported } = answer.value
    setState(dryRun ? { at: 'tried', zip, imported } : { at: 'taken', imported })
    if (!dryRun) onTaken()
  }
  return (
    <section className={classes.stack} aria-label={words.import}>
      <h2 className={classes.part}>{words.import}</h2>
      <DropFile
        accept=".zip,application/zip"
        button={words.choose}
        onFile={(file) => void file.arrayBuffer().then((bytes) => attemptZip(toBase64(new Uint8Array(bytes)), true))}
      >
        {state.at === 'trying' ? words.trying : words.importLead}
      </DropFile>
      {state.at === 'refused' && (
        <>
          <RefusedSaid refused={state.refused} />
          <p className={classes.quiet}>{words.refusedNote}</p>
        </>
      )}
      {state.at === 'tried' && (
        <div className={classes.card}>
          {state.imported.map((one) => (
            <Tried key={`${one.pack} ${one.version}`} one={one} />
          ))}
          <div className={classes.row}>
            <button type="button" className={classes.primary} onClick={() => void attemptZip(state.zip, false)}>
              {words.take}
            </button>
            <button type="button" className={classes.button} onClick={() => setState({ at: 'idle' })}>
              {words.drop}
            </button>
          </div>
        </div>
      )}
      {state.at === 'taken' &&
        state.imported.map((one) => (
          <Said
            key={one.pack}
            meaning="good"
            message={words.taken(one.pack, one.version)}
            hint={one.isNew ? words.takenVersion : words.known}
          />
        ))}
    </section>
  )
}

function Tried({ one }: { one: Imported }) {
  return (
    <div>
      <b>{words.fits(one.pack, one.version)}</b>
      <p className={classes.quiet}>
        {words.tried(one.rendered, one.goldens, one.identified)} {one.models.join(', ')}
      </p>
      {!one.isNew && <p className={classes.quiet}>{words.known}</p>}
      {one.warnings.length > 0 && (
        <>
          <p className={classes.quiet}>{words.warnings}</p>
          <ul>
            {one.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
