import { TextInput } from '@mantine/core'
import { network as words } from '../../words/network.ts'
import { problemAt, saidBy } from './draft.ts'
import classes from './network.module.css'
import { Rows } from './rows.tsx'
import { Section, type SectionProps } from './section.tsx'
import { Warnings } from './warnings.tsx'

const ANSWERS = ['listed', 'claimed', 'everybody', 'inform'] as const

/** Whom DHCP answers at all. */
export function AnswerSection({ form }: SectionProps) {
  const { change, draft, view } = form
  const isDisabled = saidBy(view, 'dhcp.answer') !== null
  return (
    <Section form={form} title={words.sections.answer} field="dhcp.answer">
      {ANSWERS.map((answer) => (
        <label key={answer} className={classes.choice}>
          <input type="radio" name="answer" checked={draft.answer === answer} disabled={isDisabled} onChange={() => change({ answer })} />
          <span>
            <b>{words.answers[answer].name}</b>
            <span>{words.answers[answer].note}</span>
          </span>
        </label>
      ))}
    </Section>
  )
}

export function AddressesSection({ form }: SectionProps) {
  const { change, draft, tried, view } = form
  const problems = tried?.problems ?? []
  const isSaid = (field: string) => saidBy(view, field) !== null
  return (
    <Section form={form} title={words.sections.addresses} field="dhcp.pool">
      <div className={classes.pair}>
        <TextInput
          label={words.pool}
          description={words.poolNote}
          placeholder={view.inForce?.pool ?? ''}
          value={draft.pool}
          disabled={isSaid('dhcp.pool')}
          error={problemAt(problems, 'dhcp.pool')}
          onChange={(event) => change({ pool: event.currentTarget.value })}
        />
        <TextInput
          label={words.lease}
          description={words.leaseNote}
          value={draft.leaseSeconds}
          disabled={isSaid('dhcp.leaseSeconds')}
          error={problemAt(problems, 'dhcp.leaseSeconds')}
          onChange={(event) => change({ leaseSeconds: event.currentTarget.value })}
        />
      </div>
      <label className={classes.switch}>
        <input
          type="checkbox"
          checked={draft.conflictCheck}
          disabled={isSaid('dhcp.conflictCheck')}
          onChange={(event) => change({ conflictCheck: event.currentTarget.checked })}
        />
        <span>
          <b>{words.conflict}</b>
          <span>{words.conflictNote}</span>
        </span>
      </label>
      <Warnings form={form} fields={['dhcp.leaseSeconds', 'dhcp.conflictCheck']} />
    </Section>
  )
}

export function ReservationsSection({ form }: SectionProps) {
  const { change, draft, tried, view } = form
  const problems = tried?.problems ?? []
  return (
    <Section form={form} title={words.sections.reservations} note={words.notes.reservations} field="dhcp.reservations">
      <Rows
        label={words.sections.reservations}
        rows={draft.reservations}
        blank={{ mac: '', address: '' }}
        add={words.add.reservation}
        nameOf={({ mac }) => mac}
        isDisabled={saidBy(view, 'dhcp.reservations') !== null}
        fields={2}
        onChange={(reservations) => change({ reservations })}
      >
        {(row, at, put) => (
          <>
            <TextInput
              label={at === 0 ? words.mac : undefined}
              aria-label={words.mac}
              value={row.mac}
              error={
                draft.reservations.some((other, i) => i > at && other.mac !== '' && other.mac === row.mac)
                  ? words.twice
                  : problemAt(problems, `dhcp.reservations.${row.mac}`)
              }
              onChange={(event) => put({ mac: event.currentTarget.value })}
            />
            <TextInput
              label={at === 0 ? words.address : undefined}
              aria-label={words.address}
              value={row.address}
              onChange={(event) => put({ address: event.currentTarget.value })}
            />
          </>
        )}
      </Rows>
    </Section>
  )
}

export function RelaysSection({ form }: SectionProps) {
  const { change, draft, tried, view } = form
  const problems = tried?.problems ?? []
  return (
    <Section form={form} title={words.sections.relays} note={words.notes.relays} field="dhcp.relays">
      <Rows
        label={words.sections.relays}
        rows={draft.relays}
        blank={{ subnet: '', pool: '', router: '' }}
        add={words.add.relay}
        nameOf={({ subnet }) => subnet}
        isDisabled={saidBy(view, 'dhcp.relays') !== null}
        fields={3}
        onChange={(relays) => change({ relays })}
      >
        {(row, at, put) => (
          <>
            <TextInput
              label={at === 0 ? words.subnet : undefined}
              aria-label={words.subnet}
              placeholder="172.30.9.0/24"
              value={row.subnet}
              error={problemAt(problems, `dhcp.relays.${at}.subnet`)}
              onChange={(event) => put({ subnet: event.currentTarget.value })}
            />
            <TextInput
              label={at === 0 ? words.range : undefined}
              aria-label={words.range}
              placeholder="172.30.9.20-172.30.9.60"
              value={row.pool}
              error={problemAt(problems, `dhcp.relays.${at}.pool`)}
              onChange={(event) => put({ pool: event.currentTarget.value })}
            />
            <TextInput
              label={at === 0 ? words.router : undefined}
              aria-label={words.router}
              value={row.router}
              error={problemAt(problems, `dhcp.relays.${at}.router`)}
              onChange={(event) => put({ router: event.currentTarget.value })}
            />
          </>
        )}
      </Rows>
    </Section>
  )
}
