import { TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useBench } from '../../../app/bench-context.ts'
import { attempt, type Refused } from '../../../client/refused.ts'
import { RefusedSaid, Said } from '../../../parts/said.tsx'
import { phone as words } from '../../../words/text.ts'
import classes from './phone.module.css'

/** Kills the phone's tokens at once: says what follows, wants a reason, and asks a second time. */
export function Revoke({ isProven, mac }: { isProven: boolean; mac: string }) {
  const { client } = useBench()
  const [reason, setReason] = useState('')
  const [isAsking, setAsking] = useState(false)
  const [outcome, setOutcome] = useState<Refused | 'revoked' | null>(null)
  const follows = useState(isProven ? words.revokeFollows.proven : words.revokeFollows.pending)[0] // as it was when the form opened
  const ask = (event: FormEvent) => {
    event.preventDefault()
    setAsking(true)
  }
  const revoke = async () => {
    const answer = await attempt(client.devices.revoke({ mac, reason: reason.trim() }))
    setAsking(false)
    setOutcome(answer.ok ? 'revoked' : answer.refused)
  }
  if (outcome === 'revoked') return <Said meaning="good" message={words.revoked} hint={words.revokedNext} />
  return (
    <form className={classes.grave} onSubmit={ask}>
      <p className={classes.follows}>{follows}</p>
      <TextInput
        label={words.reason}
        description={words.reasonHelp}
        placeholder={words.revokeSample}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={500}
        disabled={isAsking}
      />
      {isAsking ? (
        <div className={classes.row}>
          <button type="button" className={classes.graveAct} onClick={() => void revoke()}>
            {words.revokeSure}
          </button>
          <button type="button" className={classes.act} onClick={() => setAsking(false)}>
            {words.keep}
          </button>
        </div>
      ) : (
        <button type="submit" className={classes.act} disabled={reason.trim() === ''}>
          {words.revoke}
        </button>
      )}
      {outcome !== null && <RefusedSaid refused={outcome} />}
    </form>
  )
}
