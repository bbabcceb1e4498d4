import { Buffer } from 'node:buffer'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ipv4 } from '../core/model/ipv4.ts'
import { macToBytes } from '../core/model/mac.ts'
import type { DhcpLink } from './dhcp-link.ts'
import {
  ACK,
  addressBytes,
  type ClientMessage,
  DISCOVER,
  encodeClientMessage,
  INFORM,
  NAK,
  OFFER,
  optionAddress,
  REQUEST,
  type ServerMessage,
  vendorBlocks,
} from './dhcp-packet.ts'
import type { PhoneSpec, PhoneStep } from './phone-spec.ts'
import { fill, valuesOf } from './spelling.ts'

export type PhoneLease = { address: Ipv4; server: Ipv4; seconds: number; options: ReadonlyMap<number, Buffer> }

export type DhcpContext = {
  spec: PhoneSpec
  link: DhcpLink
  retransmitMs: number
  chance: () => number
  emit: (step: PhoneStep, detail: string) => void
  signal: AbortSignal
}

/** REQUESTs sent for one offer before the phone begins again (RFC 2131 3.1, 5). */
const REQUEST_TRIES = 4

/** DISCOVER, OFFER, REQUEST, ACK (RFC 2131 3.1). Goes on until a lease is there or the signal says stop. */
export async function obtainLease(context: DhcpContext): Promise<PhoneLease> {
  while (true) {
    const xid = Math.floor(context.chance() * 0xffffffff) >>> 0
    const offer = await discover(context, xid)
    const server = optionAddress(offer.options.get(54))
    if (server === null) continue
    const answer = await request(context, xid, offer, server)
    if (answer?.type === ACK) return leaseOf(answer, server)
    if (answer?.type === NAK) {
      context.emit('nak', `${server} takes ${offer.yiaddr} back`)
      await sleep(jitter(context, context.retransmitMs), undefined, { signal: context.signal }) // RFC 2131 3.1.5: no NAK storms
    }
  }
}

async function discover(context: DhcpContext, xid: number): Promise<ServerMessage> {
  for (let attempt = 0; ; attempt++) {
    context.emit('discover', attempt === 0 ? '' : `again, ${attempt}`)
    context.link.send(message(context, { type: DISCOVER, xid, secs: attempt }))
    const offer = await context.link.receive((m) => m.xid === xid && m.type === OFFER, backoff(context, attempt), context.signal)
    if (offer === null) continue
    context.emit('offer', offer.yiaddr)
    return offer
  }
}

async function request(context: DhcpContext, xid: number, offer: ServerMessage, server: Ipv4): Promise<ServerMessage | null> {
  const extra: [number, Buffer][] = [
    [50, addressBytes(offer.yiaddr)],
    [54, addressBytes(server)],
  ]
  for (let attempt = 0; attempt < REQUEST_TRIES; attempt++) {
    context.emit('request', offer.yiaddr)
    context.link.send(message(context, { type: REQUEST, xid, secs: attempt, extra }))
    const answer = await context.link.receive(
      (m) => m.xid === xid && (m.type === ACK || m.type === NAK),
      backoff(context, attempt),
      context.signal,
    )
    if (answer !== null) return answer
  }
  return null
}

/** RENEWING: unicast REQUEST with ciaddr, neither 50 nor 54 (RFC 2131 4.3.2). null = refused or unanswered: begin again. */
export async function renewLease(context: DhcpContext, lease: PhoneLease): Promise<PhoneLease | null> {
  const xid = Math.floor(context.chance() * 0xffffffff) >>> 0
  context.emit('renew', lease.address)
  for (let attempt = 0; attempt < REQUEST_TRIES; attempt++) {
    context.link.send(message(context, { type: REQUEST, xid, secs: attempt, ciaddr: lease.address }))
    const answer = await context.link.receive(
      (m) => m.xid === xid && (m.type === ACK || m.type === NAK),
      backoff(context, attempt),
      context.signal,
    )
    if (answer?.type === NAK) context.emit('nak', `${lease.server} ends ${lease.address}`)
    if (answer !== null) return answer.type === ACK ? leaseOf(answer, lease.server) : null
  }
  return null
}

/** INFORM: options only, the address stays (RFC 2131 3.4). null = no answer. */
export async function informOptions(context: DhcpContext, lease: PhoneLease): Promise<ReadonlyMap<number, Buffer> | null> {
  const xid = Math.floor(context.chance() * 0xffffffff) >>> 0
  for (let attempt = 0; attempt < 2; attempt++) {
    context.emit('inform', lease.address)
    context.link.send(message(context, { type: INFORM, xid, secs: attempt, ciaddr: lease.address }))
    const answer = await context.link.receive((m) => m.xid === xid && m.type === ACK, backoff(context, attempt), context.signal)
    if (answer !== null) return answer.options
  }
  return null
}

type Draft = { type: number; xid: number; secs: number; ciaddr?: Ipv4; extra?: readonly (readonly [number, Buffer])[] }

function message(context: DhcpContext, draft: Draft): Buffer {
  const whole: ClientMessage = {
    type: draft.type,
    xid: draft.xid,
    mac: context.spec.mac,
    secs: draft.secs,
    ciaddr: draft.ciaddr ?? '0.0.0.0',
    options: [...(draft.extra ?? []), ...factOptions(context.spec)],
  }
  return encodeClientMessage(whole)
}

/** What the family says of itself in every message. */
function factOptions(spec: PhoneSpec): [number, Buffer][] {
  const { dhcp } = spec.sample
  const values = valuesOf(spec, spec.memory.firmware)
  const options: [number, Buffer][] = [
    [57, Buffer.from([0x05, 0xdc])], // largest message: 1500
    [61, Buffer.concat([Buffer.from([1]), macToBytes(spec.mac)])],
    [55, Buffer.from(dhcp.parameterRequestList)],
  ]
  const identity = vendorClass(spec, values)
  if (identity !== null) options.push([60, identity])
  if (dhcp.hostName !== null) options.push([12, Buffer.from(fill(dhcp.hostName, values))])
  return options
}

function vendorClass(spec: PhoneSpec, values: Record<string, string | null>): Buffer | null {
  const form = spec.sample.dhcp.vendorClass
  if (form === null) return null
  if ('text' in form) return Buffer.from(fill(form.text, values))
  const items = Object.entries(form.items).map(([code, value]) => [Number(code), fill(value, values)] as const)
  return vendorBlocks(form.enterprise, items)
}

function leaseOf(ack: ServerMessage, server: Ipv4): PhoneLease {
  const time = ack.options.get(51)
  return {
    address: ack.yiaddr,
    server,
    seconds: time !== undefined && time.length === 4 ? time.readUInt32BE(0) : 3600,
    options: ack.options,
  }
}

/** 4, 8, 16, ... seconds, each off by up to a quarter (RFC 2131 4.1, scaled to the first wait). */
function backoff(context: DhcpContext, attempt: number): number {
  return jitter(context, context.retransmitMs * 2 ** Math.min(attempt, 4))
}

function jitter(context: DhcpContext, ms: number): number {
  return ms * (0.75 + context.chance() * 0.5)
}
