import { useBench, useBoard, useUi } from '../../app/bench-context.ts'
import { useMay } from '../../app/use-me.ts'
import { acts, header, empty as words } from '../../words/text.ts'
import classes from './empty-board.module.css'
import { InterfaceList } from './interface-list.tsx'

/** A board without phones says what to do, in order, and offers the step that is next. */
export function EmptyBoard() {
  const { ui } = useBench()
  const status = useBoard((board) => board.status)
  const isRunning = status?.running ?? false
  const mayServe = useMay('bench.start')
  const mayAdd = useMay('devices.add')
  const isChooserBeside = useUi((state) => state.panel?.kind === 'interfaces')
  return (
    <section className={classes.empty}>
      <h1 className={classes.title}>{words.title}</h1>
      <ol className={classes.steps}>
        {words.steps.map(({ text, title }, index) => (
          <li
            key={title}
            className={classes.step}
            data-done={(isRunning && index < 2) || undefined}
            data-next={(isRunning ? index === 2 : index === 0) || undefined}
          >
            <span className={classes.number}>{index + 1}</span>
            <div>
              <b className={classes.what}>{title}</b>
              <p className={classes.how}>{text}</p>
            </div>
          </li>
        ))}
      </ol>
      {isRunning ? (
        <div className={classes.acts}>
          <b>
            {words.running} {header.serving(status?.interface ?? status?.address ?? '', status?.interface == null ? null : status.address)}
          </b>
          {mayAdd && (
            <button type="button" className={classes.add} onClick={() => ui.getState().open({ kind: 'add' })}>
              {header.add}
            </button>
          )}
        </div>
      ) : (
        mayServe && !isChooserBeside && status !== null && !status.starting && <InterfaceList given={null} />
      )}
      {status?.starting === true && <b>{acts.start}…</b>}
    </section>
  )
}
