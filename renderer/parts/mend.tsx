import { CopyButton } from '@mantine/core'
import { acts } from '../words/text.ts'
import classes from './mend.module.css'

/** A command exactly as it has to be run, with a button that copies it. */
export function Mend({ command }: { command: string }) {
  return (
    <span className={classes.mend}>
      <code className={classes.command}>{command}</code>
      <CopyButton value={command} timeout={3000}>
        {({ copied, copy }) => (
          <button type="button" className={classes.copy} onClick={copy}>
            {copied ? acts.copied : acts.copy}
          </button>
        )}
      </CopyButton>
    </span>
  )
}
