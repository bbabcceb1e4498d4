import { MultiSelect, Select, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useBench } from '../../app/bench-context.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import classes from '../../parts/page.module.css'
import { RefusedSaid, Said } from '../../parts/said.tsx'
import { firmware as words } from '../../words/library.ts'
import type { CatalogueNames } from '../settings/use-catalogue.ts'
import { FirmwareWays, type Way } from './firmware-ways.tsx'
import { type Profile, type Target, withTarget } from './targets.ts'

type Props = { catalogue: CatalogueNames; profiles: readonly Profile[]; onSaved: () => void }
type Outcome = { would: number; ways: readonly Way[] } | { refused: Refused } | 'saved' | null

/** A target for the phones of a profile: first what it would do, then done on a second press. */
export function SetTarget({ catalogue, onSaved, profiles }: Props) {
  const { client } = useBench()
  const [profileId, setProfile] = useState<string | null>(null)
  const [pack, setPack] = useState<string | null>(null)
  const [models, setModels] = useState<string[]>([])
  const [version, setVersion] = useState('')
  const [knownBad, setKnownBad] = useState('')
  const [outcome, setOutcome] = useState<Outcome>(null)
  const profile = profiles.find(({ id }) => id === profileId)
  const bad = knownBad
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
  const isReady = profile !== undefined && pack !== null && version.trim() !== ''
  const change = <T,>(set: (value: T) => void) => {
    return (value: T) => {
      setOutcome(null)
      set(value)
    }
  }
  const save = async (dryRun: boolean): Promise<void> => {
    if (profile === undefined || pack === null) return
    const target: Target = { pack, models, version: version.trim(), ...(bad.length === 0 ? {} : { knownBad: bad }) }
    const answer = await attempt(client.profiles.save({ id: profile.id, firmware: withTarget(profile.firmware, target), dryRun }))
    if (!answer.ok) return setOutcome({ refused: answer.refused })
    setOutcome(dryRun ? { would: answer.value.preview?.affected ?? 0, ways: answer.value.preview?.firmware ?? [] } : 'saved')
    if (!dryRun) onSaved()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void save(outcome === null || typeof outcome === 'string' || !('would' in outcome))
  }
  const isAsked = outcome !== null && typeof outcome === 'object' && 'would' in outcome
  return (
    <form className={classes.stack} onSubmit={submit} aria-label={words.set}>
      <h3 className={classes.part}>{words.set}</h3>
      <p className={classes.quiet}>{words.setLead}</p>
      <div className={classes.form}>
        <Select
          label={words.profile}
          data={profiles.map(({ id, name }) => ({ value: id, label: name }))}
          value={profileId}
          onChange={change(setProfile)}
          searchable
        />
        <Select
          label={words.pack}
          data={[...catalogue.packNames].map(([id, name]) => ({ value: id, label: name }))}
          value={pack}
          onChange={change((next: string | null) => {
            setPack(next)
            setModels([])
          })}
          searchable
        />
        <MultiSelect
          label={words.columns.models}
          placeholder={models.length === 0 ? words.allModels : ''}
          data={catalogue.models.filter((model) => model.pack === pack).map(({ name }) => name)}
          value={models}
          onChange={change(setModels)}
          searchable
          clearable
        />
        <TextInput label={words.target} value={version} onChange={(event) => change(setVersion)(event.currentTarget.value)} />
        <TextInput label={words.knownBad} value={knownBad} onChange={(event) => change(setKnownBad)(event.currentTarget.value)} />
        <button type="submit" className={isAsked ? classes.primary : classes.button} disabled={!isReady}>
          {isAsked ? words.sure : words.save}
        </button>
      </div>
      {isAsked && <Said meaning="working" message={words.wouldChange(outcome.would)} />}
      {isAsked && <FirmwareWays ways={outcome.ways} />}
      {outcome === 'saved' && <Said meaning="good" message={words.saved} />}
      {outcome !== null && typeof outcome === 'object' && 'refused' in outcome && <RefusedSaid refused={outcome.refused} />}
    </form>
  )
}
