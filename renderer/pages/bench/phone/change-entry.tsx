import { Autocomplete, Button, Select } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { DeviceView } from '../../../../preload/contract/view.ts'
import { useBench } from '../../../app/bench-context.ts'
import { attempt, type Refused } from '../../../client/refused.ts'
import { isSaidAtField, saidAt } from '../../../parts/field-said.tsx'
import { RefusedSaid, Said } from '../../../parts/said.tsx'
import { add as addWords, phone as words } from '../../../words/text.ts'
import { lineNumber, usePickLists } from '../pick-lists.ts'
import classes from './phone.module.css'

const FIELDS = ['model', 'line', 'group', 'profile']

type Entry = { model: string | null; line: string; group: string | null; profile: string | null }

/** The phone's entry: what a person ordered, and for whom. Only what was changed is sent. */
export function ChangeEntry({ device }: { device: DeviceView }) {
  const { client } = useBench()
  const lists = usePickLists()
  const before: Entry = { model: device.expectedModel, line: device.line ?? '', group: device.group, profile: ownProfile(device, lists) }
  const [changed, setChanged] = useState<Partial<Entry>>({})
  const [outcome, setOutcome] = useState<Refused | 'changed' | null>(null)
  const refused = outcome === 'changed' ? null : outcome
  const now = { ...before, ...changed }
  const wanted = differing(before, now)
  const change = (part: Partial<Entry>) => {
    setOutcome(null)
    setChanged({ ...changed, ...part })
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const answer = await attempt(client.devices.update({ mac: device.mac, ...wanted }))
    setOutcome(answer.ok ? 'changed' : answer.refused)
    if (answer.ok) setChanged({})
  }
  return (
    <form className={classes.entry} onSubmit={(event) => void submit(event)}>
      <Select
        label={words.facts.model}
        placeholder={addWords.modelAny}
        data={lists.models}
        value={now.model}
        disabled={isModelSettled(device)}
        description={isModelSettled(device) ? words.modelSettled : undefined}
        onChange={(model) => change({ model })}
        error={saidAt('model', refused)}
        clearable
        searchable
      />
      <Autocomplete
        label={words.facts.line}
        description={addWords.lineHelp}
        data={lists.lines}
        limit={20}
        value={now.line}
        onChange={(line) => change({ line })}
        error={saidAt('line', refused)}
      />
      <Select
        label={words.facts.group}
        placeholder={words.groupOfLine}
        data={lists.groups}
        value={now.group}
        onChange={(group) => change({ group })}
        error={saidAt('group', refused)}
        clearable
        searchable
      />
      <Select
        label={words.facts.profile}
        placeholder={words.profileOfGroup}
        data={lists.profiles}
        value={now.profile}
        onChange={(profile) => change({ profile })}
        error={saidAt('profile', refused)}
        clearable
        searchable
      />
      <Button type="submit" className={classes.save} disabled={Object.keys(wanted).length === 0}>
        {words.saveEntry}
      </Button>
      {(outcome === 'changed' || (refused !== null && !isSaidAtField(refused, FIELDS))) && (
        <div className={classes.outcome}>
          {refused === null ? (
            <Said meaning="good" message={words.entryChanged} hint={words.entryChangedNext} />
          ) : (
            <RefusedSaid refused={refused} />
          )}
        </div>
      )}
    </form>
  )
}

/** What the phone itself said beats what was ordered; only a phone held for the wrong model takes another order. */
function isModelSettled({ model, reason }: DeviceView): boolean {
  return model !== null && reason?.code !== 'DEVICE_WRONG_MODEL'
}

/** A profile that is just the business group's is not the phone's own: the field then stays empty. */
function ownProfile({ group, profile }: DeviceView, { groupProfiles }: ReturnType<typeof usePickLists>): string | null {
  return group !== null && groupProfiles.get(group) === profile ? null : profile
}

function differing(before: Entry, now: Entry): Partial<Record<keyof Entry, string | null>> {
  const line = lineNumber(now.line)
  return {
    ...(now.model === before.model ? {} : { model: now.model }),
    ...(line === before.line ? {} : { line: line === '' ? null : line }),
    ...(now.group === before.group ? {} : { group: now.group }),
    ...(now.profile === before.profile ? {} : { profile: now.profile }),
  }
}
