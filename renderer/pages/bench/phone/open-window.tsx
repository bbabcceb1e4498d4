import { Button, NumberInput, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useBench } from '../../../app/bench-context.ts'
import { attempt, type Refused } from '../../../client/refused.ts'
import { RefusedSaid, Said } from '../../../parts/said.tsx'
import { phone as words } from '../../../words/text.ts'
import classes from './phone.module.css'

/** Opens the phone's window, with a reason that stands in the audit log. */
export function WindowForm({ mac }: { mac: string }) {
  const { client } = useBench()
  const [minutes, setMinutes] = useState(60)
  const [reason, setReason] = useState('')
  const [outcome, setOutcome] = useState<Refused | 'opened' | null>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const answer = await attempt(client.devices.openWindow({ mac, minutes, reason: reason.trim() }))
    setOutcome(answer.ok ? 'opened' : answer.refused)
    if (answer.ok) setReason('')
  }
  return (
    <form className={classes.window} onSubmit={(event) => void submit(event)}>
      <TextInput
        className={classes.reason}
        label={words.reason}
        description={words.reasonHelp}
        placeholder={words.reasonSample}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={500}
      />
      <NumberInput
        className={classes.minutes}
        label={words.minutes}
        value={minutes}
        onChange={(value) => setMinutes(Number(value))}
        min={1}
        max={525_600}
        allowDecimal={false}
      />
      <Button type="submit" disabled={reason.trim() === '' || !(minutes >= 1)}>
        {words.open}
      </Button>
      {outcome !== null && (
        <div className={classes.outcome}>
          {outcome === 'opened' ? <Said meaning="good" message={words.opened} /> : <RefusedSaid refused={outcome} />}
        </div>
      )}
    </form>
  )
}
