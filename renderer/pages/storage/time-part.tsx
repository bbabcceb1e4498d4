import { useState } from 'react'
import { useBench, useBoard } from '../../app/bench-context.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import page from '../../parts/page.module.css'
import { RefusedSaid, Said } from '../../parts/said.tsx'
import { storageWords } from '../../words/storage.ts'

const words = storageWords.time

/** Only while the machine's clock stands elsewhere than the time of the bench: a person looks at it and takes it. */
export function TimePart() {
  const { client } = useBench()
  const problem = useBoard((board) => board.status?.problems.find((one) => one.code === 'CLOCK_SET') ?? null)
  const [isTaken, setTaken] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  if (problem === null) return isTaken ? <Said meaning="good" message={words.taken} hint={null} /> : null
  const take = () =>
    void attempt(client.bench.takeTime({})).then((answer) => {
      setTaken(answer.ok)
      setRefused(answer.ok ? null : answer.refused)
    })
  return (
    <section aria-label={problem.message}>
      <Said meaning="bad" message={problem.message} hint={problem.hint} />
      <button type="button" className={page.primary} onClick={take}>
        {words.take}
      </button>
      {refused !== null && <RefusedSaid refused={refused} />}
    </section>
  )
}
