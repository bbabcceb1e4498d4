import { createStore, type StoreApi } from 'zustand/vanilla'
import type { LayerRef } from '../../app/route.ts'
import { isSameLayer, isSameThing, withEdit } from './drafts.ts'
import { type Edit, ENGINEER, EVERY_PHONE, type Field, type Person, type Selector } from './shapes.ts'

/** The state of the settings editor that outlives a look at another page: whose eyes, for which phones, and what is not saved yet. */
export type Editor = {
  person: Person
  selector: Selector
  edits: readonly Edit[]
  /** Where a person was last; going back to the settings goes there. */
  lastLayer: LayerRef | null
  /** The phone whose file stands beside the editor; null = one that the place has. */
  samplePhone: string | null
  /** Expansion modules a person opened: only their keys are fetched. */
  modules: readonly number[]
  search: string
  onlySetHere: boolean
  viewAs(person: Person): void
  select(selector: Selector): void
  edit(edit: Edit, field: Field): void
  undo(edit: Edit): void
  discard(layer: LayerRef): void
  visit(layer: LayerRef): void
  showPhone(mac: string | null): void
  openModule(m: number): void
  find(search: string): void
  toggleOnlySetHere(): void
}

export type EditorStore = StoreApi<Editor>

export function createEditor(): EditorStore {
  return createStore<Editor>()((set, get) => ({
    person: ENGINEER,
    selector: EVERY_PHONE,
    edits: [],
    lastLayer: null,
    samplePhone: null,
    modules: [],
    search: '',
    onlySetHere: false,
    // Another person's unsaved edits are not this one's.
    viewAs: (person) => set({ person, selector: EVERY_PHONE, edits: [], modules: [], search: '', onlySetHere: false }),
    select: (selector) => set({ selector }),
    edit: (edit, field) => set({ edits: withEdit(get().edits, edit, field) }),
    undo: (edit) => set({ edits: get().edits.filter((one) => !isSameThing(one, edit)) }),
    discard: (layer) => set({ edits: get().edits.filter((one) => !isSameLayer(one.layer, layer)) }),
    visit(layer) {
      const last = get().lastLayer
      if (last === null || !isSameLayer(last, layer)) set({ lastLayer: layer, selector: EVERY_PHONE, modules: [], search: '' })
    },
    showPhone: (samplePhone) => set({ samplePhone }),
    openModule(m) {
      if (!get().modules.includes(m)) set({ modules: [...get().modules, m] })
    },
    find: (search) => set({ search }),
    toggleOnlySetHere: () => set({ onlySetHere: !get().onlySetHere }),
  }))
}
