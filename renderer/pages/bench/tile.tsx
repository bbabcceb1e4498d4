import { memo } from 'react'
import type { DeviceView } from '../../../preload/contract/view.ts'
import { useBench, useNow } from '../../app/bench-context.ts'
import { formatDuration } from '../../parts/duration.ts'
import { Elapsed } from '../../parts/elapsed.tsx'
import { ShapeSign } from '../../parts/shape.tsx'
import { detailOf, isDone, nameOf, remainingMs, type Sight, sightOf } from '../../parts/sight.ts'
import { tile as words } from '../../words/text.ts'
import type { GridLayout } from './grid-layout.ts'
import { openPhone, tileId } from './open-phone.ts'
import classes from './tile.module.css'

type Props = { device: DeviceView; density: GridLayout['density']; isMarked: boolean; isDimmed: boolean; isTabStop: boolean }

/** One phone. Slot and shape carry from two metres; word, name and time say it again from near by. */
export const Tile = memo(function Tile({ density, device, isDimmed, isMarked, isTabStop }: Props) {
  const bench = useBench()
  const sight = sightOf(device)
  const label = words.aria([
    words.slot(device.slot),
    nameOf(device),
    detailOf(device),
    sight.word,
    sight.percent === null ? null : `${sight.percent} %`,
  ])
  return (
    <button
      type="button"
      id={tileId(device.mac)}
      className={classes.tile}
      data-meaning={sight.meaning}
      data-state={device.state}
      data-density={density}
      data-marked={isMarked || undefined}
      data-dimmed={isDimmed || undefined}
      tabIndex={isTabStop ? 0 : -1}
      aria-label={label}
      onClick={() => openPhone(bench, device.mac)}
    >
      <span className={classes.top}>
        <span className={classes.slot}>{device.slot}</span>
        {sight.percent !== null && <span className={classes.percent}>{sight.percent} %</span>}
        <ShapeSign shape={sight.shape} className={classes.shape} />
      </span>
      <span className={classes.name}>{nameOf(device)}</span>
      <span className={classes.detail}>{detailOf(device)}</span>
      <span className={classes.word}>{sight.word}</span>
      <TileTime device={device} density={density} sight={sight} />
      {sight.percent !== null && <i className={classes.progress} style={{ transform: `scaleX(${sight.percent / 100})` }} />}
    </button>
  )
})

/** What is left of a download, or how long it has been so. What is done, or has not begun, has no time: nobody waits for it. */
function TileTime({ density, device, sight }: { density: Props['density']; device: DeviceView; sight: Sight }) {
  if (sight.percent !== null) return <Remaining device={device} wrap={density === 'tight' ? words.leftShort : words.left} />
  if (isDone(device) || device.state === 'expected' || device.sinceAt === null) return null
  return <Elapsed since={Date.parse(device.sinceAt)} className={classes.time} kind="elapsed" />
}

function Remaining({ device, wrap }: { device: DeviceView; wrap: (time: string) => string }) {
  const left = remainingMs(device, useNow())
  return left === null ? null : <span className={`figures ${classes.time}`}>{wrap(formatDuration(left))}</span>
}
