import { TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { InterfaceView } from '../../../preload/contract/view.ts'
import { useBench } from '../../app/bench-context.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import { splitCommand } from '../../parts/command.ts'
import { Mend } from '../../parts/mend.tsx'
import { RefusedSaid } from '../../parts/said.tsx'
import { acts, chooser as words } from '../../words/text.ts'
import classes from './interface-list.module.css'
import { type Choice, useServing } from './use-serving.ts'

/** Every network interface of the machine with what speaks against it and the exact mend. The fit one has one button. */
export function InterfaceList({ given }: { given: Refused | null }) {
  const { client } = useBench()
  const serving = useServing()
  const [interfaces, setInterfaces] = useState<readonly InterfaceView[] | null>(null)
  const [refused, setRefused] = useState<Refused | null>(given)
  const look = async () => {
    const answer = await attempt(client.bench.interfaces({}))
    if (answer.ok) setInterfaces(answer.value.interfaces)
    else setRefused(answer.refused)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once when shown; "Look again" asks anew
  useEffect(() => void look(), [])
  useEffect(() => setRefused(given), [given])
  const sorted = [...(interfaces ?? [])].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
  return (
    <div className={classes.list}>
      {refused !== null && <RefusedSaid refused={refused} />}
      {interfaces?.length === 0 && <p>{words.none}</p>}
      {sorted.map((one) => (
        <InterfaceCard key={one.name} one={one} isBusy={serving.isBusy} onStart={(choice) => void serving.start(choice)} />
      ))}
      <button type="button" className={classes.again} onClick={() => void look()}>
        {words.again}
      </button>
    </div>
  )
}

function rank({ defaultRoute, problem }: InterfaceView): number {
  return problem === null ? 0 : defaultRoute ? 2 : 1
}

type CardProps = { one: InterfaceView; isBusy: boolean; onStart: (choice: Choice) => void }

function InterfaceCard({ isBusy, one, onStart }: CardProps) {
  const { address, name, prefixLength, problem } = one
  return (
    <article className={classes.card} data-meaning={problem === null ? 'good' : 'idle'} data-fit={problem === null || undefined}>
      <div className={classes.head}>
        <b className={classes.name}>{name}</b>
        <span className="figures">{address === null ? words.noAddress : `${address}/${prefixLength ?? ''}`}</span>
        {problem === null && (
          <button type="button" className={classes.start} disabled={isBusy} onClick={() => onStart({ interface: name })}>
            {isBusy ? words.starting : acts.start}
          </button>
        )}
      </div>
      {problem === null ? (
        <span className={classes.good}>{words.good}</span>
      ) : (
        <Problem one={one} problem={problem} isBusy={isBusy} onStart={onStart} />
      )}
    </article>
  )
}

function Problem({ isBusy, one, onStart, problem }: CardProps & { problem: NonNullable<InterfaceView['problem']> }) {
  const { command, text } = splitCommand(problem.hint)
  if (problem.code === 'BENCH_DEFAULT_ROUTE') return <Office name={one.name} message={problem.message} isBusy={isBusy} onStart={onStart} />
  return (
    <div className={classes.problem}>
      <span>
        {problem.message}. {text}
      </span>
      {command !== null && <Mend command={command} />}
    </div>
  )
}

/** The interface of the default route is only served by a person who typed its name. */
function Office({ isBusy, message, name, onStart }: { name: string; message: string; isBusy: boolean; onStart: (choice: Choice) => void }) {
  const [typed, setTyped] = useState('')
  return (
    <div className={classes.problem}>
      <span>{message}.</span>
      <form
        className={classes.allow}
        onSubmit={(event) => {
          event.preventDefault()
          if (typed.trim() === name) onStart({ interface: name, allowDefaultRoute: name })
        }}
      >
        <TextInput
          className={classes.typed}
          label={words.allow(name)}
          description={words.allowWarn}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
        />
        <button type="submit" className={classes.danger} disabled={isBusy || typed.trim() !== name}>
          {acts.start}
        </button>
      </form>
    </div>
  )
}
