import { useEffect, useRef, useState } from 'react'
import { attempt } from '../client/refused.ts'
import { PasswordForm } from '../client/password-form.tsx'
import { signOut } from '../client/session.ts'
import { RefusedSaid, Said } from '../parts/said.tsx'
import type { Refused } from '../client/refused.ts'
import { account as words, peopleRoles } from '../words/people.ts'
import classes from './account-menu.module.css'
import { useBench } from './bench-context.ts'
import railClasses from './rail.module.css'
import { useMay, useMe } from './use-me.ts'

/** At the end of the rail: who is signed in, the own password, and the way out. */
export function AccountMenu() {
  const me = useMe()
  const [isOpen, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isOpen) return
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') setOpen(false)
    }
    const onPress = (event: PointerEvent) => {
      if (event.target instanceof Node && box.current?.contains(event.target) !== true) setOpen(false)
    }
    window.addEventListener('keydown', onKey)
    window.addEventListener('pointerdown', onPress)
    return () => {
      window.removeEventListener('keydown', onKey)
      window.removeEventListener('pointerdown', onPress)
    }
  }, [isOpen])
  if (me === null) return null
  const name = me.displayName === '' ? words.owner : me.displayName
  return (
    <div ref={box} className={classes.box}>
      <button
        type="button"
        className={`${railClasses.entry} ${classes.button}`}
        aria-expanded={isOpen}
        aria-label={`${words.label}: ${name}`}
        onClick={() => setOpen(!isOpen)}
      >
        <svg className={railClasses.sign} viewBox="0 0 24 24" aria-hidden="true">
          <path d="M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.500 20.500c.8-4 4-6 7.500-6s6.700 2 7.500 6" />
        </svg>
        {words.label}
      </button>
      {isOpen && <Menu name={name} close={() => setOpen(false)} />}
    </div>
  )
}

function Menu({ close, name }: { name: string; close: () => void }) {
  const { client, ui } = useBench()
  const me = useMe()
  const mayPeople = useMay('people.list')
  const [isChanging, setChanging] = useState(false)
  const [said, setSaid] = useState<string | Refused | null>(null)
  if (me === null) return null
  const leave = async () => {
    await signOut()
    window.location.reload()
  }
  const elsewhere = async () => {
    const answer = await attempt(client.people.signOutElsewhere({}))
    setSaid(answer.ok ? words.elsewhereDone(answer.value.ended) : answer.refused)
  }
  const change = async (given: { current: string; password: string }) => {
    const answer = await attempt(client.people.changePassword(given))
    return answer.ok ? ('changed' as const) : answer.refused
  }
  const how = me.by === 'owner' ? words.ownerHow : me.by === 'os' ? words.osHow : (me.account ?? '')
  return (
    <section className={classes.menu} aria-label={words.label}>
      <div className={classes.who}>
        <b>{name}</b>
        <span>{peopleRoles[me.role].name}</span>
        <span>{how}</span>
      </div>
      {isChanging ? (
        <PasswordForm
          change={change}
          onChanged={() => {
            setChanging(false)
            setSaid(words.changed)
          }}
        />
      ) : (
        me.account !== null && (
          <button type="button" className={classes.act} onClick={() => setChanging(true)}>
            {words.change}
          </button>
        )
      )}
      {mayPeople && (
        <button
          type="button"
          className={classes.act}
          onClick={() => {
            close()
            ui.getState().go({ page: 'people' })
          }}
        >
          {words.people}
        </button>
      )}
      {me.by !== 'os' && (
        <>
          <button type="button" className={classes.act} onClick={() => void elsewhere()}>
            {words.elsewhere}
          </button>
          <button type="button" className={classes.act} onClick={() => void leave()}>
            {words.out}
          </button>
        </>
      )}
      {said !== null && (typeof said === 'string' ? <Said meaning="good" message={said} /> : <RefusedSaid refused={said} />)}
    </section>
  )
}
