import type { OrderView } from '../../../preload/contract/orders.ts'
import { orders as words } from '../../words/orders.ts'
import classes from './orders.module.css'

/** How far an order is: one bar and its number, and what needs a hand. */
export function OrderCounts({ isLarge = false, order }: { order: OrderView; isLarge?: boolean }) {
  const { done, expected, failed, held, phones, synced } = order.counts
  const all = Math.max(
    phones,
    order.models.reduce((sum, { count }) => sum + count, 0),
  )
  const rest = [
    synced > 0 ? words.synced(synced) : null,
    held > 0 ? words.held(held) : null,
    failed > 0 ? words.failed(failed) : null,
    expected > 0 ? words.expected(expected) : null,
  ].filter((one) => one !== null)
  return (
    <div className={classes.counts} data-large={isLarge || undefined}>
      <b>{words.countOf(done, all)}</b>
      <progress max={Math.max(all, 1)} value={done} aria-label={words.countOf(done, all)} />
      {rest.length > 0 && <span>{rest.join(' · ')}</span>}
    </div>
  )
}
