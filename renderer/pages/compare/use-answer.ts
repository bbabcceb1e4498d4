import { useEffect, useState } from 'react'
import { useBoard } from '../../app/bench-context.ts'
import { attempt, type Refused } from '../../client/refused.ts'

export type Answer<T> = { state: 'none' | 'waiting' } | { state: 'ready'; value: T } | { state: 'refused'; refused: Refused }

/** Asks whenever `question` (text that stands for what is asked) changes, and again when the stream says that settings or places changed; null = nothing to ask. */
export function useAnswer<T>(question: string | null, ask: () => Promise<T>): Answer<T> {
  const revision = useBoard(
    ({ revisions, run }) => `${run} ${revisions.settings} ${revisions.catalogue} ${revisions.packs} ${revisions.firmware}`,
  )
  const [answer, setAnswer] = useState<Answer<T>>({ state: 'none' })
  // biome-ignore lint/correctness/useExhaustiveDependencies: `question` stands for `ask`, `revision` is the sign to ask again
  useEffect(() => {
    if (question === null) return setAnswer({ state: 'none' })
    let isGone = false
    setAnswer((before) => (before.state === 'ready' ? before : { state: 'waiting' }))
    void attempt(ask()).then((got) => {
      if (!isGone) setAnswer(got.ok ? { state: 'ready', value: got.value } : { state: 'refused', refused: got.refused })
    })
    return () => {
      isGone = true
    }
  }, [question, revision])
  return answer
}
