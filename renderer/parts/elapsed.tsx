import { useNow } from '../app/bench-context.ts'
import { formatDuration } from './duration.ts'

/** Time since an instant, in figures of equal width. */
export function Elapsed({ className, kind, since }: { className?: string | undefined; kind?: string; since: number }) {
  return (
    <span className={`figures ${className ?? ''}`} data-kind={kind}>
      {formatDuration(useNow() - since)}
    </span>
  )
}
