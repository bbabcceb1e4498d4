import { Autocomplete, Button, SegmentedControl, Select, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useBench } from '../../../app/bench-context.ts'
import { attempt, type Refused } from '../../../client/refused.ts'
import { isSaidAtField, saidAt } from '../../../parts/field-said.tsx'
import { RefusedSaid, Said } from '../../../parts/said.tsx'
import { formatMac } from '../../../parts/sight.ts'
import { add as words } from '../../../words/text.ts'
import { lineNumber, usePickLists } from '../pick-lists.ts'
import classes from './add.module.css'

const HOUR_MS = 3_600_000
const FIELDS = ['mac', 'model', 'line']
const EMPTY = { mac: '', model: null as string | null, line: '', isOpen: false }

/** One phone by its MAC. What was refused is said at its field, else below the button, and nothing that was typed is lost. */
export function AddOne() {
  const { client, clock, ui } = useBench()
  const [form, setForm] = useState(EMPTY)
  const [isBusy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<{ refused: Refused } | { added: string } | null>(null)
  const { lines, models } = usePickLists()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const now = clock.getState().now
    const added = await attempt(
      client.devices.add({
        mac: form.mac.trim(),
        ...(form.model === null ? {} : { model: form.model }),
        ...(form.line.trim() === '' ? {} : { line: lineNumber(form.line) }),
        ...(form.isOpen ? { windowStart: new Date(now).toISOString(), windowEnd: new Date(now + HOUR_MS).toISOString() } : {}),
      }),
    )
    setBusy(false)
    if (!added.ok) return setOutcome({ refused: added.refused })
    setOutcome({ added: words.added(added.value.slot, formatMac(added.value.mac)) })
    setForm({ ...EMPTY, model: form.model, isOpen: form.isOpen })
    ui.getState().mark(added.value.mac)
  }
  const refused = outcome !== null && 'refused' in outcome ? outcome.refused : null
  const change = (part: Partial<typeof form>) => {
    setOutcome(null)
    setForm({ ...form, ...part })
  }
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)}>
      <TextInput
        size="md"
        label={words.mac}
        description={words.macHelp}
        value={form.mac}
        onChange={(event) => change({ mac: event.currentTarget.value })}
        error={saidAt('mac', refused)}
        placeholder="80:5E:C0:12:34:56"
        autoComplete="off"
        spellCheck={false}
      />
      <Select
        size="md"
        label={words.model}
        placeholder={words.modelAny}
        data={models}
        value={form.model}
        onChange={(model) => change({ model })}
        error={saidAt('model', refused)}
        clearable
        searchable
      />
      <Autocomplete
        size="md"
        label={words.line}
        description={words.lineHelp}
        data={lines}
        limit={20}
        value={form.line}
        onChange={(line) => change({ line })}
        error={saidAt('line', refused)}
      />
      <div>
        <span className={classes.label}>{words.window}</span>
        <SegmentedControl
          fullWidth
          value={form.isOpen ? 'open' : 'closed'}
          onChange={(value) => change({ isOpen: value === 'open' })}
          data={[
            { value: 'closed', label: words.windowClosed },
            { value: 'open', label: words.windowOpen },
          ]}
        />
      </div>
      <Button size="md" type="submit" loading={isBusy} disabled={form.mac.trim() === ''}>
        {words.button}
      </Button>
      {refused !== null && !isSaidAtField(refused, FIELDS) && <RefusedSaid refused={refused} />}
      {outcome !== null && 'added' in outcome && <Said meaning="good" message={outcome.added} />}
    </form>
  )
}
