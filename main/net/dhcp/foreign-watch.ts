import type { Socket } from 'node:dgram'
import type { Log } from '../../bench/ports.ts'
import { decodePacket } from '../../core/dhcp/decode.ts'
import { encodePacket } from '../../core/dhcp/encode.ts'
import { afterProbe, answeredBy, type ForeignServer, NO_FOREIGN, probeMessage, strayServer } from '../../core/dhcp/foreign.ts'
import type { Ipv4 } from '../../core/model/ipv4.ts'
import type { Mac } from '../../core/model/mac.ts'
import { openUdpOnInterface } from '../interface.ts'
import { ServiceError } from '../service-error.ts'
import { type AddressCheck, macOfInterface } from './address-check.ts'

/** Servers that ping an address before they offer it take about a second. */
const ANSWER_MS = 1000
const CLEAR_PROBE_MS = 60_000
const PAUSED_PROBE_MS = 2000
const STRAY_TOLD_MS = 60_000
/** Servers that are remembered as told of; made-up ones must not fill the memory. */
const MOST_STRAYS = 100

export type ForeignWatch = {
  /** The server that makes our offers pause, or null. */
  server(): ForeignServer | null
  /** Something looked like another server: ask now. Resolves when the answer time is over or somebody answered. */
  probe(): Promise<void>
  close(): void
}

type Options = {
  interface: string
  address: Ipv4
  check: AddressCheck
  log: Log
  onChange(server: ForeignServer | null): void
  /** A reply to somebody else: told once a minute for each server. */
  onStray?: (server: Ipv4) => void
}

/**
 * Looks for other DHCP servers on the lab LAN with DISCOVERs of our own, from the client's port. Null when that port cannot be had (a DHCP client runs
 * on this interface): the bench serves all the same, and the log says that nobody looks.
 */
export async function watchForeignServers(options: Options): Promise<ForeignWatch | null> {
  const mac = macOfInterface(options.interface)
  if (mac === null) return null
  try {
    const socket = await openUdpOnInterface({ interface: options.interface, address: options.address, port: 68 })
    return watch(socket, mac, options)
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    options.log('warn', 'nobody looks for other DHCP servers on this LAN', { why: error.refusal.message, hint: error.refusal.hint })
    return null
  }
}

function watch(socket: Socket, mac: Mac, { address, check, log, onChange, onStray }: Options): ForeignWatch {
  // Any number will do: nobody else probes with this MAC.
  const probe = { mac, xid: Math.floor(Math.random() * 2 ** 32) }
  const { bytes } = encodePacket(probeMessage(mac, probe.xid))
  let state = NO_FOREIGN
  let announced: Ipv4 | null = null
  let isClosed = false
  let isWanted = false
  let onAnswer: (() => void) | null = null
  let turn: Promise<void> | null = null
  let timer: NodeJS.Timeout | undefined

  const announce = () => {
    const now = state.server?.address ?? null
    if (now === announced || isClosed) return
    announced = now
    onChange(state.server)
  }
  const askOnce = async () => {
    const isAnswered = await new Promise<boolean>((resolve) => {
      const late = setTimeout(resolve, ANSWER_MS, false)
      onAnswer = () => {
        clearTimeout(late)
        resolve(true)
      }
      socket.send(bytes, 67, '255.255.255.255', (fault) => {
        if (fault !== null) log('warn', 'a probe for other DHCP servers could not be sent', { fault: String(fault) })
      })
    })
    onAnswer = null
    if (isClosed) return
    if (!isAnswered) state = afterProbe(state, null)
    announce()
    clearTimeout(timer)
    timer = setTimeout(() => void ask(), state.server === null ? CLEAR_PROBE_MS : PAUSED_PROBE_MS)
    timer.unref()
  }
  const ask = (): Promise<void> => {
    if (turn !== null) {
      isWanted = true // what was seen now may have come after the probe that is out
      return turn
    }
    turn = askOnce().finally(() => {
      turn = null
      if (!isWanted || isClosed) return
      isWanted = false
      void ask()
    })
    return turn
  }
  const told = new Map<Ipv4, number>()
  const stray = (server: Ipv4 | null) => {
    if (server === null) return
    const now = performance.now()
    if (now - (told.get(server) ?? Number.NEGATIVE_INFINITY) >= STRAY_TOLD_MS) {
      if (told.size >= MOST_STRAYS) told.clear()
      told.set(server, now)
      onStray?.(server)
    }
    if (state.server === null) void ask() // while one is known it is asked all the time
  }
  const heard = async (message: Uint8Array) => {
    const decoded = decodePacket(message)
    if (!('packet' in decoded) || isClosed) return
    const server = answeredBy(decoded.packet, probe, address)
    if (server === null) return stray(strayServer(decoded.packet, address))
    const known = state.server?.address === server ? state.server.mac : null
    state = afterProbe(state, { address: server, mac: known }) // offers pause from here on, whoever it is
    if (known === null) state = afterProbe(state, { address: server, mac: await check.macOf(server) })
    if (onAnswer === null) announce()
    else onAnswer()
  }
  socket.on('message', (message) => {
    heard(message).catch((fault: unknown) => log('error', 'an answer of another DHCP server was not understood', { fault: String(fault) }))
  })
  socket.on('error', (fault) => log('error', 'the socket that looks for other DHCP servers failed', { fault: String(fault) }))
  return {
    server: () => state.server,
    probe: ask,
    close() {
      isClosed = true
      clearTimeout(timer)
      onAnswer?.()
      socket.close()
    },
  }
}
