import { Button, NumberInput, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useBench } from '../../../app/bench-context.ts'
import { attempt, type Refused } from '../../../client/refused.ts'
import { RefusedSaid, Said } from '../../../parts/said.tsx'
import { SecondPerson } from '../../../parts/second-person.tsx'
import { second as secondWords } from '../../../words/people.ts'
import { phone as words } from '../../../words/text.ts'
import classes from './phone.module.css'

/** Longer windows are confirmed by a second person; the bench decides, this only asks at once. */
const SHIFT_MINUTES = 8 * 60

/** Opens the phone's window, with a reason that stands in the audit log. */
export function WindowForm({ mac }: { mac: string }) {
  const { client } = useBench()
  const [minutes, setMinutes] = useState(60)
  const [reason, setReason] = useState('')
  const [outcome, setOutcome] = useState<Refused | 'opened' | null>(null)
  const [second, setSecond] = useState({ name: '', password: '' })
  const [needsSecond, setNeedsSecond] = useState(false)
  const isConfirming = needsSecond && minutes > SHIFT_MINUTES
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const confirm = isConfirming ? { confirm: { name: second.name.trim(), password: second.password } } : {}
    const answer = await attempt(client.devices.openWindow({ mac, minutes, reason: reason.trim(), ...confirm }))
    setOutcome(answer.ok ? 'opened' : answer.refused)
    // What was typed for the second person is that person's.
    setSecond({ ...second, password: '' })
    if (!answer.ok) return setNeedsSecond(isConfirming || answer.refused.code === 'WINDOW_SECOND_PERSON')
    setReason('')
    setNeedsSecond(false)
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
      {isConfirming && <SecondPerson second={second} onChange={setSecond} />}
      <Button
        type="submit"
        disabled={reason.trim() === '' || !(minutes >= 1) || (isConfirming && (second.name.trim() === '' || second.password === ''))}
      >
        {isConfirming ? secondWords.button : words.open}
      </Button>
      {outcome !== null && !(isConfirming && outcome !== 'opened' && outcome.code === 'WINDOW_SECOND_PERSON') && (
        <div className={classes.outcome}>
          {outcome === 'opened' ? <Said meaning="good" message={words.opened} /> : <RefusedSaid refused={outcome} />}
        </div>
      )}
    </form>
  )
}
