import { type Shown, valueProblem } from '../drafts.ts'
import { useEdits, useWhere } from '../editor-context.ts'
import { settings as words } from '../../../words/settings.ts'
import classes from './field-row.module.css'
import { Provenance } from './provenance.tsx'
import { LockSign } from './lock-sign.tsx'
import { showValue } from './show-value.ts'
import { ValueInput } from './value-input.tsx'

/** One setting: what it is, its value, where that comes from. Locked by a wider layer it has no editor, only the value and the reason. */
export function FieldRow({ shown }: { shown: Shown }) {
  const { field, form } = shown
  const { definition, key } = field
  return (
    <div className={classes.row} data-key={key} data-form={form} data-draft={shown.isDraft || undefined}>
      <div className={classes.label}>
        <b id={`label-${key}`}>{definition.label}</b>
        {definition.help !== '' && <span>{definition.help}</span>}
        <Limits shown={shown} />
      </div>
      <div className={classes.value}>
        {field.mayEdit ? <Editable shown={shown} /> : <ReadOnly shown={shown} />}
        <Hides shown={shown} />
      </div>
      <Provenance shown={shown} />
    </div>
  )
}

function Editable({ shown }: { shown: Shown }) {
  const { set } = useEdits(shown.field)
  const { field, form, value } = shown
  return (
    <ValueInput
      settingKey={field.key}
      definition={field.definition}
      value={value}
      form={form === 'own' ? 'own' : 'inherited'}
      label={field.definition.label}
      isDraft={shown.isDraft}
      error={shown.isDraft ? valueProblem(field.definition, value) : null}
      onChange={set}
    />
  )
}

function ReadOnly({ shown: { field, value } }: { shown: Shown }) {
  return (
    <>
      <div className={classes.locked}>
        <span>{showValue(field.key, field.definition, value) || words.notSet}</span>
        {field.lockedBy !== null && <LockSign />}
      </div>
      {field.why !== null && field.lockedBy === null && <p className={classes.why}>{field.why}</p>}
    </>
  )
}

/** Which phones have the setting at all. */
function Limits({ shown: { field } }: { shown: Shown }) {
  const { models, normal, since } = field.definition
  const parts = [
    since === null ? null : words.since(since),
    models === null || models.length > 6 ? null : words.onlyModels(models.join(', ')),
    normal ? null : words.vendorOnly,
  ].filter((part) => part !== null)
  return parts.length === 0 ? null : <span className={classes.limits}>{parts.join(' · ')}</span>
}

/** What stands behind the shown value: what it replaces, what narrower selectors say here, what a lock hides. */
function Hides({ shown }: { shown: Shown }) {
  const { field, form, inherited, inheritedFrom, others } = shown
  const { packNames, placeName } = useWhere()
  const show = (value: Parameters<typeof showValue>[2]) => showValue(field.key, field.definition, value)
  const lines: { key: string; before: string; value: string; after: string }[] = []
  if (form === 'own' && inheritedFrom !== null) lines.push({ key: 'instead', ...words.insteadOf(show(inherited), nameOf(inheritedFrom)) })
  const stopped = field.hidden.filter((one) => one.stopped !== undefined)
  const behind = field.hidden
    .filter((one) => one.stopped === undefined)
    .filter(({ from, value }) => form !== 'own' || from.kind !== inheritedFrom?.kind || value !== inherited)
  for (const { from, value } of behind.slice(-2))
    lines.push({ key: `hides ${from.kind} ${String(value)}`, ...words.hides(show(value), nameOf(from)) })
  return (
    <>
      {lines.map((line) => (
        <p key={line.key} className={classes.hidden}>
          {line.before}
          <s>{line.value}</s>
          {line.after}
        </p>
      ))}
      {stopped.map((one) => (
        <p key={one.stopped} className={classes.hidden}>
          <s>{String(one.value ?? '')}</s> {words.stoppedRaw(one.stopped ?? '')}
        </p>
      ))}
      {field.below.count > 0 && (
        <p className={classes.hidden}>
          {words.sayOtherwise(field.below.count, field.below.sample.map((one) => placeName(one)).join(', '))}
        </p>
      )}
      {others.map((one) => (
        <p key={`${one.pack} ${one.model}`} className={classes.hidden}>
          {words.alsoHere(show(one.value), one.model ?? packNames.get(one.pack ?? '') ?? one.pack ?? words.everyPhone)}
        </p>
      ))}
    </>
  )
}

function nameOf(from: { kind: string; name: string }): string {
  return from.kind === 'pack' ? words.packDefault : from.name
}
