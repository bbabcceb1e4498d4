import { useEffect, useState } from 'react'
import type { DeviceView } from '../../../../preload/contract/view.ts'
import { useBench } from '../../../app/bench-context.ts'
import { attempt, type Refused } from '../../../client/refused.ts'
import { RefusedSaid } from '../../../parts/said.tsx'
import { phone as words } from '../../../words/text.ts'
import classes from './phone.module.css'

/** The files the phone would get now, rendered by the bench, secrets masked. */
export function Files({ device: { mac, updatedAt } }: { device: DeviceView }) {
  const { client } = useBench()
  const [answer, setAnswer] = useState<{ files: { name: string; text: string }[] } | { refused: Refused } | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `updatedAt` is the sign to ask again
  useEffect(() => {
    let isGone = false
    void attempt(client.devices.render({ mac })).then((got) => {
      if (!isGone) setAnswer(got.ok ? got.value : { refused: got.refused })
    })
    return () => {
      isGone = true
    }
  }, [client, mac, updatedAt])
  if (answer === null) return <p className={classes.quiet}>{words.loading}</p>
  if ('refused' in answer) return <RefusedSaid refused={answer.refused} />
  if (answer.files.length === 0) return <p className={classes.quiet}>{words.noFiles}</p>
  return (
    <div className={classes.stack}>
      <p className={classes.quiet}>{words.masked}</p>
      {answer.files.map(({ name, text }) => (
        <figure key={name} className={classes.file}>
          <figcaption>{name}</figcaption>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long files are scrolled with the keyboard */}
          <pre tabIndex={0}>{text}</pre>
        </figure>
      ))}
    </div>
  )
}
