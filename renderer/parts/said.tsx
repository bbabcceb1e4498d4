import type { Refused } from '../client/refused.ts'
import { splitCommand } from './command.ts'
import { Mend } from './mend.tsx'
import classes from './said.module.css'
import type { Meaning } from './sight.ts'

/** Something said in place: what happened in bold, what to do below, and the command where one mends it. */
export function Said({ hint, meaning, message }: { meaning: Meaning; message: string; hint?: string | null }) {
  const { command, text } = splitCommand(hint ?? '')
  return (
    <div className={classes.said} data-meaning={meaning} role={meaning === 'bad' ? 'alert' : 'status'}>
      <strong className={classes.message}>{message}</strong>
      {text !== '' && <span>{text}</span>}
      {command !== null && <Mend command={command} />}
    </div>
  )
}

export function RefusedSaid({ refused }: { refused: Refused }) {
  return <Said meaning="bad" message={refused.message} hint={refused.hint} />
}
