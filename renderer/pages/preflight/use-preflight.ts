import { useCallback, useEffect, useState } from 'react'
import type { PreflightView } from '../../../preload/contract/preflight.ts'
import { useBench } from '../../app/bench-context.ts'
import { attempt, type Refused } from '../../client/refused.ts'

export type Looked = { state: 'looking' } | { state: 'looked'; view: PreflightView } | { state: 'refused'; refused: Refused }

/** Looks once when the page is shown, and whenever somebody asks again; what was found before stays in sight meanwhile. */
export function usePreflight(asked: { interface?: string }): { found: Looked; isLooking: boolean; again(): void } {
  const { client } = useBench()
  const [found, setFound] = useState<Looked>({ state: 'looking' })
  const [isLooking, setLooking] = useState(true)
  const name = asked.interface
  const again = useCallback(() => {
    setLooking(true)
    void attempt(client.bench.preflight(name === undefined ? {} : { interface: name })).then((answer) => {
      setFound(answer.ok ? { state: 'looked', view: answer.value } : { state: 'refused', refused: answer.refused })
      setLooking(false)
    })
  }, [client, name])
  useEffect(again, [again])
  return { found, isLooking, again }
}
