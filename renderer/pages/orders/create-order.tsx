import { Select, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useBench } from '../../app/bench-context.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import page from '../../parts/page.module.css'
import { RefusedSaid, Said } from '../../parts/said.tsx'
import { type Second, SecondPerson } from '../../parts/second-person.tsx'
import { orders as words } from '../../words/orders.ts'
import { useCatalogue } from '../settings/use-catalogue.ts'
import { BLANK, inputOf, type OrderDraft, readModels } from './order-draft.ts'
import classes from './orders.module.css'

type RowError = { row: number; column: string | null; message: string }
type Tried = { added: number; updated: number; errors: RowError[] }

/** A new work order: first what it would do and which rows are wrong, then created on a second press. */
export function CreateOrder({ onClose, onCreated }: { onClose(): void; onCreated(id: string): void }) {
  const { client } = useBench()
  const { groups, profiles } = useCatalogue()
  const [draft, setDraft] = useState<OrderDraft>(BLANK)
  const [tried, setTried] = useState<Tried | null>(null)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [second, setSecond] = useState<Second | null>(null)
  const models = readModels(draft.models)
  const change = (part: Partial<OrderDraft>) => {
    setTried(null)
    setRefused(null)
    setDraft({ ...draft, ...part })
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const answer = await attempt(
      client.orders.create({
        ...inputOf(draft, models.models),
        ...(tried === null ? { dryRun: true } : {}),
        ...(second === null ? {} : { confirm: second }),
      }),
    )
    setBusy(false)
    if (!answer.ok) {
      // A window longer than a shift: somebody else confirms it here. What was typed is that person's.
      if (second !== null || answer.refused.code === 'WINDOW_SECOND_PERSON') setSecond({ name: second?.name ?? '', password: '' })
      return setRefused(answer.refused)
    }
    if (tried === null) setTried(answer.value)
    else onCreated(answer.value.order.id)
  }
  const at = (field: string) => (refused?.field === field ? refused.message : null)
  return (
    <form className={classes.create} onSubmit={(event) => void submit(event)} aria-label={words.create}>
      <h2 className={page.title}>{words.create}</h2>
      <p className={page.lead}>{words.createLead}</p>
      <div className={page.form}>
        <TextInput
          label={words.id}
          required
          value={draft.id}
          error={at('id')}
          onChange={(event) => change({ id: event.currentTarget.value })}
        />
        <TextInput label={words.name} value={draft.name} onChange={(event) => change({ name: event.currentTarget.value })} />
        <Select
          label={words.group}
          data={groups.map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.group}
          error={at('group')}
          onChange={(group) => change({ group })}
          searchable
          clearable
        />
        <Select
          label={words.profile}
          placeholder={words.profileOfGroup}
          data={profiles.map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.profile}
          error={at('profile')}
          onChange={(profile) => change({ profile })}
          searchable
          clearable
        />
      </div>
      <div className={classes.texts}>
        <Textarea
          label={words.macs}
          description={words.macsNote}
          autosize
          minRows={5}
          maxRows={12}
          value={draft.macs}
          onChange={(event) => change({ macs: event.currentTarget.value })}
        />
        <div className={page.stack}>
          <Textarea
            label={words.models}
            description={words.modelsNote}
            autosize
            minRows={3}
            maxRows={8}
            value={draft.models}
            error={
              models.bad === null ? (refused?.field?.startsWith('models') === true ? refused.message : null) : words.badLine(models.bad)
            }
            onChange={(event) => change({ models: event.currentTarget.value })}
          />
          <TextInput
            label={words.hours}
            description={words.hoursNote}
            inputMode="decimal"
            value={draft.hours}
            onChange={(event) => change({ hours: event.currentTarget.value })}
          />
          <label className={classes.check}>
            <input
              type="checkbox"
              checked={draft.firmwareOnly}
              onChange={(event) => change({ firmwareOnly: event.currentTarget.checked })}
            />
            <span>
              <b>{words.firmwareOnly}</b> {words.firmwareOnlyNote}
            </span>
          </label>
        </div>
      </div>
      {refused !== null && <RefusedSaid refused={refused} />}
      {tried !== null && <WouldDo tried={tried} />}
      {second !== null && <SecondPerson second={second} onChange={setSecond} />}
      <div className={page.row}>
        <button
          type="submit"
          className={tried === null ? page.button : page.primary}
          disabled={draft.id.trim() === '' || models.bad !== null || isBusy}
        >
          {tried === null ? words.try : words.sure}
        </button>
        <button type="button" className={page.button} onClick={onClose}>
          {words.cancel}
        </button>
      </div>
    </form>
  )
}

function WouldDo({ tried: { added, errors, updated } }: { tried: Tried }) {
  return (
    <>
      <Said meaning="working" message={words.would(added, updated)} />
      {errors.length > 0 && (
        <Said
          meaning="hand"
          message={words.wrongRows(errors.length)}
          hint={errors
            .slice(0, 8)
            .map(({ message, row }) => `${words.row(row)}: ${message}`)
            .join('. ')}
        />
      )}
    </>
  )
}
