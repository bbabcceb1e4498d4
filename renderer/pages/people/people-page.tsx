import { useCallback, useEffect, useState } from 'react'
import type { AccountShape } from '../../../preload/contract/people.ts'
import { useBench, useBoard } from '../../app/bench-context.ts'
import { useMay, useMe } from '../../app/use-me.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import page from '../../parts/page.module.css'
import { RefusedSaid, Said } from '../../parts/said.tsx'
import { people as words } from '../../words/people.ts'
import { usePickLists } from '../bench/pick-lists.ts'
import { PersonForm } from './person-form.tsx'
import { PersonRow } from './person-row.tsx'

/** Who signs in here: accounts, their roles and what is theirs. */
export function PeoplePage() {
  const me = useMe()
  const mayChange = useMay('people.add')
  const { ask, list, refused } = usePeople()
  const [isAdding, setAdding] = useState(false)
  const [made, setMade] = useState<{ name: string; password: string | null } | null>(null)
  const done = (outcome: { name: string; password: string | null } | null) => {
    setMade(outcome)
    setAdding(false)
    ask()
  }
  const isEmpty = list !== null && list.length === 0
  return (
    <main className={page.page} aria-label={words.title}>
      <h1 className={page.title}>{words.title}</h1>
      <p className={page.lead}>{words.lead}</p>
      <div className={page.stack}>
        {refused !== null && <RefusedSaid refused={refused} />}
        {isEmpty && <Said meaning="hand" message={me?.by === 'os' ? words.noneOs : words.none} />}
        {made !== null && (
          <div className={page.stack} aria-live="polite">
            {made.password === null ? (
              <Said meaning="good" message={words.added(made.name)} />
            ) : (
              <>
                <Said meaning="good" message={words.made(made.name)} hint={words.madeNext} />
                <code className={page.card}>{made.password}</code>
              </>
            )}
          </div>
        )}
        {mayChange && !isAdding && (
          <div className={page.row}>
            <button type="button" className={page.primary} onClick={() => setAdding(true)}>
              {words.add}
            </button>
          </div>
        )}
        {isAdding && <PersonForm account={null} onDone={done} onClose={() => setAdding(false)} />}
        {list === null
          ? refused === null && <p className={page.quiet}>{words.reading}</p>
          : !isEmpty && <People list={list} onDone={done} />}
      </div>
    </main>
  )
}

function People({
  list,
  onDone,
}: {
  list: readonly AccountShape[]
  onDone: (outcome: { name: string; password: string | null } | null) => void
}) {
  const { groups } = usePickLists()
  const groupNames = new Map(groups.map(({ label, value }) => [value, label]))
  const mayChange = useMay('people.update')
  return (
    <table className={page.table}>
      <thead>
        <tr>
          <th scope="col">{words.columns.who}</th>
          <th scope="col">{words.columns.role}</th>
          <th scope="col">{words.columns.place}</th>
          <th scope="col">{words.columns.last}</th>
          {mayChange && <th scope="col">{words.columns.acts}</th>}
        </tr>
      </thead>
      <tbody>
        {list.map((account) => (
          <PersonRow key={account.name} account={account} groupNames={groupNames} mayChange={mayChange} onDone={onDone} />
        ))}
      </tbody>
    </table>
  )
}

/** Asked again when the stream says that people changed, and after each act of one's own. */
function usePeople() {
  const { client } = useBench()
  const revision = useBoard((board) => board.revisions.people)
  const [list, setList] = useState<readonly AccountShape[] | null>(null)
  const [refused, setRefused] = useState<Refused | null>(null)
  const ask = useCallback(() => {
    void attempt(client.people.list({})).then((answer) => {
      if (answer.ok) setList(answer.value.people)
      setRefused(answer.ok ? null : answer.refused)
    })
  }, [client])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision says when to ask again
  useEffect(() => ask(), [ask, revision])
  return { ask, list, refused }
}
