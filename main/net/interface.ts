import { createSocket, type Socket } from 'node:dgram'
import { isLoopback } from '../core/model/ipv4.ts'
import { forbidSharing, forceReceiveBuffer, type NativeSystem, nativeSystem, openNative } from './native-socket.ts'
import { socketRefusal } from './socket-refusal.ts'
import { ServiceError } from './service-error.ts'

export type Place = {
  interface: string | null
  address: string
  port: number
  /** What the system keeps for us until we read it; more than the system allows gives as much as it allows. */
  receiveBufferBytes?: number
  /** Sees the socket before anybody else listens to it: the packet view. */
  tap?: ((socket: Socket) => void) | undefined
}

/**
 * Every UDP socket that phones talk to is opened here. With an interface: a socket that hears and leaves by that interface alone, whatever the
 * routes say. Without one (an address given on purpose): bound to the address. Throws ServiceError; nothing is ever shared or fallen back to.
 */
export async function openUdpOnInterface(place: Place): Promise<Socket> {
  try {
    const socket = await open(place)
    place.tap?.(socket)
    return socket
  } catch (error) {
    throw new ServiceError(await socketRefusal(error, place, 'udp'))
  }
}

async function open(place: Place): Promise<Socket> {
  const system = place.interface === null || isLoopback(place.address) ? null : nativeSystem()
  return system === null || place.interface === null ? boundToAddress(place) : tiedToInterface(system, place, place.interface)
}

/** Linux and macOS: wildcard address, or broadcasts would not be heard; the tie keeps other interfaces out. */
async function tiedToInterface(system: NativeSystem, { port, receiveBufferBytes }: Place, name: string): Promise<Socket> {
  const fd = openNative(system, { interface: name, address: '0.0.0.0', port, kind: 'udp' })
  const socket = createSocket('udp4')
  await ready(socket, () => socket.bind({ fd }))
  forbidSharing(system, fd)
  widen(socket, receiveBufferBytes)
  if (receiveBufferBytes !== undefined) forceReceiveBuffer(system, fd, receiveBufferBytes)
  return socket
}

function widen(socket: Socket, bytes: number | undefined): void {
  if (bytes !== undefined) socket.setRecvBufferSize(bytes)
}

/** Windows hears broadcasts on a socket bound to the interface's address and sends them out by it; the other systems hear unicast only. */
async function boundToAddress({ address, port, receiveBufferBytes }: Place): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: false })
  await ready(socket, () => socket.bind({ address, port, exclusive: true }))
  socket.setBroadcast(true)
  widen(socket, receiveBufferBytes)
  return socket
}

function ready(socket: Socket, bind: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      socket.close()
      reject(error)
    }
    socket.once('error', failed)
    socket.once('listening', () => {
      socket.off('error', failed)
      resolve()
    })
    bind()
  })
}
