import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Ipv4 } from '../core/model/ipv4.ts'
import type { Mac } from '../core/model/mac.ts'
import { decodeServerMessage, type ServerMessage } from './dhcp-packet.ts'
import type { Faults } from './phone-spec.ts'

/** A phone's way to the DHCP server for one time between power-on and power-off. */
export type DhcpLink = {
  send(packet: Buffer): void
  /** The next message that `wanted` takes; null after `ms`. Rejects when the signal says the power went. */
  receive(wanted: (message: ServerMessage) => boolean, ms: number, signal: AbortSignal): Promise<ServerMessage | null>
  close(): void
}

export type OpenDhcpLink = (mac: Mac, faults: Faults, chance: () => number) => Promise<DhcpLink>

/** On loopback every phone has a socket of its own: replies come to where the packet came from. */
export function loopbackLink(server: { address: Ipv4; port: number }): OpenDhcpLink {
  return async (mac, faults, chance) => {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const inbox = openInbox(mac)
    const transmit = (packet: Buffer) => {
      if (isOpen) socket.send(packet, server.port, server.address, () => {}) // a lost packet is the network's business: it is sent again
    }
    let isOpen = true
    socket.on('message', (packet) => disturb(faults, chance, () => inbox.put(packet)))
    socket.on('error', () => {})
    return {
      send: (packet) => disturb(faults, chance, () => transmit(packet)),
      receive: inbox.receive,
      close: () => {
        isOpen = false
        socket.close()
      },
    }
  }
}

/** Loses, delays or doubles a packet, as the faults say. */
export function disturb(faults: Faults, chance: () => number, deliver: () => void): void {
  if (faults.lose > 0 && chance() < faults.lose) return
  const times = faults.duplicate > 0 && chance() < faults.duplicate ? 2 : 1
  for (let i = 0; i < times; i++) {
    if (faults.lateMs > 0) setTimeout(deliver, faults.lateMs).unref()
    else deliver()
  }
}

export type Inbox = { put(packet: Buffer): void; receive: DhcpLink['receive'] }

/** Keeps what arrives for one MAC until somebody waits for it: an answer may come before the wait begins. */
export function openInbox(mac: Mac): Inbox {
  const MOST = 16
  let kept: ServerMessage[] = []
  let wake: (() => void) | null = null
  return {
    put: (packet) => {
      const message = decodeServerMessage(packet)
      if (message === null || message.mac !== mac) return
      kept = [...kept, message].slice(-MOST)
      wake?.()
    },
    receive: async (wanted, ms, signal) => {
      const deadline = performance.now() + ms
      while (true) {
        signal.throwIfAborted()
        const found = kept.find(wanted)
        kept = []
        if (found !== undefined) return found
        const left = deadline - performance.now()
        if (left <= 0) return null
        await new Promise<void>((resolve) => {
          const done = () => {
            clearTimeout(timer)
            signal.removeEventListener('abort', done)
            wake = null
            resolve()
          }
          const timer = setTimeout(done, left)
          signal.addEventListener('abort', done, { once: true })
          wake = done
        })
      }
    },
  }
}
