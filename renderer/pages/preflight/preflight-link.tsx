import { useBench, useBoard, useUi } from '../../app/bench-context.ts'
import { preflightWords as words } from '../../words/preflight.ts'
import header from '../bench/header.module.css'

/** In the header while phones are not served, for then it matters most; at any time it stands among the pages on the left. */
export function PreflightLink() {
  const { ui } = useBench()
  const isHere = useUi((state) => state.route.page === 'preflight')
  const isRunning = useBoard((board) => board.status?.running ?? false)
  if (isRunning) return null
  return (
    <button
      type="button"
      className={header.button}
      aria-current={isHere ? 'page' : undefined}
      onClick={() => ui.getState().go({ page: 'preflight' })}
    >
      {words.link}
    </button>
  )
}
