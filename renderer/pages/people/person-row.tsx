import { useState } from 'react'
import type { AccountShape } from '../../../preload/contract/people.ts'
import { useBench } from '../../app/bench-context.ts'
import { useMe } from '../../app/use-me.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import page from '../../parts/page.module.css'
import { RefusedSaid } from '../../parts/said.tsx'
import { formatMac } from '../../parts/sight.ts'
import { peopleRoles, people as words } from '../../words/people.ts'
import classes from './people.module.css'
import { PersonForm } from './person-form.tsx'

type Props = {
  account: AccountShape
  groupNames: ReadonlyMap<string, string>
  mayChange: boolean
  onDone: (outcome: { name: string; password: string | null } | null) => void
}

/** One account, with what can be done to it. What takes something away asks once more, in place. */
export function PersonRow({ account, groupNames, mayChange, onDone }: Props) {
  const me = useMe()
  const [isEditing, setEditing] = useState(false)
  const { device, disabled, displayName, groups, lastSignInAt, mustChange, name, role } = account
  const place = role === 'groupAdmin' ? groups.map((id) => groupNames.get(id) ?? id).join(', ') : device === null ? '' : formatMac(device)
  return (
    <>
      <tr className={classes.row} data-off={disabled || undefined}>
        <th scope="row">
          <b>{displayName}</b>
          <div className={classes.name}>
            {name}
            {me?.account === name && <span className={classes.mark}>{words.you}</span>}
          </div>
          <div className={classes.name}>
            {[
              ...(disabled ? [words.disabled] : [words.signedIn(account.sessions)]),
              ...(mustChange ? [words.mustChange] : []),
              ...(account.hasPassword ? [] : [words.noPassword]),
            ].join(' · ')}
          </div>
        </th>
        <td>{peopleRoles[role].name}</td>
        <td>{place}</td>
        <td>{words.last(lastSignInAt === null ? null : new Date(lastSignInAt).toLocaleString())}</td>
        {mayChange && (
          <td>
            <RowActs account={account} onDone={onDone} isEditing={isEditing} edit={() => setEditing(!isEditing)} />
          </td>
        )}
      </tr>
      {isEditing && (
        <tr>
          <td colSpan={5}>
            <PersonForm
              account={account}
              onClose={() => setEditing(false)}
              onDone={(outcome) => {
                setEditing(false)
                onDone(outcome)
              }}
            />
          </td>
        </tr>
      )}
    </>
  )
}

function RowActs({
  account: { disabled, name },
  edit,
  isEditing,
  onDone,
}: Pick<Props, 'account' | 'onDone'> & { isEditing: boolean; edit: () => void }) {
  const { client } = useBench()
  const [isSure, setSure] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const run = async <T,>(call: Promise<T>, outcome: (value: T) => { name: string; password: string | null } | null) => {
    const answer = await attempt(call)
    setRefused(answer.ok ? null : answer.refused)
    setSure(false)
    if (answer.ok) onDone(outcome(answer.value))
  }
  return (
    <div className={page.stack}>
      <div className={classes.acts}>
        <button type="button" className={page.button} aria-expanded={isEditing} onClick={edit}>
          {words.edit}
        </button>
        <button
          type="button"
          className={page.button}
          onClick={() => void run(client.people.resetPassword({ name }), ({ password }) => ({ name, password }))}
        >
          {words.reset}
        </button>
        <button
          type="button"
          className={page.button}
          onClick={() => void run(client.people.update({ name, disabled: !disabled }), () => null)}
        >
          {disabled ? words.enable : words.disable}
        </button>
        {isSure ? (
          <>
            <button type="button" className={classes.grave} onClick={() => void run(client.people.remove({ name }), () => null)}>
              {words.removeSure(name)}
            </button>
            <button type="button" className={page.button} onClick={() => setSure(false)}>
              {words.keep}
            </button>
          </>
        ) : (
          <button type="button" className={page.button} onClick={() => setSure(true)}>
            {words.remove}
          </button>
        )}
      </div>
      {refused !== null && <RefusedSaid refused={refused} />}
    </div>
  )
}
