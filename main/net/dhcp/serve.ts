import type { RemoteInfo, Socket } from 'node:dgram'
import type { Log } from '../../bench/ports.ts'
import type { DhcpReply, DhcpRequest } from '../../core/dhcp/answer.ts'
import { decodePacket } from '../../core/dhcp/decode.ts'
import type { Destination } from '../../core/dhcp/destination.ts'
import { encodePacket } from '../../core/dhcp/encode.ts'
import { describeServer, type ForeignServer, namesForeignServer } from '../../core/dhcp/foreign.ts'
import { DISCOVER, type DhcpPacket, messageType } from '../../core/dhcp/packet.ts'
import { isLoopback } from '../../core/model/ipv4.ts'
import type { Mac } from '../../core/model/mac.ts'
import { type Refusal, refusal } from '../../core/model/refusals.ts'
import { openUdpOnInterface } from '../interface.ts'
import { checkAddress } from './conflict.ts'
import { type ForeignWatch, watchForeignServers } from './foreign-watch.ts'

export type ServeDhcp = {
  interface: string | null
  address: string
  /** 0 takes a free one (tests). */
  port: number
  /** The rule, asked through the loop: it resolves when what was decided is on disk. */
  ask(request: DhcpRequest): Promise<DhcpReply | null>
  log: Log
  /** Another DHCP server on this LAN was found (offers pause), or all are silent again (null). */
  onForeign?: (server: ForeignServer | null) => void
}

export type DhcpService = {
  where: string
  port: number
  /** Datagrams that were no DHCP since the start. */
  malformed(): number
  /** Why it does not serve as it should, though it runs. */
  problem(): Refusal | null
  close(): Promise<void>
}

/** A switch that comes back powers a shelf of phones on in the same second; each packet counts as about a kilobyte there. */
const RECEIVE_BYTES = 4 * 1024 * 1024

/** Opens the DHCP socket and answers until closed. Throws ServiceError when it cannot be had. */
export async function serveDhcp(options: ServeDhcp): Promise<DhcpService> {
  const socket = await openUdpOnInterface({ ...options, receiveBufferBytes: RECEIVE_BYTES })
  const { port } = socket.address()
  const counts = { malformed: 0 }
  const server: Server = { ...options, port, socket, counts, checking: new Set(), foreign: null, isOffering: false }
  socket.on('error', (fault) => options.log('error', 'the DHCP socket failed', { fault: String(fault) }))
  socket.on('message', (bytes, from) => {
    receive(server, bytes, from).catch((fault: unknown) =>
      options.log('error', 'a DHCP message was not answered', { fault: String(fault), from: from.address }),
    )
  })
  const foreign = await startWatch(options, port)
  server.foreign = foreign
  // Whoever else serves this LAN must be known before the first offer of ours goes out.
  await foreign?.probe()
  server.isOffering = true
  return {
    where: `${options.address}:${port}${options.interface === null ? '' : ` on ${options.interface}`}`,
    port,
    malformed: () => counts.malformed,
    problem: () => foreignProblem(foreign?.server() ?? null),
    close: () => {
      foreign?.close()
      return new Promise((resolve) => socket.close(() => resolve()))
    },
  }
}

type Server = ServeDhcp & {
  socket: Socket
  counts: { malformed: number }
  /** Phones whose new address is being checked: they ask again meanwhile, and are answered once. */
  checking: Set<Mac>
  foreign: ForeignWatch | null
  isOffering: boolean
}

/** Only as the DHCP server of a real LAN: on loopback and on other ports there is nobody to disturb. */
async function startWatch({ interface: name, address, log, onForeign }: ServeDhcp, port: number): Promise<ForeignWatch | null> {
  if (name === null || port !== 67 || isLoopback(address)) return null
  const onChange = (server: ForeignServer | null) => {
    if (server === null) log('info', 'no other DHCP server answers any more: offers go on')
    else log('error', 'another DHCP server answers on this LAN: offers pause', { server: describeServer(server) })
    onForeign?.(server)
  }
  return watchForeignServers({ interface: name, address, log, onChange })
}

function foreignProblem(server: ForeignServer | null): Refusal | null {
  return server === null ? null : refusal('DHCP_FOREIGN_SERVER', { server: describeServer(server) })
}

/** A pool full of squatters: after so many the phone waits for its next DISCOVER. */
const MOST_CHECKS = 8

async function receive(server: Server, bytes: Buffer, from: RemoteInfo): Promise<void> {
  const decoded = decodePacket(bytes)
  if ('malformed' in decoded) {
    server.counts.malformed += 1
    server.log('debug', 'a datagram was no DHCP message', { why: decoded.malformed, from: from.address, bytes: bytes.length })
    return
  }
  const { packet } = decoded
  if (messageType(packet) === DISCOVER && !mayOffer(server, packet, from)) return
  if (server.foreign !== null && namesForeignServer(packet, server.address)) void server.foreign.probe()
  const reply = await checkedReply(server, { packet, peer: from.address })
  if (reply !== null) send(server, reply, from)
}

/** Not while another server answers on this LAN, not to our own probe (broadcasts come back), not while this phone's address is being checked. */
function mayOffer({ foreign, isOffering, checking, address }: Server, packet: DhcpPacket, from: RemoteInfo): boolean {
  const isOwnProbe = foreign !== null && from.address === address
  return isOffering && !isOwnProbe && (foreign?.server() ?? null) === null && !checking.has(packet.chaddr)
}

/** Asks the rule; an address that it wants checked is offered only when nobody answers there, else the rule is told and asked again. */
async function checkedReply(server: Server, request: DhcpRequest): Promise<DhcpReply | null> {
  let reply = await server.ask(request)
  const mac = request.packet.chaddr
  server.checking.add(mac)
  try {
    for (let round = 0; round < MOST_CHECKS && reply !== null && reply.check !== null; round++) {
      const occupied = await checkAddress(server, reply.check, mac)
      if (occupied === null) return reply
      reply = await server.ask({ ...request, occupied: [occupied] })
    }
  } finally {
    server.checking.delete(mac)
  }
  return reply?.check === null ? reply : null
}

function send({ socket, port, log }: Server, { packet, destination, limitBytes }: DhcpReply, from: RemoteInfo): void {
  const { bytes, dropped } = encodePacket(packet, limitBytes)
  if (dropped.length > 0) log('warn', 'options did not fit into what the phone takes', { mac: packet.chaddr, dropped, limitBytes })
  const target = targetOf(destination, port, from)
  socket.send(bytes, target.port, target.address, (fault) => {
    if (fault !== null) log('error', 'a DHCP reply could not be sent', { fault: String(fault), to: target.address })
  })
}

/** Ports 67 and 68, or on another port its successor, as dhclient does with `-p`. */
function targetOf(destination: Destination, port: number, from: RemoteInfo): { address: string; port: number } {
  if (destination.to === 'back') return { address: from.address, port: from.port }
  return { address: destination.address, port: destination.to === 'relay' ? port : port + 1 }
}
