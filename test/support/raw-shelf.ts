import { BROADCAST, DISCOVER, readReply, REQUEST, wordsToBytes } from './raw-phone.ts'
import { udpFrame, type Wire } from './raw-wire.ts'

export type ShelfResult = {
  /** Milliseconds from its power to its ACK, by phone; null = none. */
  tookMs: (number | null)[]
  addresses: Set<string>
  /** Messages sent again because no answer came. */
  repeats: number
}

/** RFC 2131 section 4.1: four seconds, then eight. */
const REPEAT_MS = 4000
const LOOK_MS = 5

/**
 * A shelf of phones whose switch comes back: each powers on at `startMs(n)` and goes the whole way from DISCOVER to ACK, with the repeats of the RFC. Ends when all
 * have a lease, or after `limitMs`.
 */
export async function powerShelfOn(
  wire: Wire,
  macs: readonly string[],
  { startMs, limitMs, list = [1, 3, 66] }: { startMs: (n: number) => number; limitMs: number; list?: readonly number[] },
): Promise<ShelfResult> {
  const phones = macs.map((mac, n) => ({
    mac,
    xid: 0x50000000 + n,
    startMs: startMs(n),
    state: 'off' as State,
    sentAt: 0,
    wait: REPEAT_MS,
    offer: '',
    server: '',
  }))
  const byXid = new Map(phones.map((phone) => [phone.xid, phone]))
  const result: ShelfResult = { tookMs: macs.map(() => null), addresses: new Set(), repeats: 0 }
  const began = performance.now()
  let seen = wire.heard.length
  const send = (phone: (typeof phones)[number]) => {
    const asking = phone.state === 'discovering' ? { type: DISCOVER } : { type: REQUEST, requested: phone.offer, server: phone.server }
    phone.sentAt = performance.now() - began
    wire.send(
      udpFrame({
        from: phone.mac,
        payload: wordsToBytes({ mac: phone.mac, xid: phone.xid, flags: BROADCAST, list, vendor: 'yealink', ...asking }),
      }),
    )
  }
  for (;;) {
    const now = performance.now() - began
    for (; seen < wire.heard.length; seen++) {
      const frame = wire.heard[seen]
      const reply = frame?.udp?.sourcePort === 67 ? readReply(frame) : null
      const phone = reply === null ? undefined : byXid.get(reply.xid)
      if (reply === null || phone === undefined || phone.mac !== reply.chaddr) continue
      if (reply.kind === 'OFFER' && phone.state === 'discovering') {
        Object.assign(phone, { state: 'requesting', offer: reply.yiaddr, server: reply.option(54)?.join('.'), wait: REPEAT_MS })
        send(phone)
      } else if (reply.kind === 'ACK' && phone.state === 'requesting') {
        phone.state = 'bound'
        result.tookMs[phone.xid - 0x50000000] = reply.frame.atMs - began - phone.startMs
        result.addresses.add(reply.yiaddr)
      } else if (reply.kind === 'NAK' && phone.state === 'requesting') {
        Object.assign(phone, { state: 'discovering', wait: REPEAT_MS })
        send(phone)
      }
    }
    for (const phone of phones) {
      if (phone.state === 'off' && now >= phone.startMs) {
        phone.state = 'discovering'
        send(phone)
      } else if (phone.state !== 'off' && phone.state !== 'bound' && now - phone.sentAt >= phone.wait) {
        result.repeats += 1
        phone.wait *= 2
        send(phone)
      }
    }
    if (now >= limitMs || phones.every((phone) => phone.state === 'bound')) return result
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}

type State = 'off' | 'discovering' | 'requesting' | 'bound'
