import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Me } from '../../preload/contract/people.ts'

/** Who is signed in here, and what that role may. null = not asked yet. */
export type MeStore = StoreApi<{ me: Me | null; set(me: Me | null): void }>

export function createMe(): MeStore {
  return createStore((set) => ({ me: null, set: (me) => set({ me }) }))
}
