import type { ReactNode } from 'react'
import { network as words } from '../../words/network.ts'
import classes from './network.module.css'
import { saidBy } from './draft.ts'
import type { NetworkForm } from './use-network.ts'

export type SectionProps = { form: NetworkForm }

/** One part of the page; where an option of the start says it, that option. */
export function Section({
  children,
  form,
  field,
  note,
  title,
}: {
  form: NetworkForm
  title: string
  note?: string
  field?: string
  children: ReactNode
}) {
  const by = field === undefined ? null : saidBy(form.view, field)
  return (
    <section className={classes.section} aria-label={title}>
      <h2>{title}</h2>
      {note !== undefined && <p className={classes.note}>{note}</p>}
      {by !== null && <p className={classes.known}>{words.said(by)}</p>}
      {children}
    </section>
  )
}
