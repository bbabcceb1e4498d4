import type { Log } from '../../bench/ports.ts'
import { answerNtp } from '../../core/ntp/answer.ts'
import { openUdpOnInterface, type Place } from '../interface.ts'

export type PhoneNtpOptions = {
  interface: string | null
  address: string
  port: number
  isAllowedPeer?: (address: string) => boolean
  /** A phone was told the time; not more than once in ten minutes for each. */
  asked(peer: string): void
  now(): number
  log: Log
  tap?: Place['tap']
}

const TELL_EVERY_MS = 600_000
const MAX_PEERS = 4096

/** The time server for phones. Throws ServiceError. */
export async function servePhoneNtp(options: PhoneNtpOptions): Promise<{ where: string; port: number; close(): Promise<void> }> {
  const socket = await openUdpOnInterface(options)
  const toldAt = new Map<string, number>()
  socket.on('message', (request, { address, port }) => {
    const receivedAt = options.now()
    if (options.isAllowedPeer?.(address) === false) return
    const reply = answerNtp(request, { receivedAt, transmitAt: options.now() })
    if (reply === null) return
    socket.send(reply, port, address)
    const before = toldAt.get(address)
    if (before !== undefined && receivedAt - before < TELL_EVERY_MS && receivedAt >= before) return
    if (toldAt.size >= MAX_PEERS) toldAt.clear()
    toldAt.set(address, receivedAt)
    options.asked(address)
  })
  socket.on('error', (error) => options.log('error', 'the time server reports an error', { fault: String(error) }))
  const { port } = socket.address()
  return {
    where: `${options.address}:${port}${options.interface === null ? '' : ` on ${options.interface}`}`,
    port,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}
