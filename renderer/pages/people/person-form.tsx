import { Autocomplete, MultiSelect, PasswordInput, Select, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { AccountShape } from '../../../preload/contract/people.ts'
import { useBench, useBoard } from '../../app/bench-context.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import page from '../../parts/page.module.css'
import { RefusedSaid } from '../../parts/said.tsx'
import { formatMac, nameOf } from '../../parts/sight.ts'
import { peopleRoles, ROLE_NAMES, type RoleName, people as words } from '../../words/people.ts'
import { usePickLists } from '../bench/pick-lists.ts'
import classes from './people.module.css'

type Props = {
  /** null = a new one. */
  account: AccountShape | null
  onDone: (outcome: { name: string; password: string | null } | null) => void
  onClose: () => void
}

/** A person: name, role, and what belongs to that role. Of somebody new also the password to begin with. */
export function PersonForm({ account, onClose, onDone }: Props) {
  const { client } = useBench()
  const [form, setForm] = useState({
    name: account?.name ?? '',
    displayName: account?.displayName ?? '',
    role: (account?.role ?? 'technician') as RoleName,
    groups: account?.groups ?? [],
    device: account?.device ?? '',
    password: '',
  })
  const [refused, setRefused] = useState<Refused | null>(null)
  const [isBusy, setBusy] = useState(false)
  const set = (part: Partial<typeof form>) => {
    setRefused(null)
    setForm({ ...form, ...part })
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const place = {
      groups: form.role === 'groupAdmin' ? form.groups : [],
      ...(form.role === 'endUser' ? { device: macOf(form.device) } : {}),
    }
    const common = { name: form.name.trim(), displayName: form.displayName.trim(), role: form.role, ...place }
    if (account === null) {
      const answer = await attempt(client.people.add({ ...common, ...(form.password === '' ? {} : { password: form.password }) }))
      setBusy(false)
      if (answer.ok) return onDone({ name: answer.value.account.name, password: answer.value.password })
      return setRefused(answer.refused)
    }
    const answer = await attempt(client.people.update(common))
    setBusy(false)
    if (answer.ok) return onDone(null)
    setRefused(answer.refused)
  }
  return (
    <form className={page.card} onSubmit={(event) => void submit(event)} aria-label={account === null ? words.add : words.edit}>
      <div className={classes.fields}>
        {account === null && (
          <TextInput
            label={words.name}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={form.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
        )}
        <TextInput
          label={words.displayName}
          autoComplete="off"
          value={form.displayName}
          onChange={(event) => set({ displayName: event.currentTarget.value })}
        />
        <Select
          label={words.role}
          data={ROLE_NAMES.map((role) => ({ value: role, label: peopleRoles[role].name }))}
          value={form.role}
          onChange={(role) => set({ role: (role ?? form.role) as RoleName })}
          allowDeselect={false}
        />
        <Place form={form} set={set} />
        {account === null && (
          <PasswordInput
            className={classes.wide}
            label={words.password}
            description={words.passwordHelp}
            autoComplete="new-password"
            value={form.password}
            onChange={(event) => set({ password: event.currentTarget.value })}
          />
        )}
      </div>
      <p className={classes.hint}>{peopleRoles[form.role].may}.</p>
      {refused !== null && <RefusedSaid refused={refused} />}
      <div className={page.row}>
        <button type="submit" className={page.primary} disabled={isBusy || form.name.trim() === ''}>
          {account === null ? words.create : words.save}
        </button>
        <button type="button" className={page.button} onClick={onClose}>
          {words.cancel}
        </button>
      </div>
    </form>
  )
}

type PlaceForm = { role: RoleName; groups: string[]; device: string }

function Place({ form, set }: { form: PlaceForm; set: (part: Partial<PlaceForm>) => void }) {
  const { groups } = usePickLists()
  const devices = useBoard((board) => board.devices)
  if (form.role === 'groupAdmin')
    return (
      <MultiSelect
        label={words.groups}
        data={[...groups]}
        value={form.groups}
        onChange={(chosen) => set({ groups: chosen })}
        searchable
        limit={60}
      />
    )
  if (form.role !== 'endUser') return null
  const phones = [...devices.values()].filter((device) => device.listed).map((device) => `${formatMac(device.mac)} · ${nameOf(device)}`)
  return <Autocomplete label={words.device} data={phones} limit={20} value={form.device} onChange={(device) => set({ device })} />
}

/** `80:5E:… · Reception`, as chosen from the list, or a MAC as typed. */
function macOf(text: string): string {
  return (text.split('·')[0] ?? '').trim()
}
