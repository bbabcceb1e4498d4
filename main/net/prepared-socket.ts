import { createSocket, type Socket } from 'node:dgram'

/**
 * A UDP socket that is still to be made a Node socket, by whichever thread will use it: a descriptor of this process, tied to its interface and bound; or where to bind.
 * A value that can be sent to a thread.
 */
export type PreparedSocket = { fd: number } | { address: string; port: number }

/** The socket, once. Rejects with what the system says. */
export function takeSocket(prepared: PreparedSocket): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: false, lookup: isAddress })
  return ready(socket, () => socket.bind('fd' in prepared ? { fd: prepared.fd } : { ...prepared, exclusive: true }))
}

/** Nothing here is ever sent to a name: an address is its own answer, at once. */
function isAddress(address: string, _options: unknown, tell: (error: null, address: string, family: number) => void): void {
  tell(null, address, 4)
}

function ready(socket: Socket, bind: () => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      socket.close()
      reject(error)
    }
    socket.once('error', failed)
    socket.once('listening', () => {
      socket.off('error', failed)
      resolve(socket)
    })
    bind()
  })
}
