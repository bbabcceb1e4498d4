import { useState } from 'react'
import { useBench } from '../../../app/bench-context.ts'
import { attempt, type Refused } from '../../../client/refused.ts'
import { RefusedSaid, Said } from '../../../parts/said.tsx'
import { phone as words } from '../../../words/text.ts'
import classes from './phone.module.css'

/** A new token at the phone's next fetch: says what follows; nothing is lost by it, so it asks once. */
export function Rotate({ mac }: { mac: string }) {
  const { client } = useBench()
  const [outcome, setOutcome] = useState<Refused | 'asked' | null>(null)
  const rotate = async () => {
    const answer = await attempt(client.devices.rotate({ mac }))
    setOutcome(answer.ok ? 'asked' : answer.refused)
  }
  if (outcome === 'asked') return <Said meaning="good" message={words.rotateAsked} hint={words.rotateNext} />
  return (
    <div className={classes.grave}>
      <p className={classes.follows}>{words.rotateFollows}</p>
      <button type="button" className={classes.act} onClick={() => void rotate()}>
        {words.rotate}
      </button>
      {outcome !== null && <RefusedSaid refused={outcome} />}
    </div>
  )
}
