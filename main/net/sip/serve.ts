import type { Socket } from 'node:dgram'
import { isIP } from 'node:net'
import type { Log, Random } from '../../bench/ports.ts'
import type { SipAsking } from '../../core/sip/asking.ts'
import { headerOf, readSip, type SipMessage, type SipResponse, writeSip } from '../../core/sip/message.ts'
import { returnPlace, type SipPlace } from '../../core/sip/respond.ts'
import type { SipAnswer, SipOut } from '../../core/sip/send.ts'
import { createNonces, type Nonces } from '../http/nonce.ts'
import { openUdpOnInterface, type Place } from '../interface.ts'

export type PhoneSipOptions = {
  interface: string | null
  address: string
  port: number
  isAllowedPeer?: (address: string) => boolean
  answer(asking: SipAsking): Promise<SipAnswer>
  /** A request of ours came to its end; what it gives back is sent next (credentials for a challenge). */
  ended(ended: { out: SipOut; response: SipResponse | null; fresh: Uint8Array }): Promise<SipOut | null>
  random: Random
  now(): number
  log: Log
  limits?: Partial<PhoneSipLimits>
  tap?: Place['tap']
}

/** First pause, longest pause, and when a request of ours is given up. */
export type PhoneSipLimits = { firstMs: number; longestMs: number; giveUpMs: number }

const LIMITS: PhoneSipLimits = { firstMs: 500, longestMs: 4000, giveUpMs: 10_000 }
const PNP_GROUP = '224.0.1.75'
const MAX_WAITING = 2000

export type PhoneSip = { where: string; port: number; own: SipPlace; send(out: SipOut): void; close(): Promise<void> }

type Waiting = { out: SipOut; timer: NodeJS.Timeout; startedAt: number; pauseMs: number; isHeard: boolean }

/** The SIP server of the bench. Throws ServiceError. */
export async function servePhoneSip(options: PhoneSipOptions): Promise<PhoneSip> {
  const limits = { ...LIMITS, ...options.limits }
  const socket = await openUdpOnInterface(options)
  joinPnp(socket, options)
  const own = { address: options.address, port: socket.address().port }
  const nonces = createNonces(options.random.bytes(32), options.now)
  const waiting = new Map<string, Waiting>()
  let isClosed = false
  const sendText = (message: SipMessage, to: SipPlace) => {
    if (!isClosed && isIP(to.address) === 4) socket.send(writeSip(message), to.port, to.address)
  }
  const lost = (fault: unknown) =>
    options.log('error', 'a SIP message was lost', { fault: fault instanceof Error ? fault.message : String(fault) })

  const send = (out: SipOut): void => {
    const key = keyOf(out.request)
    if (isClosed || waiting.size >= MAX_WAITING || waiting.has(key)) return
    const entry: Waiting = {
      out,
      timer: setTimeout(() => again(key), limits.firstMs),
      startedAt: performance.now(),
      pauseMs: limits.firstMs,
      isHeard: false,
    }
    waiting.set(key, entry)
    sendText(out.request, out.to)
  }
  const again = (key: string): void => {
    const entry = waiting.get(key)
    if (entry === undefined) return
    if (performance.now() - entry.startedAt >= limits.giveUpMs) {
      end(key, null)
      return
    }
    // A provisional response stops the repeats, not the wait.
    if (!entry.isHeard) sendText(entry.out.request, entry.out.to)
    entry.pauseMs = Math.min(entry.pauseMs * 2, limits.longestMs)
    entry.timer = setTimeout(() => again(key), entry.pauseMs)
  }
  const end = (key: string, response: SipResponse | null): void => {
    const entry = waiting.get(key)
    if (entry === undefined) return
    clearTimeout(entry.timer)
    waiting.delete(key)
    options
      .ended({ out: entry.out, response, fresh: options.random.bytes(32) })
      .then((next) => {
        if (next !== null) send(next)
      })
      .catch(lost)
  }

  const onResponse = (response: SipResponse, from: SipPlace): void => {
    const key = keyOf(response)
    const entry = waiting.get(key)
    // Only from whom it was sent to: somebody else's word on it counts for nothing.
    if (entry === undefined || entry.out.to.address !== from.address) return
    if (response.status < 200) entry.isHeard = true
    else end(key, response)
  }

  socket.on('message', (bytes, { address, port }) => {
    if (isClosed || options.isAllowedPeer?.(address) === false) return
    const message = readSip(bytes.toString('utf8'))
    // Two line breaks keep a hole in somebody's NAT open; there is none here, and no answer is wanted.
    if (message === null) return
    const from = { address, port }
    if (message.kind === 'response') return onResponse(message, from)
    options
      .answer({ request: message, from, own, ...freshFor(options, nonces) })
      .then(({ requests, responses }) => {
        for (const response of responses) sendText(response, returnPlace(message, from))
        for (const request of requests) send(request)
      })
      .catch(lost)
  })
  socket.on('error', (error) => options.log('error', 'the SIP server reports an error', { fault: String(error) }))

  return {
    where: `${options.address}:${own.port}${options.interface === null ? '' : ` on ${options.interface}`}`,
    port: own.port,
    own,
    send,
    async close() {
      isClosed = true
      for (const { timer } of waiting.values()) clearTimeout(timer)
      waiting.clear()
      await new Promise<void>((resolve) => socket.close(() => resolve()))
    },
  }
}

function freshFor({ random }: PhoneSipOptions, nonces: Nonces): Pick<SipAsking, 'fresh' | 'nonce' | 'isFreshNonce'> {
  return { fresh: random.bytes(32), nonce: nonces.issue(), isFreshNonce: nonces.isFresh }
}

/** Only on the bench's interface. Without it plug and play alone is missing; everything else goes on. */
function joinPnp(socket: Socket, { address, log }: PhoneSipOptions): void {
  try {
    socket.addMembership(PNP_GROUP, address)
    socket.setMulticastTTL(1)
  } catch (error) {
    log('warn', 'SIP plug and play cannot be heard: the interface takes no multicast', {
      fault: error instanceof Error ? error.message : String(error),
    })
  }
}

/** What a response is found by: the branch of our Via and the method (RFC 3261 section 17.1.3). */
function keyOf(message: SipMessage): string {
  const branch = /branch=([^;\s]+)/i.exec(headerOf(message, 'via') ?? '')?.[1] ?? ''
  return `${branch} ${headerOf(message, 'cseq') ?? ''}`
}
