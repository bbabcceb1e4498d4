import { Button, PasswordInput, TextInput } from '@mantine/core'
import { type FormEvent, useEffect, useState } from 'react'
import { login as words } from '../words/people.ts'
import classes from './login.module.css'
import { PasswordForm } from './password-form.tsx'
import { changeFirstPassword, signIn, type WayIn, wayIn } from './session.ts'

/** Asks who it is; shown only where the page is served to a browser. By name where people have accounts, else by the bench's key. */
export function Login({ onEntered }: { onEntered: () => void }) {
  const [way, setWay] = useState<WayIn | null>(null)
  const [byKey, setByKey] = useState(false)
  useEffect(() => {
    void wayIn().then(setWay)
  }, [])
  const isByName = way?.by === 'name' && !byKey
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <h1 className={classes.title}>{words.title}</h1>
        {way?.refused != null ? (
          <div role="alert" className={classes.form}>
            <strong>{way.refused.message}</strong>
            <p className={classes.lead}>{way.refused.hint}</p>
          </div>
        ) : (
          <>
            <p className={classes.lead}>{isByName ? words.leadName : way?.by === 'name' ? words.leadOwner : words.leadKey}</p>
            {isByName ? <ByName onEntered={onEntered} /> : <ByKey onEntered={onEntered} />}
            {way?.by === 'name' && (
              <button type="button" className={classes.other} onClick={() => setByKey(!byKey)}>
                {byKey ? words.byName : words.byKey}
              </button>
            )}
          </>
        )}
      </div>
    </main>
  )
}

function ByName({ onEntered }: { onEntered: () => void }) {
  const [form, setForm] = useState({ name: '', password: '' })
  const { error, isBusy, submit } = useSignIn(onEntered)
  return (
    <form className={classes.form} onSubmit={(event) => submit(event, { name: form.name.trim(), password: form.password })}>
      <TextInput
        size="md"
        label={words.name}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        value={form.name}
        onChange={(event) => setForm({ ...form, name: event.currentTarget.value })}
        autoFocus
      />
      <PasswordInput
        size="md"
        label={words.password}
        autoComplete="current-password"
        value={form.password}
        onChange={(event) => setForm({ ...form, password: event.currentTarget.value })}
        error={error}
      />
      <Button size="md" type="submit" loading={isBusy} disabled={form.name.trim() === '' || form.password === ''}>
        {words.button}
      </Button>
    </form>
  )
}

function ByKey({ onEntered }: { onEntered: () => void }) {
  const [key, setKey] = useState('')
  const { error, isBusy, submit } = useSignIn(onEntered)
  return (
    <form className={classes.form} onSubmit={(event) => submit(event, { key: key.trim() })}>
      <TextInput
        type="password"
        autoComplete="off"
        size="md"
        label={words.key}
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
        error={error}
        autoFocus
      />
      <Button size="md" type="submit" loading={isBusy} disabled={key.trim() === ''}>
        {words.button}
      </Button>
    </form>
  )
}

function useSignIn(onEntered: () => void) {
  const [error, setError] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const send = async (given: Parameters<typeof signIn>[0]) => {
    setBusy(true)
    const outcome = await signIn(given)
    setBusy(false)
    if (outcome === 'in') return onEntered()
    if (outcome === 'no-answer') return setError(words.noAnswer)
    setError('key' in given && outcome.code !== 'PEOPLE_SIGN_IN_WAIT' ? words.wrong : `${outcome.message}. ${outcome.hint}`)
  }
  const submit = (event: FormEvent, given: Parameters<typeof signIn>[0]) => {
    event.preventDefault()
    void send(given)
  }
  return { error, isBusy, submit }
}

/** Somebody else made the password: before anything else the person chooses one. */
export function FirstPassword({ onChanged }: { onChanged: () => void }) {
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <h1 className={classes.title}>{words.first}</h1>
        <p className={classes.lead}>{words.firstLead}</p>
        <PasswordForm change={changeFirstPassword} onChanged={onChanged} />
      </div>
    </main>
  )
}
