import type { Socket } from 'node:dgram'
import type { WirePacket } from '../../core/capture/packet.ts'
import { tapUdp, type WireTap } from './tap-udp.ts'

const DATA = 3
const ACK = 4

/**
 * Of a transfer its beginning and its end: every packet but DATA and ACK, the first of each, and, when its socket closes, the last. What lies between differs by a number
 * alone, and a firmware image has twenty thousand of them.
 */
export function tapTransfer(socket: Socket, { address, tap }: { address: string; tap: WireTap }): void {
  const last = new Map<string, WirePacket>()
  const seen = new Set<string>()
  tapUdp(socket, {
    protocol: 'tftp',
    address,
    tap(packet) {
      const opcode = packet.bytes[1]
      const kind = `${packet.direction} ${opcode}`
      if ((opcode === DATA || opcode === ACK) && seen.has(kind)) last.set(kind, packet)
      else {
        seen.add(kind)
        tap(packet)
      }
    },
  })
  socket.once('close', () => {
    for (const packet of last.values()) tap(packet)
  })
}
