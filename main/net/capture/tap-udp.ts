import type { Socket } from 'node:dgram'
import type { WirePacket, WirePlace, WireProtocol } from '../../core/capture/packet.ts'

/** Told of every packet at a socket, before it is read and as it is sent. It must not throw and must not take long. */
export type WireTap = (packet: WirePacket) => void

/** Tells the tap what comes and goes at this socket. Called before anybody else listens to it, so that a request is told before its answer. */
export function tapUdp(socket: Socket, { address, protocol, tap }: { protocol: WireProtocol; address: string; tap: WireTap }): void {
  let bench: WirePlace | null = null
  const own = () => (bench ??= { address, port: socket.address().port })
  const tell = (direction: 'in' | 'out', bytes: Uint8Array, phone: WirePlace) =>
    tap({ protocol, direction, phone, bench: own(), bytes, sizeBytes: bytes.length, connection: 0 })
  socket.on('message', (bytes, from) => tell('in', bytes, { address: from.address, port: from.port }))
  const send = socket.send.bind(socket) as (...args: unknown[]) => void // one of its many forms, passed on as it came
  Object.assign(socket, {
    send(message: unknown, ...rest: unknown[]) {
      const to = targetOf(socket, rest)
      if (to !== null && (typeof message === 'string' || message instanceof Uint8Array)) tell('out', bytesOf(message), to)
      send(message, ...rest)
    },
  })
}

function bytesOf(message: string | Uint8Array): Uint8Array {
  return typeof message === 'string' ? Buffer.from(message, 'utf8') : message
}

/** `send(message, port, address, …)`, or `send(message, …)` of a connected socket. */
function targetOf(socket: Socket, [port, address]: unknown[]): WirePlace | null {
  if (typeof port === 'number' && typeof address === 'string') return { address, port }
  if (typeof port === 'number') return null
  try {
    const peer = socket.remoteAddress()
    return { address: peer.address, port: peer.port }
  } catch {
    return null // not connected any more: it sends nothing either
  }
}
