import { settings as words } from '../../../words/settings.ts'
import type { Shown } from '../drafts.ts'
import { useEditor, useEdits } from '../editor-context.ts'
import classes from './field-row.module.css'
import { LockSign } from './lock-sign.tsx'
import { showValue } from './show-value.ts'

/** Where the value comes from, who locked it, and the two or three things one may do about it. */
export function Provenance({ shown }: { shown: Shown }) {
  const { field, form, isDraft, isLockDraft, lockedHere } = shown
  const edits = useEdits(field)
  const own = form === 'own'
  const isEndUser = useEditor((editor) => editor.person.role === 'endUser') // that nobody has set a thing says nothing to the user of a phone
  return (
    <div className={classes.provenance}>
      <div className={classes.chips}>
        {!(isEndUser && field.origin === null && form === 'inherited' && !isDraft) && (
          <span className={classes.chip} data-meaning={own || isDraft ? 'working' : 'idle'} data-form={form}>
            {form === 'locked' && field.lockedBy !== null && <LockSign />}
            {chipText(shown)}
          </span>
        )}
        {lockedHere && (
          <span className={classes.chip} data-meaning={isLockDraft ? 'working' : 'idle'} data-form="locked">
            <LockSign />
            {words.lockedHere}
          </span>
        )}
        {isLockDraft && <span className={classes.note}>{words.lockDraft}</span>}
      </div>
      <div className={classes.acts}>
        {isDraft && (
          <button type="button" className={classes.act} onClick={edits.undo}>
            {words.undo}
          </button>
        )}
        {!isDraft && own && field.mayEdit && (
          <button type="button" className={classes.act} onClick={edits.clear}>
            {words.reset(showValue(field.key, field.definition, shown.inherited), shown.inheritedFrom?.name ?? null)}
          </button>
        )}
        {field.mayLock && (
          <button type="button" className={classes.act} title={words.lockHelp} onClick={() => edits.lock(!lockedHere)}>
            {lockedHere ? words.unlock : words.lock}
          </button>
        )}
      </div>
    </div>
  )
}

function chipText({ field, form, isDraft }: Shown): string {
  if (form === 'own') return isDraft ? words.ownDraft : words.own
  if (isDraft) return words.clearDraft
  if (field.lockedBy !== null) return words.lockedBy(field.lockedBy.name)
  if (form === 'locked') return words.readOnly
  if (field.origin === null) return words.setNowhere
  return field.origin.kind === 'pack' ? words.packDefault : words.from(field.origin.name)
}
