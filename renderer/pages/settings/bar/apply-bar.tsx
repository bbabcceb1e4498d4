import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useBench } from '../../../app/bench-context.ts'
import type { LayerRef } from '../../../app/route.ts'
import { RefusedSaid } from '../../../parts/said.tsx'
import { settings as words } from '../../../words/settings.ts'
import { isSameLayer } from '../drafts.ts'
import { useEditor } from '../editor-context.ts'
import type { LayerView } from '../shapes.ts'
import type { PreviewState } from '../use-preview.ts'
import { useSave } from '../use-save.ts'
import classes from './apply-bar.module.css'
import { PreviewDetails } from './preview-details.tsx'

/** Always in view: how many phones the unsaved changes would move, who keeps what he has, and the one button that does it. */
export function ApplyBar({ layer, preview, view }: { layer: LayerRef; view: LayerView | null; preview: PreviewState }) {
  const { editor } = useBench()
  const edits = useEditor((state) => state.edits).filter((edit) => isSameLayer(edit.layer, layer))
  const [isOpen, setOpen] = useState(false)
  const { isBusy, outcome, save } = useSave(layer)
  const isEmpty = edits.length === 0
  useEffect(() => {
    if (isEmpty) setOpen(false)
  }, [isEmpty])
  const found = preview.state === 'ready' ? preview.preview : null
  return (
    <section className={classes.bar} aria-label={words.bar}>
      {isOpen && found !== null && view !== null && <PreviewDetails edits={edits} preview={found} view={view} />}
      {preview.state === 'refused' && <RefusedSaid refused={preview.refused} />}
      {outcome !== null && typeof outcome === 'object' && <RefusedSaid refused={outcome} />}
      <div className={classes.row}>
        {isEmpty ? (
          <div className={classes.quiet} role="status">
            {typeof outcome === 'number' ? (
              <b className={classes.saved}>{words.applied(outcome)}</b>
            ) : (
              <>
                <b>{words.quiet}</b>
                <span>{words.quietNext}</span>
              </>
            )}
          </div>
        ) : (
          <>
            <div className={classes.answer} role="status">
              <span className={classes.number}>{numberText(preview)}</span>
              {found !== null && (
                <span className={classes.counts}>
                  {found.byModel
                    .slice(0, 4)
                    .map(({ count, name }) => `${name} ${count.toLocaleString('en')}`)
                    .join(' · ')}
                  <span className={classes.stopped}>
                    {words.keepOwn(found.overridden)} · {words.stopped(found.locked)}
                    {found.sameFiles > 0 && ` · ${words.sameFiles(found.sameFiles)}`}
                  </span>
                </span>
              )}
              {found === null && <span className={classes.counts}>{words.unsavedCount(edits.length)}</span>}
            </div>
            <button
              type="button"
              className={classes.button}
              aria-expanded={isOpen}
              disabled={found === null}
              onClick={() => setOpen(!isOpen)}
            >
              {isOpen ? words.hideAll : words.showAll}
            </button>
            <button type="button" className={classes.button} onClick={() => editor.getState().discard(layer)}>
              {words.discard}
            </button>
            <Button size="md" loading={isBusy} disabled={found === null} onClick={() => void save(edits, found?.affected ?? 0)}>
              {words.apply(found?.affected ?? 0)}
            </Button>
          </>
        )}
      </div>
    </section>
  )
}

function numberText(preview: PreviewState): string {
  if (preview.state === 'invalid') return words.mend
  if (preview.state !== 'ready') return words.counting
  return preview.preview.affected === 0 ? words.noneWould : words.wouldChange(preview.preview.affected)
}
