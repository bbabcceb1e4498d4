import type { OrderDetail, OrderPhoneView } from '../../../preload/contract/orders.ts'
import { useBench } from '../../app/bench-context.ts'
import page from '../../parts/page.module.css'
import { orders as words } from '../../words/orders.ts'
import { stateWords } from '../../words/states.ts'
import classes from './orders.module.css'

/** What is not done stands first; a phone opens beside the page. */
export function OrderPhones({ order }: { order: OrderDetail }) {
  const { ui } = useBench()
  if (order.phones.length === 0) return <p className={page.quiet}>{words.noPhones}</p>
  const sorted = [...order.phones].sort((a, b) => Number(a.lacks === null) - Number(b.lacks === null))
  return (
    <section aria-label={words.phones}>
      <table className={page.table}>
        <thead>
          <tr>
            <th scope="col">{words.columns.phone}</th>
            <th scope="col">{words.columns.model}</th>
            <th scope="col">{words.columns.line}</th>
            <th scope="col">{words.columns.firmware}</th>
            <th scope="col">{words.columns.state}</th>
            <th scope="col">{words.columns.lacks}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((phone) => (
            <tr key={phone.mac}>
              <th scope="row">
                <button
                  type="button"
                  className={classes.link}
                  onClick={() => ui.getState().open({ kind: 'phone', mac: phone.mac, side: 'right', asksReason: false })}
                >
                  {spelled(phone.mac)}
                </button>
              </th>
              <td>{phone.model}</td>
              <td className={classes.number}>{phone.line}</td>
              <td>{firmwareOf(phone)}</td>
              <td>{wordOf(phone.state)}</td>
              <td>{phone.lacks === null ? <b className={classes.good}>{words.done}</b> : phone.lacks}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function firmwareOf({ firmware, targetFirmware }: OrderPhoneView): string {
  if (firmware === null) return targetFirmware === null ? '' : `→ ${targetFirmware}`
  return targetFirmware === null || targetFirmware === firmware ? firmware : `${firmware} → ${targetFirmware}`
}

function wordOf(state: string): string {
  return state in stateWords ? stateWords[state as keyof typeof stateWords].word : state // checked by `in`
}

function spelled(mac: string): string {
  return (mac.match(/../g) ?? []).join(':').toUpperCase()
}
