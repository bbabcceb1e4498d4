import { useStore } from 'zustand'
import type { Me } from '../../preload/contract/people.ts'
import { useBench } from './bench-context.ts'

export function useMe(): Me | null {
  return useStore(useBench().me, (state) => state.me)
}

/** Whether the person may make a call; pages leave out what would only be refused. The bench decides all the same. */
export function useMay(...calls: readonly string[]): boolean {
  const me = useMe()
  return me !== null && calls.every((call) => me.may.includes(call))
}
