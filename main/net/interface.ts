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

/** How a UDP socket is kept to one interface on a system. */
export type BindPlan = { tie: null; address: string } | { tie: NativeSystem; name: string; address: string }

/**
 * Linux and macOS: wildcard address, or broadcasts would not be heard; the tie keeps other interfaces out. Windows hears broadcasts on a socket bound to the
 * interface's address and sends them out by it. Loopback, and an address given on purpose: bound to that address everywhere; on the first two it hears
 * unicast only.
 */
export function bindPlan(place: Place, system = nativeSystem()): BindPlan {
  const { address, interface: name } = place
  return name === null || system === null || isLoopback(address) ? { tie: null, address } : { tie: system, name, address: '0.0.0.0' }
}

async function open(place: Place): Promise<Socket> {
  const plan = bindPlan(place)
  return plan.tie === null ? boundToAddress(place) : tiedToInterface(plan, place)
}

async function tiedToInterface(plan: Exclude<BindPlan, { tie: null }>, { port, receiveBufferBytes }: Place): Promise<Socket> {
  const system = plan.tie
  const fd = openNative(system, { interface: plan.name, address: plan.address, port, kind: 'udp' })
  const socket = createSocket({ type: 'udp4', lookup: isAddress })
  await ready(socket, () => socket.bind({ fd }))
  forbidSharing(system, fd)
  widen(socket, receiveBufferBytes)
  if (receiveBufferBytes !== undefined) forceReceiveBuffer(system, fd, receiveBufferBytes)
  return socket
}

/** Linux gives what it allows, macOS refuses what is too much: then less is asked for, and at worst it stays as it was. */
function widen(socket: Socket, bytes = 0): void {
  for (let size = bytes; size >= SMALLEST_BUFFER_BYTES; size = Math.floor(size / 2)) {
    try {
      socket.setRecvBufferSize(size)
      return
    } catch {}
  }
}

const SMALLEST_BUFFER_BYTES = 128 * 1024

async function boundToAddress({ address, port, receiveBufferBytes }: Place): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: false, lookup: isAddress })
  await ready(socket, () => socket.bind({ address, port, exclusive: true }))
  socket.setBroadcast(true)
  widen(socket, receiveBufferBytes)
  return socket
}

/** Nothing here is ever sent to a name: an address is its own answer, at once. */
function isAddress(address: string, _options: unknown, tell: (error: null, address: string, family: number) => void): void {
  tell(null, address, 4)
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
