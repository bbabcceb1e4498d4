import { type Decision, note } from '../model/decision.ts'
import type { Mac } from '../model/mac.ts'

/** A phone that takes too small a packet for all that it asks for: whoever wonders why it knows no URL finds it on its timeline. */
export function optionsDropped(mac: Mac, dropped: readonly number[], limitBytes: number, now: number): Decision<null> {
  const which = dropped.length === 1 ? `Option ${dropped[0]} did` : `Options ${dropped.join(', ')} did`
  const text = `${which} not fit into the ${limitBytes} bytes that the phone takes in one DHCP reply and is left out: shorten what is given to it`
  return { reply: null, changes: [], effects: [note(now, mac, 'dhcp.dropped', text, 'warn')] }
}
