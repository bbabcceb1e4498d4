import { useEffect, useState } from 'react'
import { useBench, useBoard } from '../../../app/bench-context.ts'
import { attempt, type Refused } from '../../../client/refused.ts'
import type { ShownLine } from '../../../parts/file-lines.tsx'
import { lineOriginWords } from '../../../words/settings.ts'
import { useEditor } from '../editor-context.ts'
import type { PreviewState } from '../use-preview.ts'
import { asPerson } from '../use-view.ts'

export type FilesState =
  | { state: 'loading' }
  | { state: 'refused'; refused: Refused }
  | { state: 'ready'; files: readonly { name: string; lines: readonly ShownLine[] }[] }

const SETTLE_MS = 200

/** The files of one phone with the unsaved edits on them. What was there stays in sight until the answer is there. */
export function useFiles(mac: string | null, { toShow }: PreviewState): FilesState {
  const { client } = useBench()
  const person = useEditor((editor) => editor.person)
  const revision = useBoard((board) => `${board.run} ${board.revisions.settings} ${board.revisions.catalogue} ${board.revisions.packs}`)
  const [files, setFiles] = useState<FilesState>({ state: 'loading' })
  // biome-ignore lint/correctness/useExhaustiveDependencies: `revision` is the sign to ask again
  useEffect(() => {
    if (mac === null) return
    let isGone = false
    const timer = setTimeout(
      () => {
        const edits = toShow.length === 0 ? {} : { edits: [...toShow] }
        void attempt(client.settings.files({ mac, ...edits, ...asPerson(person) })).then((got) => {
          if (isGone) return
          if (!got.ok) return setFiles({ state: 'refused', refused: got.refused })
          setFiles({
            state: 'ready',
            // The phone's own file says most: the longest stands first.
            files: [...got.value.files]
              .sort((a, b) => b.lines.length - a.lines.length)
              .map(({ lines, name }) => ({
                name,
                lines: lines.map((line) => ({ ...line, from: line.from === null ? null : lineOriginWords[line.from] })),
              })),
          })
        })
      },
      toShow.length === 0 ? 0 : SETTLE_MS,
    )
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [client, mac, toShow, person, revision])
  return files
}
