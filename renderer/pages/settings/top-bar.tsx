import { Select } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useBench } from '../../app/bench-context.ts'
import type { LayerRef } from '../../app/route.ts'
import { useMe } from '../../app/use-me.ts'
import { roleWords, settings as words } from '../../words/settings.ts'
import { useEditor } from './editor-context.ts'
import { mayVisit, pathTo, type Place, placeKey } from './places.ts'
import type { Person, Role, Selector } from './shapes.ts'
import classes from './top-bar.module.css'
import type { CatalogueNames } from './use-catalogue.ts'

type Props = { layer: LayerRef | null; places: ReadonlyMap<string, Place>; catalogue: CatalogueNames }

/** Where one is, what to find, for which phones it holds, and with whose eyes one looks. */
export function TopBar({ catalogue, layer, places }: Props) {
  const role = useEditor((editor) => editor.person.role)
  return (
    <header className={classes.bar}>
      <Crumbs layer={layer} places={places} />
      {role !== 'endUser' && layer !== null && (
        <>
          {layer.kind !== 'device' && <HoldsFor layer={layer} places={places} catalogue={catalogue} />}
          <Find />
        </>
      )}
      <SeenAs layer={layer} places={places} />
    </header>
  )
}

function Crumbs({ layer, places }: Pick<Props, 'layer' | 'places'>) {
  const { ui } = useBench()
  const person = useEditor((editor) => editor.person)
  const path = layer === null ? [] : pathTo(layer, places).filter((place) => mayVisit(person, place, places))
  return (
    <nav className={classes.crumbs} aria-label={words.places}>
      {path.map((place, index) =>
        index === path.length - 1 ? (
          <b key={placeKey(place)}>{place.name}</b>
        ) : (
          <button
            key={placeKey(place)}
            type="button"
            className={classes.crumb}
            onClick={() => ui.getState().go({ page: 'settings', layer: { kind: place.kind, id: place.id }, menu: null })}
          >
            {place.name}
          </button>
        ),
      )}
    </nav>
  )
}

/** A value may be given for one pack or one model only; a lock is always for all. */
function HoldsFor({ catalogue, layer, places }: { layer: LayerRef; places: Props['places']; catalogue: CatalogueNames }) {
  const { editor } = useBench()
  const selector = useEditor((state) => state.selector)
  const profile = pathTo(layer, places).find(({ kind }) => kind === 'profile')
  const supported = profile === undefined ? null : (catalogue.packsOf.get(profile.id) ?? null)
  const packs = [...catalogue.packNames].filter(([id]) => supported === null || supported.length === 0 || supported.includes(id))
  const data = [
    { value: '', label: words.everyPhone },
    ...packs.map(([id, name]) => ({
      group: name,
      items: [
        { value: `${id}|`, label: words.ofPack(name) },
        ...catalogue.models.filter((model) => model.pack === id).map((model) => ({ value: `${id}|${model.name}`, label: model.name })),
      ],
    })),
  ]
  return (
    <Select
      size="xs"
      className={classes.holds ?? ''}
      label={words.holdsFor}
      classNames={{ root: classes.inline ?? '', label: classes.label ?? '' }}
      data={data}
      value={
        selector.model !== null ? `${packOf(selector, catalogue)}|${selector.model}` : selector.pack !== null ? `${selector.pack}|` : ''
      }
      onChange={(value) => editor.getState().select(readSelector(value ?? ''))}
      data-narrowed={selector.pack !== null || selector.model !== null || undefined}
      allowDeselect={false}
      searchable
      limit={120}
      maxDropdownHeight={360}
    />
  )
}

function packOf({ model, pack }: Selector, { models }: CatalogueNames): string {
  return pack ?? models.find(({ name }) => name === model)?.pack ?? ''
}

/** A model is a selector of its own; its pack is known by it. */
function readSelector(value: string): Selector {
  const [pack = '', model = ''] = value.split('|')
  if (model !== '') return { pack: null, model }
  return { pack: pack === '' ? null : pack, model: null }
}

function Find() {
  const { editor } = useBench()
  const search = useEditor((state) => state.search)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return
      event.preventDefault()
      input.current?.focus()
      input.current?.select()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return (
    <div className={classes.find}>
      <input
        ref={input}
        type="search"
        className={classes.field}
        aria-label={words.search}
        placeholder={words.search}
        value={search}
        onChange={(event) => editor.getState().find(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') editor.getState().find('')
        }}
        spellCheck={false}
      />
      <kbd className={classes.keys}>{words.searchKeys}</kbd>
    </div>
  )
}

const ROLES: readonly Role[] = ['engineer', 'groupAdmin', 'endUser']

/** The same page with another person's eyes: what that role and the locks leave. */
function SeenAs({ layer, places }: Pick<Props, 'layer' | 'places'>) {
  const { editor } = useBench()
  const person = useEditor((state) => state.person)
  const own = useMe()?.role ?? 'engineer'
  const roles = ROLES.slice(own === 'groupAdmin' ? 1 : 0)
  const groups = [...places.values()].filter(({ kind }) => kind === 'group')
  const phones = [...places.values()].filter(({ kind }) => kind === 'device')
  const view = (next: Person) => editor.getState().viewAs(next)
  const choose = (role: Role) => {
    const path = layer === null ? [] : pathTo(layer, places)
    const group = path.find(({ kind }) => kind === 'group') ?? groups[0]
    const phone =
      path.find(({ kind }) => kind === 'device') ??
      phones.find((one) => layer !== null && pathTo(one, places).some(({ id, kind }) => kind === layer.kind && id === layer.id)) ??
      phones[0]
    view({ role, group: role === 'groupAdmin' ? (group?.id ?? null) : null, device: role === 'endUser' ? (phone?.id ?? null) : null })
  }
  // A user of one phone has no other eyes.
  if (own === 'endUser') return null
  return (
    <div className={classes.seen}>
      <Select
        size="xs"
        label={words.viewAs}
        classNames={{ root: classes.inline ?? '', label: classes.label ?? '' }}
        className={classes.role ?? ''}
        data={roles.map((role) => ({ value: role, label: roleWords[role].name }))}
        value={person.role}
        onChange={(role) => role !== null && choose(role as Role)}
        allowDeselect={false}
        comboboxProps={{ width: 260, position: 'bottom-end' }}
      />
      {person.role === 'groupAdmin' && (
        <Select
          size="xs"
          aria-label={words.chooseGroup}
          data={groups.map(({ id, name }) => ({ value: id, label: name }))}
          value={person.group}
          onChange={(group) => view({ role: 'groupAdmin', group, device: null })}
          allowDeselect={false}
          searchable
          limit={60}
        />
      )}
      {person.role === 'endUser' && (
        <Select
          size="xs"
          aria-label={words.choosePhone}
          data={phones.map(({ detail, id, name }) => ({ value: id, label: detail === null ? name : `${name} · ${detail}` }))}
          value={person.device}
          onChange={(device) => view({ role: 'endUser', group: null, device })}
          allowDeselect={false}
          searchable
          limit={60}
        />
      )}
    </div>
  )
}
