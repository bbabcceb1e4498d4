import { useState } from 'react'
import { useBench } from '../../app/bench-context.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import { FileLines, type ShownLine } from '../../parts/file-lines.tsx'
import classes from '../../parts/page.module.css'
import { RefusedSaid, Said } from '../../parts/said.tsx'
import { packs as words } from '../../words/library.ts'
import type { Listed, Version } from './shapes.ts'

type Asked =
  | { kind: 'activate'; kept: number }
  | { kind: 'move'; affected: number; unchecked: number; models: string; sample: readonly { file: string; lines: readonly ShownLine[] }[] }
type Outcome = { said: string } | { refused: Refused }

/** One version of a pack. Activating and moving are asked first: what would follow is said in place, then done on a second press. */
export function PackVersion({ onChanged, pack, version }: { pack: Listed; version: Version; onChanged: () => void }) {
  const { client } = useBench()
  const [asked, setAsked] = useState<Asked | null>(null)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const place = { pack: pack.id, version: version.version }
  const elsewhere = pack.versions.reduce((sum, one) => sum + (one.version === version.version ? 0 : one.phones), 0)
  const isOlder = version.version < pack.revision
  const run = async <T,>(call: Promise<T>, then: (value: T) => void): Promise<void> => {
    const answer = await attempt(call)
    if (answer.ok) then(answer.value)
    else setOutcome({ refused: answer.refused })
  }
  const done = (said: string) => {
    setAsked(null)
    setOutcome({ said })
    onChanged()
  }
  const askActivate = () => run(client.packs.activate({ ...place, dryRun: true }), ({ kept }) => setAsked({ kind: 'activate', kept }))
  const askMove = () =>
    run(client.packs.move({ ...place, all: true, dryRun: true }), ({ preview }) =>
      setAsked({
        kind: 'move',
        affected: preview?.affected ?? 0,
        unchecked: preview?.unchecked ?? 0,
        models: (preview?.byModel ?? []).map(({ count, model }) => `${model} ${count}`).join(' · '),
        sample: (preview?.sample ?? []).map(({ file, lines }) => ({ file, lines })),
      }),
    )
  const carryOut = () =>
    asked?.kind === 'activate'
      ? run(client.packs.activate(place), ({ kept }) => done(words.activated(kept)))
      : run(client.packs.move({ ...place, all: true }), ({ moved }) => done(words.moved(moved)))
  return (
    <article className={classes.card} data-active={version.active || undefined} aria-label={words.version(version.version)}>
      <div className={classes.row}>
        <b>{words.version(version.version)}</b>
        {version.active && (
          <span className={classes.sign} data-meaning="working">
            {words.active}
          </span>
        )}
        <span className={classes.quiet}>
          {words[version.origin]} · {words.phones(version.phones)}
        </span>
        <span className={classes.grow} />
        {!version.active && (
          <button type="button" className={classes.button} onClick={() => void askActivate()}>
            {isOlder ? words.back : words.activate}
          </button>
        )}
        {elsewhere > 0 && (
          <button type="button" className={classes.button} onClick={() => void askMove()}>
            {words.move(elsewhere)}
          </button>
        )}
        {!version.active && version.origin === 'imported' && (
          <button type="button" className={classes.button} onClick={() => void run(client.packs.remove(place), () => done(words.removed))}>
            {words.remove}
          </button>
        )}
      </div>
      {asked !== null && (
        <div className={classes.stack}>
          <b>{asked.kind === 'activate' ? words.activateAsk(asked.kept) : words.moveAsk(asked.affected)}</b>
          {asked.kind === 'move' && asked.unchecked > 0 && <span>{words.moveUnchecked(asked.unchecked)}</span>}
          {asked.kind === 'move' && asked.models !== '' && <span className={classes.quiet}>{asked.models}</span>}
          {asked.kind === 'move' &&
            asked.sample.slice(0, 1).map(({ file, lines }) => <FileLines key={file} name={file} lines={lines} isFolded />)}
          <div className={classes.row}>
            <button type="button" className={classes.primary} onClick={() => void carryOut()}>
              {asked.kind === 'activate' ? words.activateSure : words.moveSure}
            </button>
            <button type="button" className={classes.button} onClick={() => setAsked(null)}>
              {words.cancel}
            </button>
          </div>
        </div>
      )}
      {outcome !== null && ('said' in outcome ? <Said meaning="good" message={outcome.said} /> : <RefusedSaid refused={outcome.refused} />)}
    </article>
  )
}
