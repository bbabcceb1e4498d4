import { Button, PasswordInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { login as words } from '../words/people.ts'
import classes from './login.module.css'
import type { Refused } from './refused.ts'

type Changed = 'changed' | 'no-answer' | Refused

/** The own password: the present one, the new one twice. What is refused is said below. */
export function PasswordForm({
  change,
  onChanged,
}: {
  change: (given: { current: string; password: string }) => Promise<Changed>
  onChanged: () => void
}) {
  const [form, setForm] = useState({ current: '', password: '', again: '' })
  const [error, setError] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const set = (part: Partial<typeof form>) => {
    setError(null)
    setForm({ ...form, ...part })
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (form.password !== form.again) return setError(words.differ)
    setBusy(true)
    const outcome = await change({ current: form.current, password: form.password })
    setBusy(false)
    if (outcome === 'changed') onChanged()
    else setError(outcome === 'no-answer' ? words.noAnswer : `${outcome.message}. ${outcome.hint}`)
  }
  return (
    <form onSubmit={(event) => void submit(event)} className={classes.form}>
      <PasswordInput
        label={words.current}
        autoComplete="current-password"
        value={form.current}
        onChange={(event) => set({ current: event.currentTarget.value })}
      />
      <PasswordInput
        label={words.fresh}
        description={words.rule}
        autoComplete="new-password"
        value={form.password}
        onChange={(event) => set({ password: event.currentTarget.value })}
      />
      <PasswordInput
        label={words.again}
        autoComplete="new-password"
        value={form.again}
        onChange={(event) => set({ again: event.currentTarget.value })}
        error={error}
      />
      <Button type="submit" loading={isBusy} disabled={form.current === '' || form.password === '' || form.again === ''}>
        {words.change}
      </Button>
    </form>
  )
}
