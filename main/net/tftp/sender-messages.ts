import type { WireTap } from '../capture/tap-udp.ts'
import type { PreparedSocket } from '../prepared-socket.ts'
import type { Ended } from './transfer.ts'

/**
 * What the server tells a thread that sends firmware, and what the thread tells it. The server has decided everything: which file, to whom, through which socket. The
 * thread owns the bytes and the timers of the transfer, and nothing else. `id` numbers the transfers of a server; each gets exactly one `ended` or `failed`, last.
 */
export type ToSender =
  | {
      do: 'send'
      id: number
      path: string
      isNetascii: boolean
      /** What the phone asked for (RFC 2347), names in lower case. */
      options: readonly (readonly [name: string, value: string])[]
      socket: PreparedSocket
      /** Address of the bench, for the packet view. */
      address: string
      peer: { address: string; port: number }
    }
  /** The phone asked again with the same request. */
  | { do: 'again'; id: number }
  | { do: 'stop'; id: number }

export type FromSender =
  /** The socket is the thread's now. */
  | { did: 'take'; id: number }
  /** At most one in `PROGRESS_MS` for a transfer. */
  | { did: 'send'; id: number; sentBytes: number; sizeBytes: number }
  /** A packet for the packet view. */
  | { did: 'see'; packet: Parameters<WireTap>[0] }
  | { did: 'end'; id: number; sizeBytes: number; end: Ended }
  | { did: 'fail'; id: number; fault: string }

export const PROGRESS_MS = 500
