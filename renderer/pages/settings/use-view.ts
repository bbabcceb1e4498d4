import { useEffect, useState } from 'react'
import { useBench, useBoard } from '../../app/bench-context.ts'
import type { LayerRef } from '../../app/route.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import { useEditor } from './editor-context.ts'
import type { LayerView, Person } from './shapes.ts'

/** Of the person who looks, as calls take it; the engineer is left out. */
export function asPerson({ device, group, role }: Person) {
  if (role === 'engineer') return {}
  return { as: { role, ...(group === null ? {} : { group }), ...(device === null ? {} : { device }) } }
}

/**
 * One layer as the editor draws it. Asked when place, person, selector or the modules opened change, and again when the stream says that settings or places changed. What was
 * there stays in sight until the answer is there: a save must not make the page jump.
 */
export function useView(layer: LayerRef): LayerView | { refused: Refused } | null {
  const { client } = useBench()
  const person = useEditor((editor) => editor.person)
  const selector = useEditor((editor) => editor.selector)
  const modules = useEditor((editor) => editor.modules)
  const revision = useBoard((board) => `${board.run} ${board.revisions.settings} ${board.revisions.catalogue} ${board.revisions.packs}`)
  const [answer, setAnswer] = useState<LayerView | { refused: Refused } | null>(null)
  const { id, kind } = layer
  // biome-ignore lint/correctness/useExhaustiveDependencies: `revision` is the sign to ask again
  useEffect(() => {
    let isGone = false
    const narrowed = {
      ...(selector.pack === null ? {} : { pack: selector.pack }),
      ...(selector.model === null ? {} : { model: selector.model }),
    }
    void attempt(
      client.settings.view({
        layer: { kind, id },
        ...narrowed,
        ...(modules.length === 0 ? {} : { modules: [...modules] }),
        ...asPerson(person),
      }),
    ).then((got) => {
      if (!isGone) setAnswer(got.ok ? got.value : { refused: got.refused })
    })
    return () => {
      isGone = true
    }
  }, [client, id, kind, modules, person, selector, revision])
  return answer
}
