import type { PreviewShape } from '../../../preload/contract/setting-shapes.ts'
import classes from '../../parts/page.module.css'
import { firmware as words } from '../../words/library.ts'
import { wordsOf } from '../../words/refusals.ts'

export type Way = PreviewShape['firmware'][number]

const FIRST = 12

/** What phones would run before and after a change, by model: the versions on the way in their order, or why nothing is loaded. */
export function FirmwareWays({ ways }: { ways: readonly Way[] }) {
  if (ways.length === 0) return null
  return (
    <ul className={classes.stack} aria-label={words.ways}>
      {ways.slice(0, FIRST).map((way) => (
        <li key={JSON.stringify(way)}>{words.way(way.model, way.count, wayText(way.before), wayText(way.after))}</li>
      ))}
      {ways.length > FIRST && <li className={classes.quiet}>{words.moreWays(ways.length - FIRST)}</li>}
    </ul>
  )
}

function wayText(way: Way['before']): string {
  if (way === null) return words.noTarget
  return way.block === null ? words.via(way.route) : words.blocked(way.version, wordsOf(way.block).title)
}
