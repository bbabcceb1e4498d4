import { PasswordInput, TextInput } from '@mantine/core'
import { second as words } from '../words/people.ts'
import classes from './second-person.module.css'

export type Second = { name: string; password: string }

/** The second person's own hands: name and password, which nobody keeps. */
export function SecondPerson({ onChange, second }: { second: Second; onChange(second: Second): void }) {
  return (
    <fieldset className={classes.second}>
      <legend>{words.title}</legend>
      <p>{words.lead}</p>
      <TextInput
        label={words.name}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={second.name}
        onChange={(event) => onChange({ ...second, name: event.currentTarget.value })}
      />
      <PasswordInput
        label={words.password}
        autoComplete="off"
        value={second.password}
        onChange={(event) => onChange({ ...second, password: event.currentTarget.value })}
      />
    </fieldset>
  )
}
