import { useEffect, useMemo } from 'react'
import { useBench } from '../../app/bench-context.ts'
import type { LayerRef } from '../../app/route.ts'
import { settings as words } from '../../words/settings.ts'
import { useAllDevices } from '../bench/devices.ts'
import { Editor } from './editor.tsx'
import { WhereContext, useEditor } from './editor-context.ts'
import { OwnPhonePage } from './own-phone/own-phone-page.tsx'
import { mayVisit, type Place, placeKey, placesOf } from './places.ts'
import { PlaceTree } from './places/place-tree.tsx'
import classes from './settings-page.module.css'
import type { Named, Person } from './shapes.ts'
import { TopBar } from './top-bar.tsx'
import { useCatalogue } from './use-catalogue.ts'

/** The settings editor. An end user has a page of his own: one phone, a few things. */
export function SettingsPage({ layer, menu }: { layer: LayerRef | null; menu: string | null }) {
  const { editor, ui } = useBench()
  const catalogue = useCatalogue()
  const devices = useAllDevices()
  const person = useEditor((state) => state.person)
  const lastLayer = useEditor((state) => state.lastLayer)
  const places = useMemo(() => placesOf(catalogue, devices), [catalogue, devices])
  const wanted = wantedPlace(layer ?? lastLayer, person, places)
  const key = wanted === null ? null : placeKey(wanted)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the place; the object is a new one at each draw
  useEffect(() => {
    if (wanted === null) return
    editor.getState().visit(wanted)
    if (layer === null || placeKey(layer) !== key) ui.getState().go({ page: 'settings', layer: wanted, menu })
  }, [key, layer, menu])
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const where = useMemo(
    () =>
      wanted === null
        ? null
        : {
            layer: wanted,
            packNames: catalogue.packNames,
            models: catalogue.models,
            placeName: ({ id, kind, name }: Named) => (kind === 'device' ? (places.get(`device:${id}`)?.name ?? name) : name),
            model: wanted.kind === 'device' ? (places.get(placeKey(wanted))?.detail ?? null) : null,
          },
    [key, catalogue, places],
  )
  return (
    <main className={classes.page} aria-label={words.title}>
      <TopBar layer={wanted} places={places} catalogue={catalogue} />
      {person.role === 'endUser' ? (
        wanted !== null &&
        where !== null && (
          <WhereContext value={where}>
            <OwnPhonePage key={key} layer={wanted} places={places} />
          </WhereContext>
        )
      ) : wanted === null || where === null ? (
        <NoPlace places={places} isLoaded={catalogue.isLoaded} />
      ) : (
        <WhereContext value={where}>
          <Editor key={`${key} ${person.role}`} layer={wanted} menu={menu} places={places} />
        </WhereContext>
      )}
    </main>
  )
}

/** The place asked for, where this person may see it; else the first that he may. */
function wantedPlace(asked: LayerRef | null, person: Person, places: ReadonlyMap<string, Place>): LayerRef | null {
  if (asked !== null && places.has(placeKey(asked)) && mayVisit(person, asked, places)) return { kind: asked.kind, id: asked.id }
  const first =
    person.role === 'endUser'
      ? places.get(`device:${person.device}`)
      : person.role === 'groupAdmin'
        ? places.get(`group:${person.group}`)
        : undefined
  return first === undefined ? null : { kind: first.kind, id: first.id }
}

function NoPlace({ isLoaded, places }: { places: ReadonlyMap<string, Place>; isLoaded: boolean }) {
  const isEmpty = places.size === 0
  return (
    <div className={classes.editor}>
      <aside className={classes.side}>{!isEmpty && <PlaceTree current={null} places={places} />}</aside>
      <section className={classes.choose}>
        <h1>{isEmpty ? (isLoaded ? words.noPlaces : words.loading) : words.choosePlaceTitle}</h1>
        <p>{isEmpty ? isLoaded && words.noPlacesNext : words.choosePlace}</p>
      </section>
    </div>
  )
}
