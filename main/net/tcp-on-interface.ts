import type { Server } from 'node:net'
import { isLoopback } from '../core/model/ipv4.ts'
import type { Place } from './interface.ts'
import { nativeSystem, openNative } from './native-socket.ts'
import { ServiceError } from './service-error.ts'
import { socketRefusal } from './socket-refusal.ts'

/**
 * Lets a TCP (or HTTP) server listen for phones. With an interface, on Linux and macOS: tied to it, so that an office host which routes to the
 * bench address is not heard (weak host model); a program on this very machine is not heard either, it comes by loopback. Otherwise bound to the
 * address. Throws ServiceError.
 */
export async function listenTcpOnInterface(server: Server, place: Place): Promise<void> {
  try {
    const system = place.interface === null || isLoopback(place.address) ? null : nativeSystem()
    if (system === null || place.interface === null)
      return await listening(server, () => server.listen({ host: place.address, port: place.port, exclusive: true }))
    const fd = openNative(system, { interface: place.interface, address: place.address, port: place.port, kind: 'tcp' })
    await listening(server, () => server.listen({ fd }))
  } catch (error) {
    throw new ServiceError(await socketRefusal(error, place, 'tcp'))
  }
}

function listening(server: Server, listen: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.once('listening', () => {
      server.off('error', reject)
      resolve()
    })
    listen()
  })
}
