import { useMemo } from 'react'
import type { DeviceState, DeviceView } from '../../../preload/contract/view.ts'
import { useBench, useNow, useUi } from '../../app/bench-context.ts'
import { formatClock } from '../../parts/duration.ts'
import { ShapeSign } from '../../parts/shape.tsx'
import { isDone, type Meaning, type Shape, sightOf } from '../../parts/sight.ts'
import { stateWords } from '../../words/states.ts'
import { summary as words } from '../../words/text.ts'
import { useListed } from './devices.ts'
import { estimateEnd } from './estimate.ts'
import classes from './summary.module.css'
import { titleOf } from './title.ts'

/** The number that matters, and where every phone stands. */
export function Summary() {
  const devices = useListed()
  const done = devices.filter(isDone).length
  const { subtitle, title } = useMemo(() => titleOf(devices), [devices])
  return (
    <section className={classes.summary}>
      <div className={classes.count}>
        <span className={classes.number}>{done.toLocaleString('en')}</span>
        <span className={classes.of}>
          {words.of(devices.length)}
          <Estimate devices={devices} isAllDone={done === devices.length} />
        </span>
      </div>
      <div className={classes.where}>
        <div className={classes.titles}>
          <h1 className={classes.title}>{title}</h1>
          <span className={classes.subtitle}>{subtitle}</span>
        </div>
        <StateBar devices={devices} />
      </div>
    </section>
  )
}

function Estimate({ devices, isAllDone }: { devices: readonly DeviceView[]; isAllDone: boolean }) {
  const now = useNow()
  const minute = Math.floor(now / 60_000)
  // A time that wanders every second is not read: once a minute is enough, and when a phone changes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `now` only through its minute
  const end = useMemo(() => estimateEnd(devices, now), [devices, minute])
  return (
    <span className={`${classes.about} figures`}>
      {isAllDone ? words.allDone : end === null ? words.noEstimate : words.about(formatClock(end))}
    </span>
  )
}

type Part = { state: DeviceState; meaning: Meaning; shape: Shape; count: number }

/** Left what is over, right what has not begun; trouble stands between, where it is seen. */
const ORDER: readonly DeviceState[] = [
  'synced',
  'ready',
  'proven',
  'upgraded',
  'upgrading',
  'configured',
  'identified',
  'online',
  'held',
  'failed',
  'expected',
]

export function partsOf(devices: readonly DeviceView[]): Part[] {
  return ORDER.flatMap((state) => {
    const inState = devices.filter((device) => device.state === state)
    const [first] = inState
    if (first === undefined) return []
    const { meaning, shape } = sightOf({ ...first, waitingFor: null, reason: null })
    return [{ state, meaning, shape, count: inState.length }]
  })
}

function StateBar({ devices }: { devices: readonly DeviceView[] }) {
  const { ui } = useBench()
  const filter = useUi((state) => state.filter)
  const parts = useMemo(() => partsOf(devices), [devices])
  return (
    <>
      <div className={classes.bar} aria-hidden="true">
        {parts.map(({ count, meaning, state }) => (
          <i key={state} className={classes.part} data-meaning={meaning} data-state={state} style={{ flexGrow: count }} />
        ))}
      </div>
      <ul className={classes.legend} aria-label={words.barLabel}>
        {parts.map(({ count, meaning, shape, state }) => (
          <li key={state}>
            <button
              type="button"
              className={classes.entry}
              data-meaning={meaning}
              aria-pressed={filter === state}
              title={words.filterOn(stateWords[state].word)}
              onClick={() => ui.getState().toggleFilter(state)}
            >
              <ShapeSign shape={shape} className={classes.sign} />
              <b className="figures">{count}</b> {stateWords[state].word}
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
