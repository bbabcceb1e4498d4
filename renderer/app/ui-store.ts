import { createStore, type StoreApi } from 'zustand/vanilla'
import type { DeviceState } from '../../preload/contract/view.ts'
import type { Refused } from '../client/refused.ts'
import { formatRoute, type Route } from './route.ts'

/** What stands beside the board. One at a time; none of them keeps the board from being used. */
export type Panel =
  | { kind: 'phone'; mac: string; side: 'left' | 'right'; asksReason: boolean }
  | { kind: 'add' }
  | { kind: 'problems'; key: string | null }
  | { kind: 'interfaces'; refused: Refused | null }

/** One label in front of the scanner and what came of it; `message` is shown word for word. */
export type Scan = { id: number; text: string; ok: boolean; message: string; hint: string | null; mac: string | null }

export type Ui = {
  route: Route
  panel: Panel | null
  /** Ringed on the board: scanned or opened last. */
  marked: string | null
  filter: DeviceState | null
  /** Newest first. */
  scans: readonly Scan[]
  go(route: Route): void
  open(panel: Panel): void
  close(): void
  mark(mac: string | null): void
  toggleFilter(state: DeviceState): void
  scanned(scan: Omit<Scan, 'id'>): void
}

export type UiStore = StoreApi<Ui>

const KEPT_SCANS = 50

export function createUi(): UiStore {
  return createStore<Ui>()((set, get) => ({
    route: { page: 'bench' },
    panel: null,
    marked: null,
    filter: null,
    scans: [],
    // What stood beside one page has nothing to say beside another.
    go: (route) => {
      if (formatRoute(route) === formatRoute(get().route)) return
      set({ route, panel: route.page === get().route.page ? get().panel : null })
    },
    open: (panel) => set(panel.kind === 'phone' ? { panel, marked: panel.mac } : { panel }),
    close: () => set({ panel: null }),
    mark: (marked) => set({ marked }),
    toggleFilter: (state) => set({ filter: get().filter === state ? null : state }),
    scanned: (scan) => set({ scans: [{ ...scan, id: (get().scans[0]?.id ?? 0) + 1 }, ...get().scans].slice(0, KEPT_SCANS) }),
  }))
}
