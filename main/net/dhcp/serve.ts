import type { RemoteInfo, Socket } from 'node:dgram'
import type { Log } from '../../bench/ports.ts'
import type { DhcpReply, DhcpRequest } from '../../core/dhcp/answer.ts'
import { decodePacket } from '../../core/dhcp/decode.ts'
import type { Destination } from '../../core/dhcp/destination.ts'
import { encodePacket } from '../../core/dhcp/encode.ts'
import { DISCOVER, messageType } from '../../core/dhcp/packet.ts'
import type { Mac } from '../../core/model/mac.ts'
import { openUdpOnInterface } from '../interface.ts'
import { checkAddress } from './conflict.ts'

export type ServeDhcp = {
  interface: string | null
  address: string
  /** 0 takes a free one (tests). */
  port: number
  /** The rule, asked through the loop: it resolves when what was decided is on disk. */
  ask(request: DhcpRequest): Promise<DhcpReply | null>
  log: Log
}

export type DhcpService = {
  where: string
  port: number
  /** Datagrams that were no DHCP since the start. */
  malformed(): number
  close(): Promise<void>
}

/** Opens the DHCP socket and answers until closed. Throws ServiceError when it cannot be had. */
export async function serveDhcp(options: ServeDhcp): Promise<DhcpService> {
  const socket = await openUdpOnInterface(options)
  const { port } = socket.address()
  const counts = { malformed: 0 }
  const checking = new Set<Mac>()
  socket.on('error', (fault) => options.log('error', 'the DHCP socket failed', { fault: String(fault) }))
  socket.on('message', (bytes, from) => {
    receive({ ...options, port, socket, counts, checking }, bytes, from).catch((fault: unknown) => options.log('error', 'a DHCP message was not answered', { fault: String(fault), from: from.address }))
  })
  return {
    where: `${options.address}:${port}${options.interface === null ? '' : ` on ${options.interface}`}`,
    port,
    malformed: () => counts.malformed,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

type Server = ServeDhcp & {
  socket: Socket
  counts: { malformed: number }
  /** Phones whose new address is being checked: they ask again meanwhile, and are answered once. */
  checking: Set<Mac>
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
  if (server.checking.has(packet.chaddr) && messageType(packet) === DISCOVER) return
  const reply = await checkedReply(server, { packet, peer: from.address })
  if (reply !== null) send(server, reply, from)
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
