import { Select } from '@mantine/core'
import { useState } from 'react'
import { useBench } from '../../app/bench-context.ts'
import { RefusedSaid, Said } from '../../parts/said.tsx'
import { compare as words } from '../../words/library.ts'
import type { CatalogueNames } from '../settings/use-catalogue.ts'
import classes from './compare.module.css'
import { Rows } from './rows.tsx'
import { useAnswer } from './use-answer.ts'

export function CompareProfiles({ catalogue: { packNames, profiles } }: { catalogue: CatalogueNames }) {
  const { client } = useBench()
  const [chosen, setChosen] = useState<{ a: string | null; b: string | null }>({ a: null, b: null })
  const a = chosen.a ?? profiles[0]?.id ?? null
  const b = chosen.b ?? profiles[1]?.id ?? null
  const answer = useAnswer(a === null || b === null ? null : `${a} ${b}`, () => client.settings.compareProfiles({ a: a ?? '', b: b ?? '' }))
  const data = profiles.map(({ id, name }) => ({ value: id, label: name }))
  const name = (id: string | null) => profiles.find((one) => one.id === id)?.name ?? ''
  const packsText = (list: readonly string[]) => (list.length === 0 ? words.allPacks : list.map((id) => packNames.get(id) ?? id).join(', '))
  return (
    <>
      <div className={classes.choice}>
        <Select label={words.a} data={data} value={a} onChange={(next) => setChosen({ a: next, b })} allowDeselect={false} searchable />
        <Select label={words.b} data={data} value={b} onChange={(next) => setChosen({ a, b: next })} allowDeselect={false} searchable />
      </div>
      {answer.state === 'none' && <p className={classes.quiet}>{words.choose.profiles}</p>}
      {answer.state === 'refused' && <RefusedSaid refused={answer.refused} />}
      {answer.state === 'ready' && (
        <>
          <Rows rows={answer.value.rows} a={name(a)} b={name(b)} isFromShown={false} />
          {answer.value.packs !== null && (
            <Pair title={words.packs} a={packsText(answer.value.packs.a)} b={packsText(answer.value.packs.b)} />
          )}
          {answer.value.firmware.map((one) => (
            <Pair
              key={`${one.pack} ${one.models.join()}`}
              title={`${words.firmwareTargets}: ${packNames.get(one.pack) ?? one.pack}, ${one.models.length === 0 ? words.allModels : one.models.join(', ')}`}
              a={one.a ?? words.noTarget}
              b={one.b ?? words.noTarget}
            />
          ))}
          {answer.value.rows.length + answer.value.firmware.length === 0 && answer.value.packs === null && (
            <Said meaning="good" message={words.same} hint={words.sameNote} />
          )}
        </>
      )}
    </>
  )
}

function Pair({ a, b, title }: { title: string; a: string; b: string }) {
  return (
    <div className={classes.pair}>
      <b>{title}</b>
      <span>{a}</span>
      <span>{b}</span>
    </div>
  )
}
