import { Autocomplete } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { DeviceView } from '../../../../preload/contract/view.ts'
import { useBench } from '../../../app/bench-context.ts'
import { attempt, type Refused } from '../../../client/refused.ts'
import { isSaidAtField, saidAt } from '../../../parts/field-said.tsx'
import { RefusedSaid } from '../../../parts/said.tsx'
import { acts, phone as words } from '../../../words/text.ts'
import { lineNumber, usePickLists } from '../pick-lists.ts'
import classes from './phone.module.css'

/** Whether the way on is to claim the phone: nobody ordered it, or it belongs to no line and so to no profile. */
export function mayClaim({ listed, reason, state }: DeviceView): boolean {
  return !listed || (state === 'held' && reason?.code === 'DEVICE_NO_PRODUCTION_URL')
}

/** Takes a stranger, with the line it is for; a listed phone that belongs nowhere gets its line the same way. */
export function Claim({ device }: { device: DeviceView }) {
  const { client } = useBench()
  const { lines } = usePickLists()
  const [line, setLine] = useState('')
  const [refused, setRefused] = useState<Refused | null>(null)
  const number = lineNumber(line)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const answer = await attempt(client.devices.claim({ mac: device.mac, ...(number === '' ? {} : { line: number }) }))
    setRefused(answer.ok ? null : answer.refused)
  }
  return (
    <form className={classes.window} onSubmit={(event) => void submit(event)}>
      <Autocomplete
        className={classes.reason}
        size="md"
        label={words.forLine}
        data={lines}
        limit={20}
        value={line}
        onChange={(text) => {
          setRefused(null)
          setLine(text)
        }}
        error={saidAt('line', refused)}
      />
      <button type="submit" className={classes.primary} disabled={device.listed && number === ''}>
        {device.listed ? words.giveLine : acts.claim}
      </button>
      {refused !== null && !isSaidAtField(refused, ['line']) && (
        <div className={classes.outcome}>
          <RefusedSaid refused={refused} />
        </div>
      )}
    </form>
  )
}
