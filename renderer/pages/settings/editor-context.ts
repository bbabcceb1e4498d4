import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import { useBench } from '../../app/bench-context.ts'
import type { LayerRef } from '../../app/route.ts'
import type { Editor } from './editor-store.ts'
import type { ModelPicture } from './use-catalogue.ts'
import type { Edit, Field, Named, Scalar } from './shapes.ts'

/** Place and phones that the fields below speak of. */
export type Where = {
  layer: LayerRef
  packNames: ReadonlyMap<string, string>
  models: readonly ModelPicture[]
  /** What people call a place; phones by their line's name. */
  placeName(place: Named): string
  /** The model where the place is one phone. */
  model: string | null
}

export const WhereContext = createContext<Where | null>(null)

export function useWhere(): Where {
  const where = useContext(WhereContext)
  if (where === null) throw new Error('no WhereContext above this part')
  return where
}

export function useEditor<T>(select: (editor: Editor) => T): T {
  return useStore(useBench().editor, select)
}

/** The edits one may make to a field at this place, with the selector that is chosen. Locks are for all phones of the place. */
export function useEdits(field: Field) {
  const { editor } = useBench()
  const { layer } = useWhere()
  const selector = useEditor((state) => state.selector)
  const narrowed = {
    ...(selector.pack === null ? {} : { pack: selector.pack }),
    ...(selector.model === null ? {} : { model: selector.model }),
  }
  const edit = (one: Edit) => editor.getState().edit(one, field)
  return {
    set: (value: Scalar) => edit({ do: 'set', layer, key: field.key, value, ...narrowed }),
    clear: () => edit({ do: 'clear', layer, key: field.key, ...narrowed }),
    lock: (isLocked: boolean) => edit({ do: isLocked ? 'lock' : 'unlock', layer, key: field.key }),
    undo: () => editor.getState().undo({ do: 'set', layer, key: field.key, ...narrowed }),
  }
}
