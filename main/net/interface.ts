import type { Socket } from 'node:dgram'
import { isLoopback } from '../core/model/ipv4.ts'
import { forbidSharing, forceReceiveBuffer, loadNative, type NativeSystem, nativeSystem, openNative } from './native-socket.ts'
import { type PreparedSocket, takeSocket } from './prepared-socket.ts'
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

/**
 * The same for a socket that another thread will use: it takes it (`takeSocket`), and then `settle` is called here, or `drop` when nobody will take it. Throws
 * ServiceError.
 */
export async function prepareUdpOnInterface(place: Place): Promise<{ socket: PreparedSocket; settle(): void; drop(): void }> {
  try {
    const { native, socket } = prepared(place)
    return {
      socket,
      settle: () => native !== null && forbidSharing(native.system, native.fd),
      drop: () => native !== null && loadNative(native.system).close(native.fd),
    }
  } catch (error) {
    throw new ServiceError(await socketRefusal(error, place, 'udp'))
  }
}

type Prepared = { socket: PreparedSocket; native: { system: NativeSystem; fd: number } | null }

function prepared(place: Place): Prepared {
  const plan = bindPlan(place)
  if (plan.tie === null) return { socket: { address: place.address, port: place.port }, native: null }
  const fd = openNative(plan.tie, { interface: plan.name, address: plan.address, port: place.port, kind: 'udp' })
  return { socket: { fd }, native: { system: plan.tie, fd } }
}

async function open(place: Place): Promise<Socket> {
  const { native, socket: from } = prepared(place)
  const socket = await takeSocket(from)
  if (native === null) socket.setBroadcast(true)
  else forbidSharing(native.system, native.fd)
  widen(socket, place.receiveBufferBytes)
  if (native !== null && place.receiveBufferBytes !== undefined) forceReceiveBuffer(native.system, native.fd, place.receiveBufferBytes)
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
