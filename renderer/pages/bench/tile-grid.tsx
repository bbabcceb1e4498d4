import { useElementSize } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useUi } from '../../app/bench-context.ts'
import { tile as words } from '../../words/text.ts'
import { useListed } from './devices.ts'
import { GAP, type GridLayout, layoutGrid } from './grid-layout.ts'
import { tileId } from './open-phone.ts'
import { Tile } from './tile.tsx'
import classes from './tile-grid.module.css'

const ROWS_BEYOND = 4
/** Room for the ring of a marked tile at the edges; tile-grid.module.css has the same. */
const RING = 5

/** All phones, each in its place. Forty-eight fit a small screen; hundreds scroll, and only the rows in view exist. */
export function TileGrid() {
  const { height, ref, width } = useElementSize<HTMLDivElement>()
  return (
    <div ref={ref} className={classes.space}>
      {width > 0 && <Rows space={{ width: width - 2 * RING, height: height - 2 * RING }} />}
    </div>
  )
}

function Rows({ space }: { space: { width: number; height: number } }) {
  const devices = useListed()
  const marked = useUi((ui) => ui.marked)
  const filter = useUi((ui) => ui.filter)
  const scroller = useRef<HTMLDivElement>(null)
  const [tabStop, setTabStop] = useState(0)
  const first = layoutGrid(space, devices.length)
  const layout = first.scrolls ? layoutGrid({ ...space, width: space.width - SCROLLBAR }, devices.length) : first
  const rows = useVirtualizer({
    count: Math.ceil(devices.length / layout.columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => layout.tileHeight + GAP,
    overscan: ROWS_BEYOND,
    paddingEnd: layout.scrolls ? 0 : -GAP,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are measured anew whenever their height changes
  useEffect(() => rows.measure(), [layout.tileHeight])
  const markedIndex = marked === null ? -1 : devices.findIndex((device) => device.mac === marked)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new mark scrolls; a phone that changes must not pull the board about
  useEffect(() => {
    if (markedIndex >= 0) rows.scrollToIndex(Math.floor(markedIndex / layout.columns))
  }, [marked, markedIndex >= 0])
  const onKeyDown = (event: KeyboardEvent) => {
    const step = stepFor(event.key, layout)
    if (step === null) return
    event.preventDefault()
    const next = Math.min(devices.length - 1, Math.max(0, tabStop + step))
    setTabStop(next)
    rows.scrollToIndex(Math.floor(next / layout.columns))
    const mac = devices[next]?.mac
    if (mac !== undefined) requestAnimationFrame(() => document.getElementById(tileId(mac))?.focus())
  }
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      data-scrolls={layout.scrolls || undefined}
      role="toolbar"
      aria-label={words.all}
      onKeyDown={onKeyDown}
    >
      <div className={classes.rows} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => (
          <div
            key={row.key}
            className={classes.row}
            style={{
              transform: `translateY(${row.start}px)`,
              height: layout.tileHeight,
              gridTemplateColumns: `repeat(${layout.columns}, ${layout.tileWidth}px)`,
            }}
          >
            {devices.slice(row.index * layout.columns, (row.index + 1) * layout.columns).map((device, column) => {
              const index = row.index * layout.columns + column
              return (
                <Tile
                  key={device.mac}
                  device={device}
                  density={layout.density}
                  isMarked={device.mac === marked}
                  isDimmed={filter !== null && device.state !== filter}
                  isTabStop={index === Math.min(tabStop, devices.length - 1)}
                />
              )
            })}
          </div>
        ))}
      </div>
    </div>
  )
}

const SCROLLBAR = 14

function stepFor(key: string, { columns }: GridLayout): number | null {
  if (key === 'ArrowRight') return 1
  if (key === 'ArrowLeft') return -1
  if (key === 'ArrowDown') return columns
  return key === 'ArrowUp' ? -columns : null
}
