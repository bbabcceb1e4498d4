import type { Log } from '../../bench/ports.ts'
import type { SyslogDatagram } from '../../core/syslog/receive.ts'
import { openUdpOnInterface, type Place } from '../interface.ts'

export type PhoneSyslogOptions = {
  interface: string | null
  address: string
  port: number
  isAllowedPeer?: (address: string) => boolean
  /** Messages of one phone a second, on average; asked with each message. */
  perSecond?: () => number
  receive(datagram: SyslogDatagram): Promise<void>
  log: Log
  tap?: Place['tap']
}

const MAX_BYTES = 2048
const BURST = 100
const PER_SECOND = 10
const MAX_PEERS = 4096

type Bucket = { left: number; filledAt: number; dropped: number }

/** The syslog server for phones. Throws ServiceError. */
export async function servePhoneSyslog(options: PhoneSyslogOptions): Promise<{ where: string; port: number; close(): Promise<void> }> {
  const socket = await openUdpOnInterface(options)
  const buckets = new Map<string, Bucket>()
  socket.on('message', (bytes, { address }) => {
    if (options.isAllowedPeer?.(address) === false) return
    if (buckets.size >= MAX_PEERS && !buckets.has(address)) buckets.clear()
    const bucket = buckets.get(address) ?? { left: BURST, filledAt: performance.now(), dropped: 0 }
    buckets.set(address, bucket)
    if (!take(bucket, performance.now(), options.perSecond?.() ?? PER_SECOND)) {
      bucket.dropped += 1
      return
    }
    const { dropped } = bucket
    bucket.dropped = 0
    options
      .receive({ text: bytes.subarray(0, MAX_BYTES).toString('utf8'), peer: address, dropped })
      .catch((fault: unknown) => options.log('error', 'a message of a phone was lost', { peer: address, fault: String(fault) }))
  })
  socket.on('error', (error) => options.log('error', 'the syslog server reports an error', { fault: String(error) }))
  const { port } = socket.address()
  return {
    where: `${options.address}:${port}${options.interface === null ? '' : ` on ${options.interface}`}`,
    port,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

/** A bucket that fills by `perSecond` up to ten seconds' worth (`BURST` at the least). */
function take(bucket: Bucket, nowMs: number, perSecond: number): boolean {
  const burst = Math.max(BURST, perSecond * 10)
  bucket.left = Math.min(burst, bucket.left + ((nowMs - bucket.filledAt) / 1000) * perSecond)
  bucket.filledAt = nowMs
  if (bucket.left < 1) return false
  bucket.left -= 1
  return true
}
