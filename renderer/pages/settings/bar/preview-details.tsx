import { settings as words } from '../../../words/settings.ts'
import { showValue } from '../fields/show-value.ts'
import { useWhere } from '../editor-context.ts'
import type { Edit, Field, LayerView, Preview } from '../shapes.ts'
import classes from './apply-bar.module.css'

/** Everything the foresight knows: by model, by group, who keeps his own value and who is stopped by a lock, apart. */
export function PreviewDetails({ edits, preview, view }: { edits: readonly Edit[]; preview: Preview; view: LayerView }) {
  const { packNames } = useWhere()
  const fields = new Map(view.menus.flatMap((menu) => menu.fields.map((field) => [field.key, field] as const)))
  return (
    <div className={classes.details}>
      <List title={words.edits} items={edits.map((edit) => editText(edit, fields.get(edit.key), packNames))} />
      <List title={words.byModel} items={preview.byModel.map(counted)} />
      <List title={words.byGroup} items={preview.byGroup.map(counted)} />
      <List title={words.overridden} items={preview.overriddenBy.map(({ by, name }) => words.sayBy(name, by))} total={preview.overridden} />
      <List title={words.locked} items={preview.lockedBy.map(({ by, name }) => words.sayBy(name, by))} total={preview.locked} />
      {preview.sameFiles > 0 && <List title={words.sameFilesTitle} items={[]} total={preview.sameFiles} isCount />}
    </div>
  )
}

function counted({ count, name }: { count: number; name: string }): string {
  return `${name}: ${count.toLocaleString('en')}`
}

type ListProps = { title: string; items: readonly string[]; total?: number; isCount?: boolean }

/** `isCount`: nobody is named, the number says it all. */
function List({ isCount = false, items, title, total = items.length }: ListProps) {
  return (
    <section className={classes.list} aria-label={title}>
      <h3>
        {title}
        {total > 0 && ` (${total.toLocaleString('en')})`}
      </h3>
      <ul>
        {total === 0 && <li className={classes.nobody}>{words.nobody}</li>}
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
        {!isCount && total > items.length && <li className={classes.nobody}>{words.moreOf(total - items.length)}</li>}
      </ul>
    </section>
  )
}

function editText(edit: Edit, field: Field | undefined, packNames: ReadonlyMap<string, string>): string {
  const label = field?.definition.label ?? edit.key
  const who = edit.model ?? (edit.pack === undefined ? null : (packNames.get(edit.pack) ?? edit.pack))
  const suffix = who === null ? '' : ` (${who})`
  switch (edit.do) {
    case 'set':
      return words.editWords.set(
        label,
        field === undefined ? String(edit.value) : showValue(edit.key, field.definition, edit.value ?? null),
        suffix,
      )
    case 'clear':
      return words.editWords.clear(label, suffix)
    case 'lock':
      return words.editWords.lock(label)
    case 'unlock':
      return words.editWords.unlock(label)
  }
}
