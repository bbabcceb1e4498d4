import { Autocomplete, TextInput } from '@mantine/core'
import page from '../../parts/page.module.css'
import { network as words } from '../../words/network.ts'
import { type OptionRow, problemAt, saidBy } from './draft.ts'
import classes from './network.module.css'
import { Rows } from './rows.tsx'
import { Section, type SectionProps } from './section.tsx'
import { Warnings } from './warnings.tsx'
import type { NetworkForm } from './use-network.ts'

/** Options for every client that is answered, and those sent to who did not ask. */
export function OptionsSection({ form }: SectionProps) {
  const { change, draft, tried, view } = form
  return (
    <Section form={form} title={words.sections.options} note={words.notes.options} field="dhcp.options">
      <OptionRows
        form={form}
        field="dhcp.options"
        label={words.sections.options}
        rows={draft.options}
        onChange={(options) => change({ options })}
      />
      <TextInput
        label={words.force}
        description={words.forceNote}
        value={draft.force}
        disabled={saidBy(view, 'dhcp.force') !== null}
        error={problemAt(tried?.problems ?? [], 'dhcp.force')}
        onChange={(event) => change({ force: event.currentTarget.value })}
      />
      <Warnings form={form} fields={['dhcp.force']} />
    </Section>
  )
}

export function ClassesSection({ form }: SectionProps) {
  const { change, draft, tried, view } = form
  const isDisabled = saidBy(view, 'dhcp.classes') !== null
  const put = (at: number, part: Partial<(typeof draft.classes)[number]>) =>
    change({ classes: draft.classes.map((one, i) => (i === at ? { ...one, ...part } : one)) })
  return (
    <Section form={form} title={words.sections.classes} note={words.notes.classes} field="dhcp.classes">
      {draft.classes.length === 0 && <p className={classes.note}>{words.none}</p>}
      {draft.classes.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a class has no name of its own while it is typed
        <div key={at} className={classes.class}>
          <div className={`${classes.entry} ${classes.labelled}`} data-fields="1">
            <TextInput
              label={words.vendorClass}
              placeholder="yealink*"
              value={one.vendorClass}
              disabled={isDisabled}
              error={problemAt(tried?.problems ?? [], `dhcp.classes.${at}.vendorClass`)}
              onChange={(event) => put(at, { vendorClass: event.currentTarget.value })}
            />
            <button
              type="button"
              className={classes.remove}
              disabled={isDisabled}
              aria-label={words.removeWhat(one.vendorClass)}
              title={words.remove}
              onClick={() => change({ classes: draft.classes.filter((_, i) => i !== at) })}
            >
              ×
            </button>
          </div>
          <OptionRows
            form={form}
            field={`dhcp.classes.${at}.options`}
            label={`${words.sections.classes} ${one.vendorClass}`}
            rows={one.options}
            onChange={(options) => put(at, { options })}
          />
        </div>
      ))}
      <div>
        <button
          type="button"
          className={page.button}
          disabled={isDisabled}
          onClick={() => change({ classes: [...draft.classes, { vendorClass: '', options: [{ code: '66', value: '' }] }] })}
        >
          {words.add.class}
        </button>
      </div>
    </Section>
  )
}

type RowsProps = { form: NetworkForm; field: string; label: string; rows: readonly OptionRow[]; onChange(rows: readonly OptionRow[]): void }

function OptionRows({ field, form, label, onChange, rows }: RowsProps) {
  const { tried, view } = form
  const problems = tried?.problems ?? []
  const known = view.optionInfo.map(({ code, name }) => `${code} ${name}`)
  const infoOf = (code: string) => view.optionInfo.find((one) => String(one.code) === code.trim())
  return (
    <Rows
      label={label}
      rows={rows}
      blank={{ code: '', value: '' }}
      add={words.add.option}
      nameOf={({ code }) => `${words.option} ${code}`}
      isDisabled={saidBy(view, field) !== null}
      fields={2}
      onChange={onChange}
    >
      {(row, at, put) => (
        <>
          <Autocomplete
            label={at === 0 ? words.option : undefined}
            aria-label={words.option}
            data={known}
            limit={12}
            value={optionText(row.code, infoOf(row.code)?.name)}
            error={rows.some((other, i) => i > at && other.code !== '' && other.code === row.code) ? words.twice : null}
            onChange={(text) => put({ code: /^\s*(\d{1,3})\b/.exec(text)?.[1] ?? text })}
          />
          <TextInput
            label={at === 0 ? words.value : undefined}
            aria-label={`${words.value} ${row.code}`}
            placeholder={infoOf(row.code)?.takes ?? ''}
            value={row.value}
            error={row.code === '' ? null : problemAt(problems, `${field}.${row.code}`)}
            onChange={(event) => put({ value: event.currentTarget.value })}
          />
        </>
      )}
    </Rows>
  )
}

/** The number with its name beside it; while it is typed, just what was typed. */
function optionText(code: string, name: string | undefined): string {
  return name === undefined ? code : `${code} ${name}`
}
