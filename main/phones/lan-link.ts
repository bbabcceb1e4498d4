import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { promisify } from 'node:util'
import type { Ipv4 } from '../core/model/ipv4.ts'
import type { Mac } from '../core/model/mac.ts'
import { disturb, type Inbox, type OpenDhcpLink, openInbox } from './dhcp-link.ts'

const run = promisify(execFile)

export type Lan = {
  openLink: OpenDhcpLink
  /** Puts a leased address on the interface, so that the phone's requests come from it. */
  takeAddress(address: Ipv4): Promise<void>
  /** Closes the socket and takes every address off again. */
  close(): Promise<void>
}

/**
 * Fake phones on a real LAN (Linux, needs the rights for port 68 and for `ip address`): one socket on port 68 for all, since a DHCP server answers
 * there. Packets go to the server's address, which the machine must be able to reach through `name`; `onNoWay` is told once, in words, when it cannot.
 */
export async function openLan(name: string, server: { address: Ipv4; port: number }, onNoWay: (why: string) => void): Promise<Lan> {
  const socket = createSocket('udp4')
  socket.bind(68, '0.0.0.0')
  await once(socket, 'listening')
  socket.setBroadcast(true)
  const inboxes = new Map<Mac, (packet: Buffer) => void>()
  const taken = new Set<Ipv4>()
  let isTold = false
  const sent = (error: Error | null) => {
    if (error === null || isTold) return
    isTold = true
    const code = 'code' in error ? String(error.code) : error.message
    onNoWay(
      `Packets to ${server.address} do not leave this machine (${code}). Its interface ${name} needs an address of that LAN: ip address add ADDRESS/24 dev ${name}`,
    )
  }
  socket.on('error', () => {})
  socket.on('message', (packet) => {
    if (packet.length >= 34) inboxes.get(packet.subarray(28, 34).toString('hex'))?.(packet)
  })
  return {
    openLink: async (mac, faults, chance) => {
      const inbox: Inbox = openInbox(mac)
      inboxes.set(mac, (packet) => disturb(faults, chance, () => inbox.put(packet)))
      return {
        send: (packet) => disturb(faults, chance, () => socket.send(packet, server.port, server.address, sent)),
        receive: inbox.receive,
        close: () => inboxes.delete(mac),
      }
    },
    takeAddress: async (address) => {
      if (taken.has(address)) return
      taken.add(address)
      await run('ip', ['address', 'replace', `${address}/32`, 'dev', name])
    },
    close: async () => {
      socket.close()
      for (const address of taken) await run('ip', ['address', 'del', `${address}/32`, 'dev', name]).catch(() => {})
    },
  }
}
