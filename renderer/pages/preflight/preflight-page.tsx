import type { PreflightLine, PreflightView } from '../../../preload/contract/preflight.ts'
import { useBench, useBoard } from '../../app/bench-context.ts'
import { Mend } from '../../parts/mend.tsx'
import page from '../../parts/page.module.css'
import { RefusedSaid } from '../../parts/said.tsx'
import { ShapeSign } from '../../parts/shape.tsx'
import type { Meaning, Shape } from '../../parts/sight.ts'
import { preflightWords as words } from '../../words/preflight.ts'
import { lastInterface, useServing } from '../bench/use-serving.ts'
import classes from './preflight.module.css'
import { usePreflight } from './use-preflight.ts'

const SIGHT: Record<PreflightLine['level'], { meaning: Meaning; shape: Shape }> = {
  good: { meaning: 'good', shape: 'check' },
  warning: { meaning: 'hand', shape: 'hand' },
  stop: { meaning: 'bad', shape: 'warning' },
}

/** What the bench needs, looked at now: one sentence to be read from two metres, what stops it first, and the exact mend beside it. */
export function PreflightPage() {
  const isRunning = useBoard((board) => board.status?.running ?? false)
  const last = lastInterface()
  const { again, found, isLooking } = usePreflight(isRunning || last === null ? {} : { interface: last })
  return (
    <main className={`${page.page} ${classes.page}`} aria-label={words.title} aria-busy={isLooking}>
      {found.state === 'looking' && <p className={classes.looking}>{words.looking}</p>}
      {found.state === 'refused' && <RefusedSaid refused={found.refused} />}
      {found.state === 'looked' && <Verdict view={found.view} isRunning={isRunning} isLooking={isLooking} onAgain={again} />}
      {found.state === 'looked' && (
        <ol className={classes.lines} aria-label={words.lines}>
          {found.view.lines.map((line, i) => (
            <Line key={line.id} line={line} isFirst={i === 0 && line.level === 'stop'} />
          ))}
        </ol>
      )}
    </main>
  )
}

type VerdictProps = { view: PreflightView; isRunning: boolean; isLooking: boolean; onAgain(): void }

function Verdict({ isLooking, isRunning, onAgain, view }: VerdictProps) {
  const { isBusy, start } = useServing()
  const { stops, warnings } = view
  const level = stops > 0 ? 'stop' : warnings > 0 ? 'warning' : 'good'
  const text = stops > 0 ? words.stops(stops) : warnings > 0 ? words.warnings(warnings) : isRunning ? words.good : words.goodStart
  const { meaning, shape } = SIGHT[level]
  return (
    <div className={classes.verdict} data-meaning={meaning} role="status">
      <ShapeSign shape={shape} className={classes.big} />
      <div className={classes.said}>
        <h1>{text}</h1>
        {stops > 0 && <p>{words.stopsNext}</p>}
      </div>
      <button type="button" className={classes.act} disabled={isLooking} onClick={onAgain}>
        {isLooking ? words.looking.split(' ')[0] : words.again}
      </button>
      {!isRunning && (
        <button
          type="button"
          className={stops > 0 ? classes.act : classes.primary}
          disabled={isBusy}
          onClick={() => void start(null, { isSure: true })}
        >
          {isBusy ? words.starting : stops > 0 ? words.startAnyway : words.start}
        </button>
      )}
    </div>
  )
}

function Line({ isFirst, line }: { line: PreflightLine; isFirst: boolean }) {
  const { ui } = useBench()
  const { click, command, level, title, todo, why } = line
  const { meaning, shape } = SIGHT[level]
  const go = () => {
    if (click === 'interfaces') ui.getState().open({ kind: 'interfaces', refused: null })
    else if (click === 'packs') ui.getState().go({ page: 'packs', id: null })
    else ui.getState().go({ page: 'firmware' })
  }
  return (
    <li className={classes.line} data-meaning={meaning} data-level={level}>
      <ShapeSign shape={shape} className={classes.sign} />
      <div className={classes.what}>
        <h2>
          <span className={classes.level}>{words.levels[level]}:</span> {title}
        </h2>
        {why !== '' && <p className={classes.why}>{why}</p>}
        {todo !== null && (
          <div className={classes.mend} data-first={isFirst || undefined}>
            <p>
              {isFirst && <b>{words.first}: </b>}
              {todo}
            </p>
            {command !== null && <Mend command={command} />}
            {click !== null && (
              <button type="button" className={classes.act} onClick={go}>
                {words.clicks[click]}
              </button>
            )}
          </div>
        )}
      </div>
    </li>
  )
}
