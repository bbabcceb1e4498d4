import { keyWords as words } from '../../../words/settings.ts'
import { showField } from '../drafts.ts'
import { useEditor, useWhere } from '../editor-context.ts'
import { FieldRow } from '../fields/field-row.tsx'
import classes from './key-editor.module.css'
import type { KeyPart, PhoneKey } from './key-layout.ts'

const ORDER: readonly KeyPart[] = ['action', 'value', 'label', 'line']

/** What one key does. An empty key has nothing but its action. */
export function KeyForm({ phoneKey: { m, n, parts } }: { phoneKey: PhoneKey }) {
  const { layer } = useWhere()
  const edits = useEditor((editor) => editor.edits)
  const selector = useEditor((editor) => editor.selector)
  const name = m === 0 ? words.key(n) : `${words.module(m)}, ${words.key(n).toLowerCase()}`
  const action = parts.action === undefined ? null : showField(parts.action, edits, layer, selector).value
  const shown = ORDER.filter((part) => part === 'action' || (action !== null && action !== 'none'))
  return (
    <section className={classes.form} aria-label={name}>
      <h2 className={classes.name}>{name}</h2>
      <div className={classes.parts}>
        {shown.map((part) => {
          const field = parts[part]
          if (field === undefined) return null
          const short = { ...field, definition: { ...field.definition, label: words[part] } }
          return <FieldRow key={part} shown={showField(short, edits, layer, selector)} />
        })}
      </div>
    </section>
  )
}
