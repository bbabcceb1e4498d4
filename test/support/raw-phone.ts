import { optionField, type RawMessage, rawMessage, address as addressBytes, text } from './dhcp-bytes.ts'
import { type Frame, type UdpFrame, udpFrame, type Wire } from './raw-wire.ts'

/** What a phone says, by DHCP words; everything else of the message as `RawMessage` has it. */
export type Words = RawMessage & {
  type?: number
  requested?: string
  server?: string
  list?: readonly number[]
  vendor?: string
  /** Further options, after those above. */
  more?: readonly (readonly [number, Uint8Array])[]
}

/** A server's answer, read apart from the codec under test: options in the order of the wire, instances not joined. */
export type Reply = {
  frame: Frame
  payload: Buffer
  op: number
  htype: number
  hlen: number
  hops: number
  xid: number
  secs: number
  flags: number
  ciaddr: string
  yiaddr: string
  siaddr: string
  giaddr: string
  chaddr: string
  sname: Buffer
  file: Buffer
  options: readonly (readonly [number, Buffer])[]
  /** OFFER, ACK, NAK, or the number of another type. */
  kind: string
  /** Instances of an option as one value (RFC 3396); undefined when absent. */
  option(code: number): Buffer | undefined
}

export const DISCOVER = 1
export const REQUEST = 3
export const DECLINE = 4
export const RELEASE = 7
export const INFORM = 8
export const BROADCAST = 0x8000

const KINDS: Record<number, string> = { 2: 'OFFER', 5: 'ACK', 6: 'NAK' }

export function wordsToBytes({ type, requested, server, list, vendor, more = [], ...message }: Words): Uint8Array {
  if (message.options !== undefined) return rawMessage(message)
  const options: (readonly [number, Uint8Array])[] = []
  if (type !== undefined) options.push([53, Uint8Array.of(type)])
  if (requested !== undefined) options.push([50, addressBytes(requested)])
  if (server !== undefined) options.push([54, addressBytes(server)])
  if (vendor !== undefined) options.push([60, text(vendor)])
  if (list !== undefined) options.push([55, Uint8Array.from(list)])
  return rawMessage({ ...message, options: optionField(...options, ...more) })
}

export function readReply(frame: Frame): Reply | null {
  const payload = frame.udp?.payload
  if (payload === undefined || payload.length < 240 || payload.readUInt32BE(236) !== 0x63825363) return null
  const options = readOptions(payload.subarray(240))
  const option = (code: number) => {
    const parts = options.filter(([one]) => one === code).map(([, value]) => value)
    return parts.length === 0 ? undefined : Buffer.concat(parts)
  }
  const type = option(53)?.[0] ?? 0
  const dotted = (at: number) => payload.subarray(at, at + 4).join('.')
  return {
    frame,
    payload,
    op: payload[0] ?? 0,
    htype: payload[1] ?? 0,
    hlen: payload[2] ?? 0,
    hops: payload[3] ?? 0,
    xid: payload.readUInt32BE(4),
    secs: payload.readUInt16BE(8),
    flags: payload.readUInt16BE(10),
    ciaddr: dotted(12),
    yiaddr: dotted(16),
    siaddr: dotted(20),
    giaddr: dotted(24),
    chaddr: payload.toString('hex', 28, 34),
    sname: payload.subarray(44, 108),
    file: payload.subarray(108, 236),
    options,
    kind: KINDS[type] ?? String(type),
    option,
  }
}

export function readOptions(field: Buffer): [number, Buffer][] {
  const options: [number, Buffer][] = []
  for (let at = 0; at < field.length; ) {
    const code = field[at] ?? 255
    if (code === 255) break
    if (code === 0) {
      at += 1
      continue
    }
    const length = field[at + 1] ?? 0
    options.push([code, field.subarray(at + 2, at + 2 + length)])
    at += 2 + length
  }
  return options
}

export type RawPhone = {
  mac: string
  /** Sends without waiting; gives the xid. */
  say(words: Words, by?: Partial<UdpFrame>): number
  /** Sends and waits for the answer to this xid; null = silence until the time is over. */
  ask(words: Words, by?: Partial<UdpFrame> & { timeoutMs?: number }): Promise<Reply | null>
  /** DISCOVER and REQUEST. Fails when either is not answered; the last answer otherwise, ACK or NAK. */
  lease(words?: Words): Promise<Reply>
}

let lastXid = 0x10000000

/** A phone with this MAC on the wire; it answers ARP for an address only when the wire is told so (`wire.own`). */
export function rawPhone(wire: Wire, mac: string): RawPhone {
  const say: RawPhone['say'] = (words, by = {}) => {
    lastXid += 1
    const xid = words.xid ?? lastXid
    wire.send(udpFrame({ from: mac, payload: wordsToBytes({ mac, xid, ...words }), ...by }))
    return xid
  }
  const ask: RawPhone['ask'] = async (words, { timeoutMs = 3000, ...by } = {}) => {
    const after = wire.heard.length
    const xid = say(words, by)
    let found: Reply | null = null
    const fits = (frame: Frame) => {
      const reply = readReply(frame)
      const isIt = reply !== null && reply.op === 2 && reply.xid === xid && reply.chaddr === (words.mac ?? mac)
      if (isIt) found = reply
      return isIt
    }
    await wire.next(fits, timeoutMs, after)
    return found
  }
  return {
    mac,
    say,
    ask,
    async lease(words = {}) {
      const xid = words.xid ?? ++lastXid
      const offer = await ask({ type: DISCOVER, flags: BROADCAST, ...words, xid })
      if (offer === null) throw new Error(`no OFFER for ${mac}`)
      const server = offer.option(54)?.join('.') ?? '0.0.0.0'
      const answer = await ask({ type: REQUEST, flags: BROADCAST, ...words, xid, requested: offer.yiaddr, server })
      if (answer === null) throw new Error(`no answer to the REQUEST of ${mac}`)
      return answer
    },
  }
}

/** A MAC of one row: what one row does must not be in the way of the next. */
export function macOf(row: number, n = 0): string {
  return `805ec0${row.toString(16).padStart(2, '0')}${n.toString(16).padStart(4, '0')}`
}
