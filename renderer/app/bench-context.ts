import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { Client } from '../../preload/contract/index.ts'
import type { Board, BoardStore } from '../client/board-store.ts'
import type { EditorStore } from '../pages/settings/editor-store.ts'
import type { Clock } from './clock.ts'
import type { MeStore } from './me-store.ts'
import type { Ui, UiStore } from './ui-store.ts'

/** What every part of the page may use: the mirror, the calls, the time, and what is open beside the board. */
export type Bench = { board: BoardStore; client: Client; clock: Clock; ui: UiStore; editor: EditorStore; me: MeStore }

export const BenchContext = createContext<Bench | null>(null)

export function useBench(): Bench {
  const bench = useContext(BenchContext)
  if (bench === null) throw new Error('no BenchContext above this part')
  return bench
}

export function useBoard<T>(select: (board: Board) => T): T {
  return useStore(useBench().board, select)
}

export function useUi<T>(select: (ui: Ui) => T): T {
  return useStore(useBench().ui, select)
}

/** Changes every second; only small parts that show a time should use it. */
export function useNow(): number {
  return useStore(useBench().clock, (clock) => clock.now)
}
