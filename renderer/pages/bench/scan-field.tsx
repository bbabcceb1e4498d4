import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useBench, useUi } from '../../app/bench-context.ts'
import { attempt } from '../../client/refused.ts'
import { scan as words } from '../../words/text.ts'
import { openPhone } from './open-phone.ts'
import classes from './scan-field.module.css'

const SHOWN_MS = 8000

/** Always there, always listening: a scanner types like a keyboard, so whatever is typed outside a field goes here. Enter sends it. */
export function ScanField() {
  const bench = useBench()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  useEffect(() => {
    input.current?.focus({ preventScroll: true }) // shows that it listens
    const onKey = (event: KeyboardEvent) => {
      if (belongsElsewhere(event)) return
      input.current?.focus({ preventScroll: true }) // before the character arrives: it then lands in the field
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const label = text.trim()
    setText('') // at once: the next label may be on its way already
    if (label !== '') void sendScan(bench, label)
  }
  return (
    <form className={classes.scan} onSubmit={submit}>
      <BarsSign />
      <input
        ref={input}
        className={classes.field}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onFocus={(event) => event.currentTarget.select()}
        placeholder={words.placeholder}
        aria-label={words.label}
        autoComplete="off"
        spellCheck={false}
      />
      <LastScan />
    </form>
  )
}

function belongsElsewhere(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return true
  const target = event.target instanceof HTMLElement ? event.target : null
  if (target === null) return false
  if (target.isContentEditable || target.matches('input, textarea, select')) return true
  return event.key === ' ' && target.closest('button, [role="tab"], [role="option"], a') !== null
}

async function sendScan({ board, client, ui }: ReturnType<typeof useBench>, text: string): Promise<void> {
  const result = await attempt(client.devices.scan({ text }))
  if (!result.ok) {
    ui.getState().scanned({ text, ok: false, message: result.refused.message, hint: result.refused.hint, mac: null })
    return
  }
  const { done, mac, slot } = result.value
  ui.getState().scanned({ text, ok: true, message: words.done[done](slot), hint: null, mac })
  ui.getState().mark(mac)
  const isSlot = /^\d{1,4}$/.test(text)
  if (isSlot || ui.getState().panel?.kind === 'phone') openPhone({ board, ui }, mac)
}

/** What came of the last label: below the field, over the board, gone after a while. The list of all stands in "Add phones". */
function LastScan() {
  const last = useUi((ui) => ui.scans[0])
  const [goneId, setGoneId] = useState(0)
  const id = last?.id ?? 0
  useEffect(() => {
    const timer = setTimeout(() => setGoneId(id), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [id])
  const isListShown = useUi((ui) => ui.panel?.kind === 'add')
  const isShown = last !== undefined && last.id !== goneId && !isListShown
  return (
    <div className={classes.said} role="status">
      {isShown && (
        <div className={classes.last} data-meaning={last.ok ? 'good' : 'bad'} key={last.id}>
          <strong>{last.message}</strong>
          {last.hint !== null && <span>{last.hint}</span>}
        </div>
      )}
    </div>
  )
}

function BarsSign() {
  return (
    <svg className={classes.bars} viewBox="0 0 24 24" stroke="currentColor" fill="none" aria-hidden="true">
      <path strokeWidth="2" d="M2 7V3h5M17 3h5v4M22 17v4h-5M7 21H2v-4" />
      <path strokeWidth="2" d="M7 8v8M13 8v8M17 8v8" />
      <path strokeWidth="1" d="M10 8v8" />
    </svg>
  )
}
