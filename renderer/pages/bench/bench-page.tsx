import { useBoard } from '../../app/bench-context.ts'
import { AttentionStrip } from './attention-strip.tsx'
import classes from './bench-page.module.css'
import { useListed } from './devices.ts'
import { EmptyBoard } from './empty-board.tsx'
import { Summary } from './summary.tsx'
import { TileGrid } from './tile-grid.tsx'

/** The board. Top to bottom: how far it is, what needs a hand, every phone. */
export function BenchPage() {
  const isCut = useBoard((board) => board.line.state === 'cut')
  const isEmpty = useListed().length === 0
  return (
    <main className={classes.board} data-cut={isCut || undefined}>
      {!isEmpty && <Summary />}
      <AttentionStrip isQuietHidden={isEmpty} />
      {isEmpty ? <EmptyBoard /> : <TileGrid />}
    </main>
  )
}
