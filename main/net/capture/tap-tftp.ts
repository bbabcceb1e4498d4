import type { Socket } from 'node:dgram'
import type { WirePacket, WirePlace } from '../../core/capture/packet.ts'
import type { WireTap } from './tap-udp.ts'

const DATA = 3
const ACK = 4

/**
 * Of a transfer its beginning and its end: every packet but DATA and ACK, the first of each, and, when its socket closes, the last. What lies between differs by a number
 * alone, and a firmware image has twenty thousand of them: of those nothing is kept but the bytes. The socket is, or will be, connected to the phone.
 */
export function tapTransfer(socket: Socket, { address, tap }: { address: string; tap: WireTap }): void {
  const last = new Map<string, { direction: WirePacket['direction']; message: Message }>()
  const seen = new Set<string>()
  let places: { phone: WirePlace; bench: WirePlace } | null = null
  const tell = (direction: WirePacket['direction'], message: Message) => {
    if (places === null) return
    const bytes = Array.isArray(message) ? Buffer.concat(message) : message
    tap({ protocol: 'tftp', direction, ...places, bytes, sizeBytes: bytes.length, connection: 0 })
  }
  const take = (direction: WirePacket['direction'], message: Message) => {
    const opcode = (Array.isArray(message) ? message[0]?.[1] : message[1]) ?? 0
    const kind = `${direction} ${opcode}`
    if ((opcode === DATA || opcode === ACK) && seen.has(kind)) {
      last.set(kind, { direction, message })
      return
    }
    places ??= placesOf(socket, address)
    seen.add(kind)
    tell(direction, message)
  }
  socket.on('message', (bytes) => take('in', bytes))
  const send = socket.send.bind(socket) as (...args: unknown[]) => void // one of its many forms, passed on as it came
  Object.assign(socket, {
    send(message: unknown, ...rest: unknown[]) {
      if (message instanceof Uint8Array || Array.isArray(message)) take('out', message)
      send(message, ...rest)
    },
  })
  socket.once('close', () => {
    for (const { direction, message } of last.values()) tell(direction, message)
  })
}

/** One packet, or its pieces in order. */
type Message = Uint8Array | Uint8Array[]

function placesOf(socket: Socket, address: string): { phone: WirePlace; bench: WirePlace } | null {
  try {
    const phone = socket.remoteAddress()
    return { phone: { address: phone.address, port: phone.port }, bench: { address, port: socket.address().port } }
  } catch {
    return null // not connected any more: it says nothing either
  }
}
