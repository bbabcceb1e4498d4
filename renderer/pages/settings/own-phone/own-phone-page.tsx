import { Button } from '@mantine/core'
import type { LayerRef } from '../../../app/route.ts'
import { useBench } from '../../../app/bench-context.ts'
import { RefusedSaid, Said } from '../../../parts/said.tsx'
import { ownPhone as words, settings as settingsWords } from '../../../words/settings.ts'
import { isSameLayer, showField, valueProblem } from '../drafts.ts'
import { useEditor } from '../editor-context.ts'
import { FieldRow } from '../fields/field-row.tsx'
import { KeyEditor } from '../keys/key-editor.tsx'
import { type Place, placeKey } from '../places.ts'
import type { Field, LayerView } from '../shapes.ts'
import { useSave } from '../use-save.ts'
import { useView } from '../use-view.ts'
import classes from './own-phone.module.css'

/** The end user's page: the own phone's keys, ring tone and language. No places, no files, no counts. */
export function OwnPhonePage({ layer, places }: { layer: LayerRef; places: ReadonlyMap<string, Place> }) {
  const answer = useView(layer)
  if (answer === null) return <p className={classes.quiet}>{settingsWords.loading}</p>
  if ('refused' in answer) return <RefusedSaid refused={answer.refused} />
  const place = places.get(placeKey(layer))
  return (
    <>
      <div className={classes.page}>
        <header>
          <h1 className={classes.title}>{[words.title, place?.detail].filter((part) => part != null).join(', ')}</h1>
          <p className={classes.lead}>{words.lead}</p>
        </header>
        <Things layer={layer} view={answer} />
      </div>
      <SaveBar layer={layer} view={answer} />
    </>
  )
}

function Things({ layer, view }: { layer: LayerRef; view: LayerView }) {
  const edits = useEditor((state) => state.edits)
  const selector = useEditor((state) => state.selector)
  const keys = view.menus.find(({ id }) => id === 'keys')?.fields ?? []
  const others = view.menus.filter(({ id }) => id !== 'keys').flatMap(({ fields }) => fields)
  const isKey = (field: Field) => field.mayEdit
  if (keys.length + others.length === 0) return <p className={classes.quiet}>{words.nothing}</p>
  return (
    <div className={classes.things}>
      {others.length > 0 && (
        <section aria-label={words.other}>
          <h2 className={classes.part}>{words.other}</h2>
          {others.map((field) => (
            <FieldRow key={field.key} shown={showField(field, edits, layer, selector)} />
          ))}
        </section>
      )}
      {keys.some(isKey) && (
        <section aria-label={words.keys}>
          <h2 className={classes.part}>{words.keys}</h2>
          <KeyEditor layer={layer} fields={keys} modules={view.modules} />
        </section>
      )}
    </div>
  )
}

function SaveBar({ layer, view }: { layer: LayerRef; view: LayerView }) {
  const { editor } = useBench()
  const edits = useEditor((state) => state.edits).filter((edit) => isSameLayer(edit.layer, layer))
  const { isBusy, outcome, save } = useSave(layer)
  const fields = new Map(view.menus.flatMap((menu) => menu.fields.map((field) => [field.key, field] as const)))
  const isWrong = edits.some((edit) => {
    const field = fields.get(edit.key)
    return edit.do === 'set' && field !== undefined && valueProblem(field.definition, edit.value ?? null) !== null
  })
  return (
    <footer className={classes.bar}>
      <div className={classes.state} role="status">
        {edits.length > 0 && <b>{isWrong ? settingsWords.mend : words.unsaved(edits.length)}</b>}
        {edits.length === 0 && typeof outcome === 'number' && <Said meaning="good" message={words.saved} />}
        {outcome !== null && typeof outcome === 'object' && <RefusedSaid refused={outcome} />}
      </div>
      {edits.length > 0 && (
        <>
          <Button variant="default" size="md" onClick={() => editor.getState().discard(layer)}>
            {settingsWords.discard}
          </Button>
          <Button size="md" loading={isBusy} disabled={isWrong} onClick={() => void save(edits, 1)}>
            {words.save}
          </Button>
        </>
      )}
    </footer>
  )
}
