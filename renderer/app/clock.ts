import { createStore, type StoreApi } from 'zustand/vanilla'
import type { BoardStore } from '../client/board-store.ts'

/** The bench's time as far as the page knows it (epoch ms), moved on once a second. It asks nobody. */
export type Clock = StoreApi<{ now: number; tick(): void }>

export function createClock(board: BoardStore): Clock {
  const read = () => Date.now() + board.getState().clockAheadMs
  return createStore((set) => ({ now: read(), tick: () => set({ now: read() }) }))
}
