import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { login } from '../words/text.ts'
import classes from './login.module.css'
import { signIn } from './session.ts'

/** Asks for the bench's key; shown only where the page is served to a browser. */
export function Login({ onEntered }: { onEntered: () => void }) {
  const [key, setKey] = useState('')
  const [error, setError] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const outcome = await signIn(key.trim())
    setBusy(false)
    if (outcome === 'in') onEntered()
    else setError(outcome === 'wrong-key' ? login.wrong : login.noAnswer)
  }
  return (
    <main className={classes.page}>
      <form className={classes.card} onSubmit={(event) => void submit(event)}>
        <h1 className={classes.title}>{login.title}</h1>
        <p className={classes.lead}>{login.lead}</p>
        <TextInput
          type="password"
          autoComplete="current-password"
          size="md"
          label={login.key}
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          error={error}
          autoFocus
        />
        <Button size="md" type="submit" loading={isBusy} disabled={key.trim() === ''}>
          {login.button}
        </Button>
      </form>
    </main>
  )
}
