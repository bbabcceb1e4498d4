import { useState } from 'react'
import { useBoard } from '../../app/bench-context.ts'
import { header } from '../../words/text.ts'
import { useListed } from './devices.ts'
import classes from './header.module.css'
import { useServing } from './use-serving.ts'

/** Start and stop. Stopping while phones are at work takes a second press, said in place. */
export function ServeButton() {
  const { isBusy, start, stop } = useServing()
  const isRunning = useBoard((board) => board.status?.running ?? false)
  const isStarting = useBoard((board) => board.status?.starting ?? false)
  const isAtWork = useListed().some(({ state }) => state !== 'expected' && state !== 'ready' && state !== 'synced')
  const [isAsking, setAsking] = useState(false)
  if (!isRunning) {
    return (
      <button type="button" className={classes.start} disabled={isBusy || isStarting} onClick={() => void start(null)}>
        {isBusy || isStarting ? header.starting : header.start}
      </button>
    )
  }
  const stopNow = () => {
    setAsking(false)
    void stop()
  }
  return (
    <div className={classes.serve}>
      <button
        type="button"
        className={classes.stop}
        disabled={isBusy}
        aria-expanded={isAsking}
        onClick={() => (isAtWork ? setAsking(!isAsking) : stopNow())}
      >
        {header.stop}
      </button>
      {isAsking && (
        <div className={classes.sure}>
          <button type="button" className={classes.stop} onClick={stopNow}>
            {header.stopSure}
          </button>
          <button type="button" className={classes.button} onClick={() => setAsking(false)}>
            {header.keepOn}
          </button>
        </div>
      )}
    </div>
  )
}
