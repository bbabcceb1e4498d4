import { useEffect, useMemo, useState } from 'react'
import { useBench, useBoard } from '../../app/bench-context.ts'
import type { LayerRef } from '../../app/route.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import { settings as words } from '../../words/settings.ts'
import { isSameLayer, valueProblem } from './drafts.ts'
import { useEditor } from './editor-context.ts'
import type { Edit, LayerView, Preview } from './shapes.ts'
import { asPerson } from './use-view.ts'

/** `none` = nothing to save; `invalid` = a field has to be mended first. `edits` counts the unsaved ones of this place. */
export type PreviewState = { edits: number; toShow: readonly Edit[] } & (
  | { state: 'none' | 'waiting' | 'invalid' }
  | { state: 'ready'; preview: Preview }
  | { state: 'refused'; refused: Refused }
)

/** A person who types wants one answer, not one for each letter. */
const SETTLE_MS = 200

/** What the unsaved edits of this place would do, told by the bench. */
export function usePreview(layer: LayerRef, view: LayerView | null): PreviewState {
  const { client } = useBench()
  const all = useEditor((editor) => editor.edits)
  const person = useEditor((editor) => editor.person)
  const revision = useBoard((board) => `${board.run} ${board.revisions.settings} ${board.revisions.catalogue} ${board.revisions.packs}`)
  const { id, kind } = layer
  const edits = useMemo(() => all.filter((edit) => isSameLayer(edit.layer, { kind, id })), [all, id, kind])
  const [found, setFound] = useState<{ edits: readonly Edit[]; preview: Preview } | { edits: readonly Edit[]; refused: Refused } | null>(
    null,
  )
  const isInvalid = edits.length > 0 && view !== null && edits.some((edit) => isWrong(edit, view))
  // biome-ignore lint/correctness/useExhaustiveDependencies: `revision` is the sign to ask again
  useEffect(() => {
    if (edits.length === 0 || isInvalid) return
    let isGone = false
    const timer = setTimeout(() => {
      void attempt(client.settings.preview({ edits: [...edits], ...asPerson(person) })).then((got) => {
        if (isGone) return
        setFound(got.ok ? { edits, preview: previewOf(got.value) } : { edits, refused: got.refused })
      })
    }, SETTLE_MS)
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [client, edits, person, isInvalid, revision])
  const shown = { edits: edits.length, toShow: isInvalid ? [] : edits }
  if (edits.length === 0) return { ...shown, state: 'none' }
  if (isInvalid) return { ...shown, state: 'invalid' }
  if (found === null || found.edits.length === 0) return { ...shown, state: 'waiting' }
  if ('refused' in found)
    return found.edits === edits ? { ...shown, state: 'refused', refused: found.refused } : { ...shown, state: 'waiting' }
  // While a newer answer is on its way the older count stays in sight; it is a number of phones, not a promise.
  return found.edits === edits ? { ...shown, state: 'ready', preview: found.preview } : { ...shown, state: 'waiting' }
}

function isWrong(edit: Edit, view: LayerView): boolean {
  if (edit.do !== 'set') return false
  const field = view.menus.flatMap((menu) => menu.fields).find(({ key }) => key === edit.key)
  return field !== undefined && valueProblem(field.definition, edit.value ?? null) !== null
}

type Answer = Awaited<ReturnType<ReturnType<typeof useBench>['client']['settings']['preview']>>

function previewOf({ affected, byGroup, byModel, kept, locked, overridden, unaffected }: Answer): Preview {
  return {
    affected,
    overridden: unaffected.overridden,
    sameFiles: unaffected.sameFiles,
    locked: unaffected.locked,
    lacking: unaffected.lacking,
    byModel: byModel.map(({ count, model }) => ({ name: model, count })),
    byGroup: byGroup.map(({ count, name }) => ({ name, count })),
    overriddenBy: overridden.map(({ by, mac, name }) => ({ mac, name, by: by.kind === 'device' ? words.itself : by.name })),
    lockedBy: locked.map(({ by, mac, name }) => ({ mac, name, by: by.kind === 'device' ? words.itself : by.name })),
    kept: { count: kept.count, first: kept.first.map(({ key, layer, value }) => ({ key, place: layer.name, value })) },
  }
}
