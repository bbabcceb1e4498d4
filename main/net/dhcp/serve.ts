import type { RemoteInfo, Socket } from 'node:dgram'
import type { Log } from '../../bench/ports.ts'
import type { DhcpReply, DhcpRequest } from '../../core/dhcp/answer.ts'
import { decodePacket } from '../../core/dhcp/decode.ts'
import type { Destination } from '../../core/dhcp/destination.ts'
import { encodePacket } from '../../core/dhcp/encode.ts'
import { describeServer, type ForeignServer, namesForeignServer } from '../../core/dhcp/foreign.ts'
import { DISCOVER, type DhcpPacket, messageType } from '../../core/dhcp/packet.ts'
import { type Ipv4, isLoopback } from '../../core/model/ipv4.ts'
import type { Mac } from '../../core/model/mac.ts'
import { type Refusal, refusal } from '../../core/model/refusals.ts'
import { openUdpOnInterface, type Place } from '../interface.ts'
import { addressWatch } from '../interfaces.ts'
import { type AddressCheck, openAddressCheck } from './address-check.ts'
import { type ForeignWatch, watchForeignServers } from './foreign-watch.ts'
import { type Clocks, createStepWatch, MACHINE_CLOCKS } from './step-watch.ts'

export type ServeDhcp = {
  interface: string | null
  address: string
  /** 0 takes a free one (tests). */
  port: number
  /** The rule, asked through the loop: it resolves when what was decided is on disk. */
  ask(request: DhcpRequest): Promise<DhcpReply | null>
  log: Log
  /** Another DHCP server on this LAN was found (offers pause), or all are silent again (null). Not told in the safe mode. */
  onForeign?: (server: ForeignServer | null) => void
  /** A reply of another server to somebody else was heard; a probe is out. */
  onStray?: (server: Ipv4) => void
  /** Options only, addresses for nobody: another server on this LAN is what is expected then. May change while it runs. */
  isSafeMode?: () => boolean
  /** Options that did not fit into the largest reply the phone takes. */
  onDropped?: (mac: Mac, dropped: readonly number[], limitBytes: number) => void
  /** What else keeps it from serving as it should: an empty pool. */
  problem?: () => Refusal | null
  /** The clock was set by so much: called before anything is decided by the new time. */
  onClockStep?: (byMs: number) => Promise<unknown>
  /** For tests. */
  clocks?: Clocks
  tap?: Place['tap']
}

export type DhcpService = {
  /** For people; says so when it gives no addresses. */
  readonly where: string
  port: number
  /** Datagrams that were no DHCP since the start. */
  malformed(): number
  /** Why it does not serve as it should, though it runs. */
  problem(): Refusal | null
  close(): Promise<void>
}

/** A switch that comes back powers a shelf of phones on in the same second; each packet counts as about a kilobyte there. */
const RECEIVE_BYTES = 4 * 1024 * 1024
const CLOCK_LOOK_MS = 1000

/** Opens the DHCP socket and answers until closed. Throws ServiceError when it cannot be had. */
export async function serveDhcp(options: ServeDhcp): Promise<DhcpService> {
  const socket = await openUdpOnInterface({ ...options, receiveBufferBytes: RECEIVE_BYTES })
  const { port } = socket.address()
  const counts = { malformed: 0 }
  const check = openAddressCheck(options)
  const server: Server = {
    ...options,
    port,
    socket,
    counts,
    check,
    stepped: createStepWatch(options.clocks ?? MACHINE_CLOCKS),
    isOurs: addressWatch(options.interface, options.address),
    asking: new Map(),
    unchecked: new Map(),
    foreign: null,
    isOffering: false,
  }
  socket.on('error', (fault) => options.log('error', 'the DHCP socket failed', { fault: String(fault) }))
  socket.on('message', (bytes, from) => {
    receive(server, bytes, from).catch((fault: unknown) =>
      options.log('error', 'a DHCP message was not answered', { fault: String(fault), from: from.address }),
    )
  })
  // A phone that was silent through the step must not find its lease gone when others ask.
  const clock = setInterval(() => void lookAtClock(server), CLOCK_LOOK_MS)
  clock.unref()
  const foreign = await startWatch(options, check, port)
  server.foreign = foreign
  // Whoever else serves this LAN must be known before the first offer of ours goes out.
  await foreign?.probe()
  server.isOffering = true
  const place = `${options.address}:${port}${options.interface === null ? '' : ` on ${options.interface}`}`
  const isSafeMode = () => options.isSafeMode?.() === true
  return {
    get where() {
      return isSafeMode() ? `${place}, INFORM only: gives no addresses` : place
    },
    port,
    malformed: () => counts.malformed,
    problem: () => (isSafeMode() ? null : (foreignProblem(foreign?.server() ?? null) ?? options.problem?.() ?? null)),
    close: () => {
      clearInterval(clock)
      foreign?.close()
      check.close()
      return new Promise((resolve) => socket.close(() => resolve()))
    },
  }
}

type Server = ServeDhcp & {
  socket: Socket
  counts: { malformed: number }
  check: AddressCheck
  stepped(isGlance?: boolean): number
  /** Does the interface still have the address in whose name we speak? */
  isOurs(): boolean
  /** Phones whose DISCOVER is being answered, which takes a while when the address is checked first; with what they asked last meanwhile. */
  asking: Map<Mac, Heard | null>
  /** Offers that ran out of checks: to be checked before they are made after all. */
  unchecked: Map<Mac, Ipv4>
  foreign: ForeignWatch | null
  isOffering: boolean
}

/** Only as the DHCP server of a real LAN: on loopback and on other ports there is nobody to disturb. */
async function startWatch(options: ServeDhcp, check: AddressCheck, port: number): Promise<ForeignWatch | null> {
  const { interface: name, address, log } = options
  if (name === null || port !== 67 || isLoopback(address)) return null
  const onChange = (server: ForeignServer | null) => {
    if (options.isSafeMode?.() === true) return
    if (server === null) log('info', 'no other DHCP server answers any more: offers go on')
    else log('error', 'another DHCP server answers on this LAN: offers pause', { server: describeServer(server) })
    options.onForeign?.(server)
  }
  const onStray = (server: Ipv4) => {
    if (options.isSafeMode?.() === true) return
    log('warn', 'a reply of another DHCP server was heard: asking whether it serves here', { server })
    options.onStray?.(server)
  }
  return watchForeignServers({ interface: name, address, check, log, onChange, onStray })
}

function foreignProblem(server: ForeignServer | null): Refusal | null {
  return server === null ? null : refusal('DHCP_FOREIGN_SERVER', { server: describeServer(server) })
}

type Heard = { packet: DhcpPacket; from: RemoteInfo }

async function lookAtClock({ stepped, onClockStep, log }: Server, isGlance = false): Promise<void> {
  const byMs = stepped(isGlance)
  if (byMs === 0) return
  log('warn', 'the clock of this machine was set: leases keep the time they had left', { byMs })
  await onClockStep?.(byMs).catch((fault: unknown) => log('error', 'leases could not follow the clock', { fault: String(fault) }))
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
  // Between the address going and the watch of interfaces telling so, nothing is said in its name any more.
  if (!server.isOurs()) return
  void lookAtClock(server, true)
  if (messageType(packet) === DISCOVER) return discovered(server, { packet, from })
  if (server.foreign !== null && namesForeignServer(packet, server.address)) void server.foreign.probe()
  const reply = await server.ask({ packet, peer: from.address })
  if (reply !== null) send(server, reply, from)
}

/** One at a time for each phone; of what it says meanwhile the last counts. */
async function discovered(server: Server, heard: Heard): Promise<void> {
  if (!mayOffer(server, heard.from)) return
  const mac = heard.packet.chaddr
  if (server.asking.has(mac)) {
    server.asking.set(mac, heard)
    return
  }
  server.asking.set(mac, null)
  let last: Heard | null = null
  try {
    const reply = await checkedOffer(server, { packet: heard.packet, peer: heard.from.address })
    last = server.asking.get(mac) ?? null
    // A phone that asked the same again gets the answer once.
    if (last?.packet.xid === heard.packet.xid) last = null
    if (reply !== null && last === null) send(server, reply, heard.from)
  } finally {
    server.asking.delete(mac)
  }
  if (last !== null) await discovered(server, last)
}

/** Not while another server answers on this LAN, and not to our own probe (broadcasts come back). */
function mayOffer({ foreign, isOffering, address }: Server, from: RemoteInfo): boolean {
  const isOwnProbe = foreign !== null && from.address === address
  return isOffering && !isOwnProbe && (foreign?.server() ?? null) === null
}

/** Asks the rule; an address that it wants checked is offered only when nobody answers there, else the rule is told and asked again. */
async function checkedOffer(server: Server, request: DhcpRequest): Promise<DhcpReply | null> {
  const mac = request.packet.chaddr
  let reply = await server.ask(request)
  for (let round = 0; reply !== null; round++) {
    const address = reply.check ?? (server.unchecked.get(mac) === reply.packet.yiaddr ? reply.packet.yiaddr : null)
    server.unchecked.delete(mac)
    if (address === null) return reply
    if (round === MOST_CHECKS) {
      server.unchecked.set(mac, address)
      return null
    }
    const occupied = await server.check.occupied(address, mac)
    if (occupied === null) return reply
    reply = await server.ask({ ...request, occupied: [occupied] })
  }
  return null
}

function send({ log, onDropped, port, socket }: Server, { packet, destination, limitBytes }: DhcpReply, from: RemoteInfo): void {
  const { bytes, dropped } = encodePacket(packet, limitBytes)
  if (dropped.length > 0) log('warn', 'options did not fit into what the phone takes', { mac: packet.chaddr, dropped, limitBytes })
  if (dropped.length > 0) onDropped?.(packet.chaddr, dropped, limitBytes)
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
