import { type KeyboardEvent, type ReactNode, useRef } from 'react'
import { actionWords, keyWords as words } from '../../../words/settings.ts'
import { isSameLayer, showField } from '../drafts.ts'
import { useEditor, useWhere } from '../editor-context.ts'
import type { Field, Scalar } from '../shapes.ts'
import classes from './key-editor.module.css'
import { layKeys, type PhoneKey, type Step, stepKey } from './key-layout.ts'

type Props = {
  keys: readonly PhoneKey[]
  keyColumns: readonly [number, number] | null
  isModule: boolean
  name: string | null
  open: number | null
  onOpen: (n: number) => void
  /** What changes the open key: it stays in sight at the foot, however far down the key stands. */
  children: ReactNode
}

const STEPS: Readonly<Record<string, Step>> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' }

/** Keys left and right of the screen as on the phone, the others below in order. One stop for the tab key in each part; arrows go from key to key. */
export function KeyPicture({ children, isModule, keyColumns, keys, name, onOpen, open }: Props) {
  const picture = useRef<HTMLDivElement>(null)
  const { further, left, right } = layKeys(keys, keyColumns)
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key]
    if (step === undefined) return
    event.preventDefault()
    const index = keys.findIndex(({ n }) => n === open)
    const next = keys[stepKey(Math.max(0, index), step, keys.length, keyColumns)]
    if (next === undefined) return
    onOpen(next.n)
    picture.current?.querySelector<HTMLElement>(`[data-n="${next.n}"]`)?.focus()
  }
  const beside = [...left, ...right]
  const stopOf = (group: readonly PhoneKey[]) => (group.find(({ n }) => n === open) ?? group[0])?.n
  const stops = [stopOf(beside), stopOf(further)]
  const draw = (key: PhoneKey, side: 'left' | 'right' | 'row') => (
    <KeyCap key={key.n} phoneKey={key} side={side} isOpen={key.n === open} isTabStop={stops.includes(key.n)} onOpen={onOpen} />
  )
  const [first, last] = [further[0], further.at(-1)]
  return (
    <div ref={picture} className={classes.picture}>
      {keyColumns !== null && (
        <div className={classes.face} role="toolbar" aria-label={words.picture(name ?? '')} onKeyDown={onKeyDown}>
          <div className={classes.column}>{left.map((key) => draw(key, 'left'))}</div>
          <div className={classes.screen}>
            <b>{name}</b>
            <span>{words.choose}</span>
          </div>
          <div className={classes.column}>{right.map((key) => draw(key, 'right'))}</div>
        </div>
      )}
      {first !== undefined && last !== undefined && (
        <>
          <p className={classes.further}>
            {keyColumns === null ? (isModule ? null : words.noPicture) : `${words.further(first.n, last.n)}. ${words.furtherNote}`}
          </p>
          <div className={classes.rest} role="toolbar" aria-label={words.further(first.n, last.n)} onKeyDown={onKeyDown}>
            {further.map((key) => draw(key, 'row'))}
          </div>
        </>
      )}
      {children}
    </div>
  )
}

type CapProps = { phoneKey: PhoneKey; side: 'left' | 'right' | 'row'; isOpen: boolean; isTabStop: boolean; onOpen: (n: number) => void }

function KeyCap({ isOpen, isTabStop, onOpen, phoneKey: { n, parts }, side }: CapProps) {
  const show = useShown()
  const action = parts.action === undefined ? null : show(parts.action)
  const value = text(parts.value === undefined ? null : show(parts.value).value)
  const label = text(parts.label === undefined ? null : show(parts.label).value)
  const word = action?.value === null || action?.value === undefined ? null : (actionWords[String(action.value)] ?? String(action.value))
  const isEmpty = word === null || action?.value === 'none'
  const shown = Object.values(parts).map(show)
  const form = shown.some((one) => one.form === 'own') ? 'own' : action?.form === 'locked' ? 'locked' : 'inherited'
  return (
    <button
      type="button"
      className={classes.cap}
      data-n={n}
      data-side={side}
      data-form={form}
      data-empty={isEmpty || undefined}
      data-draft={shown.some((one) => one.isDraft) || undefined}
      aria-pressed={isOpen}
      tabIndex={isTabStop ? 0 : -1}
      onClick={() => onOpen(n)}
    >
      <span className={classes.number}>{n}</span>
      <span className={classes.what}>
        <b>{isEmpty ? words.empty : label !== '' ? label : value !== '' ? value : word}</b>
        {!isEmpty && <span>{label !== '' && value !== '' ? `${word} ${value}` : label !== '' || value !== '' ? word : ''}</span>}
      </span>
    </button>
  )
}

function text(value: Scalar | null): string {
  return value === null ? '' : String(value)
}

/** A field with the unsaved edits of this place on it. */
function useShown() {
  const { layer } = useWhere()
  const edits = useEditor((editor) => editor.edits)
  const selector = useEditor((editor) => editor.selector)
  const mine = edits.filter((edit) => isSameLayer(edit.layer, layer))
  return (field: Field) => showField(field, mine, layer, selector)
}
