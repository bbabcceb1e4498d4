import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useBench } from '../../app/bench-context.ts'
import classes from '../../parts/page.module.css'
import { RefusedSaid, Said } from '../../parts/said.tsx'
import { packs as words } from '../../words/library.ts'
import { useAnswer } from '../compare/use-answer.ts'
import { ImportPack } from './import-pack.tsx'
import { PackDetails } from './pack-details.tsx'
import own from './packs.module.css'
import type { Listed } from './shapes.ts'

/** The families the bench knows: left the list, right one of them with its versions, and the way in for packs from outside. */
export function PacksPage({ id }: { id: string | null }) {
  const { client, ui } = useBench()
  const [asked, setAsked] = useState(0)
  const [search, setSearch] = useState('')
  const answer = useAnswer(`packs ${asked}`, () => client.packs.list({}))
  if (answer.state === 'refused') return <RefusedSaid refused={answer.refused} />
  if (answer.state !== 'ready') return <p className={classes.quiet}>{words.loading}</p>
  const { packs, problems } = answer.value
  const found = packs.filter((pack) => matches(pack, search))
  const chosen = packs.find((pack) => pack.id === id) ?? found[0]
  const again = () => setAsked(asked + 1)
  return (
    <main className={own.page} aria-label={words.title}>
      <aside className={own.side}>
        <h1 className={classes.title}>{words.title}</h1>
        <p className={classes.quiet}>
          {words.count(
            packs.length,
            packs.reduce((sum, pack) => sum + pack.models.length, 0),
          )}
        </p>
        <TextInput
          size="xs"
          aria-label={words.find}
          placeholder={words.find}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <ul className={own.list}>
          {found.map((pack) => (
            <li key={pack.id}>
              <button
                type="button"
                className={own.entry}
                aria-current={pack.id === chosen?.id ? 'true' : undefined}
                onClick={() => ui.getState().go({ page: 'packs', id: pack.id })}
              >
                <b>{pack.name}</b>
                <span>
                  {words.models(pack.models.length)} · {words.phones(pack.versions.reduce((sum, one) => sum + one.phones, 0))}
                </span>
              </button>
            </li>
          ))}
          {found.length === 0 && <li className={classes.quiet}>{words.none}</li>}
        </ul>
      </aside>
      <section className={own.main}>
        {problems.length > 0 && (
          <div className={classes.stack}>
            <h2 className={classes.part}>{words.problems(problems.length)}</h2>
            {problems.map((problem) => (
              <Said key={`${problem.pack} ${problem.message}`} meaning="bad" message={problem.pack} hint={problem.message} />
            ))}
          </div>
        )}
        <ImportPack onTaken={again} />
        {chosen !== undefined && <PackDetails key={chosen.id} pack={chosen} onChanged={again} />}
      </section>
    </main>
  )
}

function matches({ id, models, name }: Listed, search: string): boolean {
  const wanted = search.trim().toLowerCase()
  return wanted === '' || [id, name, ...models].some((text) => text.toLowerCase().includes(wanted))
}
