import { useState } from 'react'
import { useBench } from '../../app/bench-context.ts'
import type { LayerRef } from '../../app/route.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import type { Edit } from './shapes.ts'
import { asPerson } from './use-view.ts'

/** Carries the edits out, all or none. `outcome`: how many phones it was for, or why it was refused; null = nothing was saved here yet. */
export function useSave(layer: LayerRef) {
  const { client, editor } = useBench()
  const [isBusy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<number | Refused | null>(null)
  const save = async (edits: readonly Edit[], phones: number): Promise<void> => {
    setBusy(true)
    const answer = await attempt(client.settings.change({ edits: [...edits], ...asPerson(editor.getState().person) }))
    setBusy(false)
    setOutcome(answer.ok ? phones : answer.refused)
    if (answer.ok) editor.getState().discard(layer) // the new values come by themselves: the stream says that settings changed
  }
  return { isBusy, outcome, save }
}
