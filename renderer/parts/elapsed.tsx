import { useNow } from '../app/bench-context.ts'
import { formatDuration } from './duration.ts'

/** Time since an instant, in figures of equal width. */
export function Elapsed({ className, since, wrap }: { className?: string | undefined; since: number; wrap?: ((time: string) => string) | undefined }) {
  const time = formatDuration(useNow() - since)
  return <span className={`figures ${className ?? ''}`}>{wrap === undefined ? time : wrap(time)}</span>
}
