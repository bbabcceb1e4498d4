import { Checkbox, MultiSelect, Select, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useBench } from '../../app/bench-context.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import { isSaidAtField, saidAt } from '../../parts/field-said.tsx'
import classes from '../../parts/page.module.css'
import { RefusedSaid, Said } from '../../parts/said.tsx'
import { firmware as words } from '../../words/library.ts'
import type { CatalogueNames } from '../settings/use-catalogue.ts'
import { FirmwareWays, type Way } from './firmware-ways.tsx'
import { Steps } from './steps.tsx'
import { atField, type Editing, NO_TEXT, type Profile, targetOf, type TargetText, textOf, withTarget } from './targets.ts'

type Props = {
  catalogue: CatalogueNames
  profiles: readonly Profile[]
  /** The target that is changed; null = a new one. */
  editing: Editing | null
  onSaved: () => void
  onLeave: () => void
}
type Outcome = { would: number; ways: readonly Way[] } | { refused: Refused } | 'saved' | null

const FIELDS = ['profile', 'pack', 'models', 'version', 'hardware', 'knownBad']

/** A target for the phones of a profile, new or changed: first what it would do, then done on a second press. */
export function SetTarget({ catalogue, editing, onLeave, onSaved, profiles }: Props) {
  const { client } = useBench()
  const [profileId, setProfile] = useState<string | null>(editing?.profile ?? null)
  const [text, setText] = useState<TargetText>(editing === null ? NO_TEXT : textOf(editing.target))
  const [outcome, setOutcome] = useState<Outcome>(null)
  const profile = profiles.find(({ id }) => id === profileId)
  const isReady = profile !== undefined && text.pack !== null && text.version.trim() !== ''
  const change = (part: Partial<TargetText>) => {
    setOutcome(null)
    setText({ ...text, ...part })
  }
  const save = async (dryRun: boolean): Promise<void> => {
    if (profile === undefined) return
    const firmware = withTarget(profile.firmware, targetOf(text), editing?.index ?? null)
    const answer = await attempt(client.profiles.save({ id: profile.id, firmware, dryRun }))
    if (!answer.ok) return setOutcome({ refused: atField(answer.refused) })
    setOutcome(dryRun ? { would: answer.value.preview?.affected ?? 0, ways: answer.value.preview?.firmware ?? [] } : 'saved')
    if (!dryRun) onSaved()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void save(outcome === null || typeof outcome === 'string' || !('would' in outcome))
  }
  const isAsked = outcome !== null && typeof outcome === 'object' && 'would' in outcome
  const refused = outcome !== null && typeof outcome === 'object' && 'refused' in outcome ? outcome.refused : null
  const title = editing === null ? words.set : words.change
  const fields = [...FIELDS, ...text.steps.map((_, i) => `steps.${i}`)]
  return (
    <form className={classes.stack} onSubmit={submit} aria-label={title}>
      <h3 className={classes.part}>{title}</h3>
      <p className={classes.quiet}>{words.setLead}</p>
      <div className={classes.form}>
        <Select
          label={words.profile}
          data={profiles.map(({ id, name }) => ({ value: id, label: name }))}
          value={profileId}
          disabled={editing !== null}
          onChange={(next) => {
            setOutcome(null)
            setProfile(next)
          }}
          error={saidAt('profile', refused)}
          searchable
        />
        <Select
          label={words.pack}
          data={[...catalogue.packNames].map(([id, name]) => ({ value: id, label: name }))}
          value={text.pack}
          onChange={(pack) => change({ pack, models: [] })}
          error={saidAt('pack', refused)}
          searchable
        />
        <MultiSelect
          label={words.columns.models}
          placeholder={text.models.length === 0 ? words.allModels : ''}
          data={catalogue.models.filter((model) => model.pack === text.pack).map(({ name }) => name)}
          value={[...text.models]}
          onChange={(models) => change({ models })}
          error={saidAt('models', refused)}
          searchable
          clearable
        />
        <TextInput
          label={words.target}
          value={text.version}
          onChange={(event) => change({ version: event.currentTarget.value })}
          error={saidAt('version', refused)}
        />
        <TextInput
          label={words.hardware}
          description={words.hardwareHelp}
          value={text.hardware}
          onChange={(event) => change({ hardware: event.currentTarget.value })}
          error={saidAt('hardware', refused)}
        />
        <TextInput
          label={words.knownBad}
          value={text.knownBad}
          onChange={(event) => change({ knownBad: event.currentTarget.value })}
          error={saidAt('knownBad', refused)}
        />
        <Select
          label={words.downgrade}
          data={[
            { value: 'allowed', label: words.downgradeAllowed },
            { value: 'forbidden', label: words.downgradeForbidden },
          ]}
          placeholder={words.downgradePack}
          value={text.downgrade}
          onChange={(next) => change({ downgrade: next === 'allowed' || next === 'forbidden' ? next : null })}
          clearable
        />
        <Checkbox label={words.orNewer} checked={text.orNewer} onChange={(event) => change({ orNewer: event.currentTarget.checked })} />
      </div>
      <Steps steps={text.steps} refused={refused} onChange={(steps) => change({ steps })} />
      <div className={classes.row}>
        <button type="submit" className={isAsked ? classes.primary : classes.button} disabled={!isReady}>
          {isAsked ? (editing === null ? words.sure : words.sureChange) : words.save}
        </button>
        {editing !== null && (
          <button type="button" className={classes.button} onClick={onLeave}>
            {words.cancel}
          </button>
        )}
      </div>
      {isAsked && <Said meaning="working" message={words.wouldChange(outcome.would)} />}
      {isAsked && <FirmwareWays ways={outcome.ways} />}
      {outcome === 'saved' && <Said meaning="good" message={words.saved} />}
      {refused !== null && !isSaidAtField(refused, fields) && <RefusedSaid refused={refused} />}
    </form>
  )
}
