import { TextInput } from '@mantine/core'
import { Fragment } from 'react'
import { network as words } from '../../words/network.ts'
import { problemAt, saidBy, type ServiceName } from './draft.ts'
import classes from './network.module.css'
import { Rows } from './rows.tsx'
import { Section, type SectionProps } from './section.tsx'
import { Warnings } from './warnings.tsx'

const SWITCHES: readonly ServiceName[] = ['dhcp', 'http', 'https', 'tftp', 'ntp', 'dns', 'sip', 'syslog']
const ALWAYS: ReadonlySet<ServiceName> = new Set<ServiceName>(['dhcp', 'http'])

/** A switch and a port for each service, and what HTTPS takes. */
export function ServicesSection({ form }: SectionProps) {
  const { change, draft, tried, view } = form
  const problems = tried?.problems ?? []
  const oldTlsBy = saidBy(view, 'services.oldTls')
  const schemeBy = saidBy(view, 'services.phoneScheme')
  const flip = (name: ServiceName, isOn: boolean) => change({ off: isOn ? draft.off.filter((one) => one !== name) : [...draft.off, name] })
  return (
    <Section form={form} title={words.sections.services} note={words.notes.services}>
      <div>
        {SWITCHES.map((name) => {
          const by = saidBy(view, `services.ports.${name}`)
          const isOn = !draft.off.includes(name)
          return (
            <div key={name} className={classes.service}>
              <label className={classes.switch}>
                <input
                  type="checkbox"
                  checked={isOn}
                  disabled={ALWAYS.has(name)}
                  onChange={(event) => flip(name, event.currentTarget.checked)}
                />
                <span>
                  <b>{words.serviceNames[name]}</b>
                  <span>{words.serviceNotes[name]}</span>
                </span>
              </label>
              <TextInput
                aria-label={`${words.serviceNames[name]}: ${words.port}`}
                placeholder={String(view.ports[name] || '')}
                value={by === null ? (draft.ports[name] ?? '') : String(view.ports[name] || '')}
                title={by === null ? words.port : words.said(by)}
                disabled={by !== null || !isOn}
                error={problemAt(problems, `services.ports.${name}`)}
                onChange={(event) => change({ ports: { ...draft.ports, [name]: event.currentTarget.value } })}
              />
            </div>
          )
        })}
      </div>
      {problemAt(problems, 'services.off') !== null && <p className={classes.wrong}>{problemAt(problems, 'services.off')}</p>}
      <label className={classes.switch}>
        <input
          type="checkbox"
          checked={oldTlsBy !== null || draft.oldTls}
          disabled={oldTlsBy !== null}
          onChange={(event) => change({ oldTls: event.currentTarget.checked })}
        />
        <span>
          <b>{words.oldTls}</b>
          <span>{oldTlsBy === null ? words.oldTlsNote : words.said(oldTlsBy)}</span>
        </span>
      </label>
      <label className={classes.switch}>
        <input
          type="checkbox"
          checked={draft.phoneScheme === 'https'}
          disabled={schemeBy !== null}
          onChange={(event) => change({ phoneScheme: event.currentTarget.checked ? 'https' : 'http' })}
        />
        <span>
          <b>
            {words.scheme} {draft.phoneScheme}://
          </b>
          <span>{schemeBy === null ? words.schemeNote : words.said(schemeBy)}</span>
        </span>
      </label>
      {problemAt(problems, 'services.phoneScheme') !== null && (
        <p className={classes.wrong}>{problemAt(problems, 'services.phoneScheme')}</p>
      )}
      {view.inForce !== null && !draft.off.includes('https') && (
        <p className={classes.note}>{words.authority(`http://${view.inForce.address}${portOf(view.ports.http)}/authority`)}</p>
      )}
      <Warnings form={form} fields={['services.off', 'services.ports', 'services.oldTls', 'services.phoneScheme']} />
    </Section>
  )
}

function portOf(port: number | undefined): string {
  return port === undefined || port === 80 ? '' : `:${port}`
}

/** Names that the DNS answers beside the bench's own. */
export function NamesSection({ form }: SectionProps) {
  const { change, draft, tried } = form
  const problems = tried?.problems ?? []
  return (
    <Section form={form} title={words.sections.names} note={words.notes.names}>
      <Rows
        label={words.sections.names}
        rows={draft.names}
        blank={{ name: '', address: '' }}
        add={words.add.name}
        nameOf={({ name }) => name}
        isDisabled={false}
        fields={2}
        onChange={(names) => change({ names })}
      >
        {(row, at, put) => (
          <>
            <TextInput
              label={at === 0 ? words.name : undefined}
              aria-label={words.name}
              placeholder="sip.provider.example"
              value={row.name}
              error={problemAt(problems, `services.names.${at}.name`)}
              onChange={(event) => put({ name: event.currentTarget.value })}
            />
            <TextInput
              label={at === 0 ? words.addressOrBench : undefined}
              aria-label={words.addressOrBench}
              value={row.address}
              error={problemAt(problems, `services.names.${at}.address`)}
              onChange={(event) => put({ address: event.currentTarget.value })}
            />
          </>
        )}
      </Rows>
      <Warnings form={form} fields={['services.names']} />
    </Section>
  )
}

const QUOTAS = ['uploadFileBytes', 'uploadFiles', 'uploadPhoneBytes', 'uploadTotalBytes', 'syslogPerSecond'] as const

export function QuotasSection({ form }: SectionProps) {
  const { change, draft, tried } = form
  return (
    <Section form={form} title={words.sections.quotas} note={words.notes.quotas}>
      <div className={classes.pair}>
        {QUOTAS.map((quota) => (
          <TextInput
            key={quota}
            label={words.quotas[quota]}
            value={draft.quotas[quota]}
            error={problemAt(tried?.problems ?? [], `services.quotas.${quota}`)}
            onChange={(event) => change({ quotas: { ...draft.quotas, [quota]: event.currentTarget.value } })}
          />
        ))}
      </div>
    </Section>
  )
}

/** What a person said on the command line: to be read here, to be changed there. */
export function StartedSection({ form }: SectionProps) {
  const { started } = form.view
  if (started.length === 0) return null
  return (
    <Section form={form} title={words.sections.started} note={words.startedNote}>
      <dl className={classes.started}>
        {started.map(({ option, value }) => (
          <Fragment key={`${option} ${value}`}>
            <dt>{option}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
    </Section>
  )
}
