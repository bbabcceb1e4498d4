import { useState } from 'react'
import type { OrderDetail as Detail } from '../../../preload/contract/orders.ts'
import { useBench } from '../../app/bench-context.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import page from '../../parts/page.module.css'
import { RefusedSaid, Said } from '../../parts/said.tsx'
import { saveFile } from '../../parts/save-file.ts'
import { orders as words } from '../../words/orders.ts'
import { OrderCounts } from './order-counts.tsx'
import { OrderPhones } from './order-phones.tsx'
import classes from './orders.module.css'

/** One work order: how far it is, what is in the way, what was looked at, its report, and the way to close it. */
export function OrderDetail({ onChanged, order }: { order: Detail; onChanged(): void }) {
  const { closedAs, closedAt, closedBy, createdAt, createdBy, groupName, name, profileName, windowEnd, windowStart } = order
  const facts = [
    groupName,
    profileName,
    windowStart === null || windowEnd === null ? null : words.window(when(windowStart), when(windowEnd)),
    words.createdBy(when(createdAt), createdBy),
  ].filter((one) => one !== null)
  return (
    <article className={classes.detail} aria-label={name}>
      <div>
        <h1 className={page.title}>
          {order.id}
          {name === order.id ? '' : ` · ${name}`}
        </h1>
        <p className={page.lead}>{facts.join(' · ')}</p>
      </div>
      <OrderCounts order={order} isLarge />
      {closedAs !== null && closedAt !== null && (
        <Said meaning="good" message={words.ends[closedAs]} hint={words.closedBy(when(closedAt), closedBy ?? '')} />
      )}
      {order.missing.length > 0 && closedAt === null && (
        <Said meaning="hand" message={words.missing(order.missing.map(({ count, model }) => `${count} ${model}`).join(', '))} />
      )}
      <Images order={order} />
      <div className={classes.two}>
        <Checks order={order} onChanged={onChanged} />
        <Close order={order} onChanged={onChanged} />
      </div>
      <OrderPhones order={order} />
    </article>
  )
}

export function when(iso: string): string {
  return new Date(iso).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })
}

function Images({ order }: { order: Detail }) {
  const { ui } = useBench()
  const missing = order.images.filter((image) => !image.hasImage)
  if (order.images.length === 0) return null
  if (missing.length === 0) return <p className={classes.good}>{words.imagesGood}</p>
  return (
    <div className={classes.images} data-meaning="hand">
      <ul>
        {missing.map(({ model, phones, version }) => (
          <li key={`${model} ${version}`}>{words.imageMissing(version, model, phones)}</li>
        ))}
      </ul>
      <button type="button" className={page.button} onClick={() => ui.getState().go({ page: 'firmware' })}>
        {words.openFirmware}
      </button>
    </div>
  )
}

function Checks({ onChanged, order }: { order: Detail; onChanged(): void }) {
  const { client } = useBench()
  const [isLooking, setLooking] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const { drill, preflight } = order.checks
  const look = async (withDrill: boolean) => {
    setLooking(true)
    setRefused(null)
    const answer = await attempt(client.orders.check({ id: order.id, ...(withDrill ? { drill: true } : {}) }))
    setLooking(false)
    if (answer.ok) onChanged()
    else setRefused(answer.refused)
  }
  return (
    <section className={page.card} aria-label={words.checks}>
      <h2 className={classes.head}>{words.checks}</h2>
      <p className={page.quiet}>
        {preflight === null ? words.preflightNone : words.preflight(when(preflight.at), preflight.stops, preflight.warnings)}
      </p>
      {preflight !== null && preflight.lines.length > 0 && (
        <ul className={classes.lines}>
          {preflight.lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <p className={page.quiet}>
        {drill === null ? words.drillNone : words.drill(when(drill.at), drill.refused, drill.notRefused, drill.notRun)}
      </p>
      {order.isRecorded && order.closedAt === null && (
        <div className={page.row}>
          <button type="button" className={page.button} disabled={isLooking} onClick={() => void look(false)}>
            {isLooking ? words.looking : words.look}
          </button>
          <button type="button" className={page.button} disabled={isLooking} onClick={() => void look(true)}>
            {words.lookDrill}
          </button>
        </div>
      )}
      {refused !== null && <RefusedSaid refused={refused} />}
    </section>
  )
}

const CLOSE = { synced: words.closeSync, notHandedOver: words.closeNotHandedOver, firmwareOnly: words.closeFirmwareOnly } as const

function Close({ onChanged, order }: { order: Detail; onChanged(): void }) {
  const { client } = useBench()
  const [isBusy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const { mayClose } = order
  const end = mayClose.as as keyof typeof CLOSE | null // the ends of the contract
  const report = async (format: 'text' | 'csv') => {
    const answer = await attempt(client.orders.report({ id: order.id, format }))
    setRefused(answer.ok ? null : answer.refused)
    if (answer.ok) saveFile(answer.value.name, answer.value.text, format === 'csv' ? 'text/csv' : 'text/plain')
  }
  const close = async () => {
    setBusy(true)
    const answer = await attempt(client.orders.close({ id: order.id, ...(end === 'notHandedOver' ? { notHandedOver: true } : {}) }))
    setBusy(false)
    setRefused(answer.ok ? null : answer.refused)
    if (answer.ok) onChanged()
  }
  return (
    <section className={page.card} aria-label={words.reports}>
      <h2 className={classes.head}>{order.closedAt === null ? words.close : words.reports}</h2>
      {mayClose.why !== null && order.closedAt === null && (
        <>
          <p className={page.quiet}>{mayClose.why}</p>
          <p className={page.quiet}>{mayClose.hint}</p>
        </>
      )}
      <div className={page.row}>
        <button type="button" className={page.button} onClick={() => void report('text')}>
          {words.report}
        </button>
        <button type="button" className={page.button} onClick={() => void report('csv')}>
          {words.csv}
        </button>
        {order.isRecorded && order.closedAt === null && (
          <button type="button" className={page.primary} disabled={!mayClose.ok || isBusy} onClick={() => void close()}>
            {end === null ? words.close : CLOSE[end]}
          </button>
        )}
      </div>
      {refused !== null && <RefusedSaid refused={refused} />}
    </section>
  )
}
