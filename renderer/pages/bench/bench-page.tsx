import { useBoard, useUi } from '../../app/bench-context.ts'
import { line as lineWords } from '../../words/text.ts'
import { AddPanel } from './add/add-panel.tsx'
import { AttentionStrip } from './attention-strip.tsx'
import classes from './bench-page.module.css'
import { useListed } from './devices.ts'
import { EmptyBoard } from './empty-board.tsx'
import { Header } from './header.tsx'
import { InterfacePanel } from './interface-panel.tsx'
import { PhonePanel } from './phone/phone-panel.tsx'
import { ProblemPanel } from './problem-panel.tsx'
import { Summary } from './summary.tsx'
import { TileGrid } from './tile-grid.tsx'

/** The board. Top to bottom: who serves whom, how far it is, what needs a hand, every phone. */
export function BenchPage({ isFirst }: { isFirst: boolean }) {
  const isCut = useBoard((board) => board.line.state === 'cut')
  const count = useListed().length
  return (
    <div className={classes.page}>
      <Header />
      {isFirst ? <p className={classes.first}>{lineWords.first}</p> : <Board isEmpty={count === 0} isCut={isCut} />}
    </div>
  )
}

function Board({ isCut, isEmpty }: { isCut: boolean; isEmpty: boolean }) {
  return (
    <div className={classes.stage}>
      <main className={classes.board} data-cut={isCut || undefined}>
        {!isEmpty && <Summary />}
        <AttentionStrip isQuietHidden={isEmpty} />
        {isEmpty ? <EmptyBoard /> : <TileGrid />}
      </main>
      <Side />
    </div>
  )
}

function Side() {
  const panel = useUi((ui) => ui.panel)
  if (panel === null) return null
  switch (panel.kind) {
    case 'phone':
      return <PhonePanel key={panel.mac} mac={panel.mac} side={panel.side} asksReason={panel.asksReason} />
    case 'add':
      return <AddPanel />
    case 'problems':
      return <ProblemPanel only={panel.key} />
    case 'interfaces':
      return <InterfacePanel refused={panel.refused} />
  }
}
