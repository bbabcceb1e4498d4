import page from '../../parts/page.module.css'
import { RefusedSaid, Said } from '../../parts/said.tsx'
import { network as words } from '../../words/network.ts'
import classes from './network.module.css'
import type { NetworkForm } from './use-network.ts'

/** Always in view: what a save would change and when that holds, what is wrong, and the button that does it. */
export function NetworkBar({ form }: { form: NetworkForm }) {
  const { discard, isBusy, isChanged, isSaved, refused, restart, save, tried, view } = form
  const wrong = tried?.problems.length ?? 0
  const text = !isChanged
    ? isSaved
      ? words.saved
      : words.quiet
    : tried === null
      ? words.looking
      : wrong > 0
        ? words.wrong(wrong)
        : words.changes(tried.effects.length)
  return (
    <section className={classes.bar} aria-label={words.bar}>
      {refused !== null && <RefusedSaid refused={refused} />}
      {view.restart !== null && !isChanged && (
        <div className={classes.answer}>
          <div className={classes.grow}>
            <Said meaning="hand" message={view.restart} hint={words.restartNote} />
          </div>
          <button type="button" className={page.primary} disabled={isBusy} onClick={restart}>
            {isBusy ? words.restarting : words.restart}
          </button>
        </div>
      )}
      {isChanged && tried !== null && wrong === 0 && (
        <ul className={classes.effects}>
          {tried.effects.map(({ field, what, when }) => (
            <li key={field}>
              <b>{nameOf(field)}</b>: {what}
              {when === 'restart' && <b className={classes.known}> ({words.when.restart})</b>}
            </li>
          ))}
        </ul>
      )}
      <div className={classes.answer}>
        <span className={`${isChanged ? classes.number : classes.note} ${classes.grow}`} data-wrong={wrong > 0 || undefined} role="status">
          {text}
        </span>
        <button type="button" className={page.button} disabled={!isChanged || isBusy} onClick={discard}>
          {words.discard}
        </button>
        <button type="button" className={page.primary} disabled={!isChanged || tried === null || wrong > 0 || isBusy} onClick={save}>
          {words.save}
        </button>
      </div>
    </section>
  )
}

const FIELD_NAMES: Readonly<Record<string, string>> = {
  'dhcp.answer': words.sections.answer,
  'dhcp.pool': words.pool,
  'dhcp.leaseSeconds': words.lease,
  'dhcp.conflictCheck': words.conflict,
  'dhcp.options': words.sections.options,
  'dhcp.force': words.force,
  'dhcp.classes': words.sections.classes,
  'dhcp.reservations': words.sections.reservations,
  'dhcp.relays': words.sections.relays,
  'services.oldTls': words.oldTls,
  'services.phoneScheme': words.scheme,
  'services.quotas': words.sections.quotas,
  'services.names': words.sections.names,
}

function nameOf(field: string): string {
  const service = /^services\.(off|ports)\.(\w+)$/.exec(field)
  const name = service?.[2] as keyof typeof words.serviceNames | undefined // the bench names no other service
  if (name !== undefined) return `${words.serviceNames[name]}${service?.[1] === 'ports' ? `, ${words.port}` : ''}`
  return FIELD_NAMES[field] ?? field
}
