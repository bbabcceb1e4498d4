import { TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useBench } from '../../../app/bench-context.ts'
import type { LayerRef } from '../../../app/route.ts'
import { settings as words } from '../../../words/settings.ts'
import { isSameLayer } from '../drafts.ts'
import { useEditor } from '../editor-context.ts'
import { findPlaces, type Place, placeKey, type Row, treeRows } from '../places.ts'
import classes from './place-tree.module.css'

/** Where it applies: from the persistent profile down to one phone. Search reaches what the tree does not show. */
export function PlaceTree({ current, places }: { current: LayerRef | null; places: ReadonlyMap<string, Place> }) {
  const person = useEditor((editor) => editor.person)
  const [search, setSearch] = useState('')
  const rows = useMemo(() => treeRows(current, places, person), [current, places, person])
  const found = useMemo(() => findPlaces(search, places, person), [search, places, person])
  const isSearching = search.trim() !== ''
  return (
    <section className={classes.places} aria-label={words.places}>
      <h2 className={classes.title}>{words.places}</h2>
      <TextInput
        size="xs"
        aria-label={words.findPlace}
        placeholder={words.findPlace}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        className={classes.search ?? ''}
      />
      <ul className={classes.tree}>
        {isSearching
          ? found.map((place) => (
              <PlaceRow key={placeKey(place)} row={{ depth: 0, place }} current={current} onGone={() => setSearch('')} />
            ))
          : rows.map((row) => (
              <PlaceRow key={'place' in row ? placeKey(row.place) : `more ${row.depth} ${row.of}`} row={row} current={current} />
            ))}
        {isSearching && found.length === 0 && <li className={classes.more}>{words.noPlace}</li>}
      </ul>
    </section>
  )
}

function PlaceRow({ current, onGone, row }: { row: Row; current: LayerRef | null; onGone?: () => void }) {
  const { ui } = useBench()
  const hasDraft = useEditor((editor) => 'place' in row && editor.edits.some((edit) => isSameLayer(edit.layer, row.place)))
  if (!('place' in row))
    return (
      <li className={classes.more} data-depth={row.depth}>
        {words.morePlaces(row.more, words.moreKinds[row.of])}
      </li>
    )
  const { depth, place } = row
  const isCurrent = current !== null && isSameLayer(place, current)
  const route = ui.getState().route
  return (
    <li>
      <button
        type="button"
        className={classes.place}
        data-depth={Math.min(depth, 4)}
        aria-current={isCurrent ? 'true' : undefined}
        onClick={() => {
          ui.getState().go({
            page: 'settings',
            layer: { kind: place.kind, id: place.id },
            menu: route.page === 'settings' ? route.menu : null,
          })
          onGone?.()
        }}
      >
        <span className={classes.name}>{place.name}</span>
        {hasDraft && <span className={classes.draft}>{words.unsaved}</span>}
        <span className={classes.count}>{place.detail ?? words.phoneCount(place.phones)}</span>
      </button>
    </li>
  )
}
