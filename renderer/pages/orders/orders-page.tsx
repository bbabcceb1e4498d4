import { useState } from 'react'
import type { OrderView } from '../../../preload/contract/orders.ts'
import { useBench, useBoard } from '../../app/bench-context.ts'
import { formatRoute } from '../../app/route.ts'
import page from '../../parts/page.module.css'
import { RefusedSaid } from '../../parts/said.tsx'
import { orders as words } from '../../words/orders.ts'
import { useAnswer } from '../compare/use-answer.ts'
import { CreateOrder } from './create-order.tsx'
import { OrderCounts } from './order-counts.tsx'
import { OrderDetail } from './order-detail.tsx'
import classes from './orders.module.css'

/** The list on the left, one order or the form of a new one on the right. Asked again when the state of a phone in it changes, never in between. */
export function OrdersPage({ id }: { id: string | null }) {
  const { client, ui } = useBench()
  const [asked, setAsked] = useState(0)
  const [isNew, setNew] = useState(false)
  const phones = useBoard(stateOfPhones)
  const list = useAnswer(`orders ${asked} ${phones}`, () => client.orders.list({}))
  const detail = useAnswer(id === null || isNew ? null : `order ${id} ${asked} ${phones}`, () => client.orders.get({ id: id ?? '' }))
  const go = (next: string | null) => {
    setNew(false)
    ui.getState().go({ page: 'orders', id: next })
  }
  const again = () => setAsked(asked + 1)
  return (
    <main className={classes.page} aria-label={words.title}>
      <nav className={classes.side} aria-label={words.title}>
        <button type="button" className={page.primary} onClick={() => setNew(true)}>
          {words.create}
        </button>
        {list.state === 'refused' && <RefusedSaid refused={list.refused} />}
        {list.state === 'ready' && (
          <>
            <List
              title={words.open}
              orders={list.value.orders.filter((order) => order.closedAt === null)}
              id={isNew ? null : id}
              onGo={go}
            />
            <List
              title={words.closed}
              orders={list.value.orders.filter((order) => order.closedAt !== null)}
              id={isNew ? null : id}
              onGo={go}
            />
          </>
        )}
      </nav>
      <div className={classes.content}>
        {isNew ? (
          <CreateOrder
            onClose={() => setNew(false)}
            onCreated={(made) => {
              again()
              go(made)
            }}
          />
        ) : id === null ? (
          <div className={classes.choose}>
            <h1 className={page.title}>{words.title}</h1>
            <p className={page.lead}>{words.lead}</p>
            <p className={page.quiet}>{list.state === 'ready' && list.value.orders.length === 0 ? words.none : words.choose}</p>
          </div>
        ) : detail.state === 'refused' ? (
          <RefusedSaid refused={detail.refused} />
        ) : detail.state === 'ready' ? (
          <OrderDetail key={detail.value.id} order={detail.value} onChanged={again} />
        ) : (
          <p className={page.quiet}>{words.loading}</p>
        )}
      </div>
    </main>
  )
}

type ListProps = { title: string; orders: readonly OrderView[]; id: string | null; onGo(id: string): void }

function List({ id, onGo, orders, title }: ListProps) {
  if (orders.length === 0) return null
  return (
    <section aria-label={title}>
      <h2 className={classes.head}>{title}</h2>
      {orders.map((order) => (
        <a
          key={order.id}
          className={classes.order}
          href={formatRoute({ page: 'orders', id: order.id })}
          aria-current={order.id === id ? 'page' : undefined}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return
            event.preventDefault()
            onGo(order.id)
          }}
        >
          <b>{order.id}</b>
          <span>{order.name === order.id ? (order.groupName ?? '') : order.name}</span>
          <OrderCounts order={order} />
        </a>
      ))}
    </section>
  )
}

type Phones = {
  devices: ReadonlyMap<string, { mac: string; order: string | null; state: string; token: string; synced: boolean; reason: unknown }>
}

/** Changes with the state of any phone in an order, and with nothing else: progress of a download is no news here. */
function stateOfPhones({ devices }: Phones): string {
  let text = ''
  for (const { mac, order, reason, state, synced, token } of devices.values())
    if (order !== null) text += `${mac}${order}${state}${token}${synced ? 1 : 0}${reason === null ? 0 : 1}`
  return text
}
