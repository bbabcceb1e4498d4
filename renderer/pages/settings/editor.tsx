import { useEffect, useMemo, useRef } from 'react'
import { useBench } from '../../app/bench-context.ts'
import type { LayerRef } from '../../app/route.ts'
import { RefusedSaid } from '../../parts/said.tsx'
import { menuName, settings as words } from '../../words/settings.ts'
import { ApplyBar } from './bar/apply-bar.tsx'
import { showField } from './drafts.ts'
import { useEditor } from './editor-context.ts'
import { FieldRow } from './fields/field-row.tsx'
import { FilePane } from './file/file-pane.tsx'
import { KeyEditor } from './keys/key-editor.tsx'
import { type Place, placeKey } from './places.ts'
import { MenuList } from './places/menu-list.tsx'
import { PlaceTree } from './places/place-tree.tsx'
import classes from './settings-page.module.css'
import type { Field, LayerView } from './shapes.ts'
import { usePreview } from './use-preview.ts'
import { useView } from './use-view.ts'

/** Places and menus on the left, the settings of one menu, the file of one phone on the right, and below what a save would change. */
export function Editor({ layer, menu, places }: { layer: LayerRef; menu: string | null; places: ReadonlyMap<string, Place> }) {
  const answer = useView(layer)
  const preview = usePreview(layer, answer !== null && !('refused' in answer) ? answer : null)
  const view = answer === null || 'refused' in answer ? null : answer
  const current = view?.menus.find(({ id }) => id === menu)?.id ?? view?.menus[0]?.id ?? null
  return (
    <>
      <div className={classes.editor}>
        <aside className={classes.side}>
          <PlaceTree current={layer} places={places} />
          {view !== null && <MenuList layer={layer} menus={view.menus} current={current} />}
        </aside>
        <section className={classes.fields} aria-label={current === null ? words.title : menuName(current)}>
          {answer === null && <p className={classes.quiet}>{words.loading}</p>}
          {answer !== null && 'refused' in answer && <RefusedSaid refused={answer.refused} />}
          {view !== null && <Fields layer={layer} view={view} menu={current} name={places.get(placeKey(layer))?.name ?? layer.id} />}
        </section>
        <FilePane layer={layer} preview={preview} />
      </div>
      <ApplyBar layer={layer} view={view} preview={preview} />
    </>
  )
}

function Fields({ layer, menu, name, view }: { layer: LayerRef; view: LayerView; menu: string | null; name: string }) {
  const { editor } = useBench()
  const search = useEditor((state) => state.search)
  const isOnlyHere = useEditor((state) => state.onlySetHere)
  const top = useRef<HTMLHeadingElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another menu begins at its top
  useEffect(() => {
    top.current?.scrollIntoView({ block: 'end' }) // newer browsers give a promise, which must not be taken for the effect's end
  }, [menu])
  const wanted = search.trim().toLowerCase()
  const isSearching = wanted !== ''
  const shownMenus = useMemo(
    () =>
      view.menus
        .filter(({ id }) => isSearching || id === menu)
        .map(({ fields, id }) => ({ id, fields: fields.filter((field) => matches(field, wanted) && (!isOnlyHere || isSetHere(field))) }))
        .filter(({ fields }) => fields.length > 0),
    [view, menu, wanted, isSearching, isOnlyHere],
  )
  const count = shownMenus.reduce((sum, { fields }) => sum + fields.length, 0)
  const showsKeys = menu === 'keys' && !isSearching && !isOnlyHere
  return (
    <>
      <header className={classes.head}>
        <h1 ref={top} className={classes.title}>
          {isSearching ? (count === 0 ? words.noneFound : words.found(count)) : menuName(menu ?? '')}
        </h1>
        {isSearching ? (
          <button type="button" className={classes.only} onClick={() => editor.getState().find('')}>
            {words.clearSearch}
          </button>
        ) : (
          <button type="button" className={classes.only} aria-pressed={isOnlyHere} onClick={() => editor.getState().toggleOnlySetHere()}>
            {words.onlySetHere}
          </button>
        )}
        {!isSearching && <p className={classes.lead}>{words.holds(layer.kind, name)}</p>}
      </header>
      {showsKeys ? (
        <KeyEditor layer={layer} fields={view.menus.find(({ id }) => id === 'keys')?.fields ?? []} modules={view.modules} />
      ) : (
        shownMenus.map(({ fields, id }) => (
          <div key={id}>
            {isSearching && <h2 className={classes.group}>{menuName(id)}</h2>}
            <Rows fields={fields.slice(0, SHOWN_ROWS)} layer={layer} />
          </div>
        ))
      )}
      {!showsKeys && count === 0 && !isSearching && <p className={classes.quiet}>{isOnlyHere ? words.nothingSetHere : words.emptyMenu}</p>}
    </>
  )
}

/** Hundreds of keys can match a search; nobody reads them all. */
const SHOWN_ROWS = 80

function Rows({ fields, layer }: { fields: readonly Field[]; layer: LayerRef }) {
  const edits = useEditor((state) => state.edits)
  const selector = useEditor((state) => state.selector)
  return fields.map((field) => <FieldRow key={field.key} shown={showField(field, edits, layer, selector)} />)
}

function matches({ definition, key }: Field, wanted: string): boolean {
  if (wanted === '') return true
  return [key, definition.label, definition.help].some((text) => text.toLowerCase().includes(wanted))
}

function isSetHere(field: Field): boolean {
  return field.setHere.length > 0 || field.lockedHere
}
