import { type ReactNode, useEffect, useRef } from 'react'
import { useBench } from '../app/bench-context.ts'
import { acts } from '../words/text.ts'
import classes from './panel.module.css'

/** Stands beside the board, over its edge; the board stays in use and no tile moves. Escape closes it and gives the focus back. */
export function Panel({
  children,
  head,
  label,
  side = 'right',
}: {
  children: ReactNode
  head: ReactNode
  label: string
  side?: 'left' | 'right'
}) {
  const { ui } = useBench()
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    const before = document.activeElement
    panel.current?.focus()
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') ui.getState().close()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [ui])
  return (
    <aside ref={panel} className={classes.panel} data-side={side} aria-label={label} tabIndex={-1}>
      <header className={classes.head}>
        <div className={classes.title}>{head}</div>
        <button type="button" className={classes.close} onClick={() => ui.getState().close()}>
          {acts.close}
        </button>
      </header>
      <div className={classes.body}>{children}</div>
    </aside>
  )
}
