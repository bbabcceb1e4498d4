import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * A little DHCP and HTTP server for testing fake phones, written without a line of the product: bytes by hand. It gives 127.67.0.10 and up,
 * option 66 and a script of answers. Everything it saw stands in `seen` and `dhcp`.
 */
export type SeenRequest = { method: string; path: string; agent: string; from: string; authorization: string | null }
export type SeenDhcp = { type: number; ciaddr: string; options: Map<number, Buffer>; padded: number; flags: number }

export type Reference = {
  dhcpServer: { address: string; port: number }
  httpUrl: string
  seen: SeenRequest[]
  dhcp: SeenDhcp[]
  /** What DHCP puts into an ACK or an OFFER; null = drop it. May be changed while it runs. */
  rules: { options: Map<number, Buffer>; nakNext: number; leaseSeconds: number; dropNext: number }
  close(): Promise<void>
}

export type Handler = (request: SeenRequest, response: ServerResponse, raw: IncomingMessage) => void

export async function openReference(handle: Handler): Promise<Reference> {
  const seen: SeenRequest[] = []
  const http = createServer((request, response) => {
    const entry = {
      method: request.method ?? '',
      path: request.url ?? '',
      agent: request.headers['user-agent'] ?? '',
      from: request.socket.remoteAddress ?? '',
      authorization: request.headers.authorization ?? null,
    }
    seen.push(entry)
    handle(entry, response, request)
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const httpUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}/`
  const dhcp: SeenDhcp[] = []
  const rules: Reference['rules'] = { options: new Map([[66, Buffer.from(httpUrl)]]), nakNext: 0, leaseSeconds: 3600, dropNext: 0 }
  const given = new Map<string, number>()
  const socket = createSocket('udp4')
  socket.on('message', (packet, from) => {
    const message = readByHand(packet)
    dhcp.push(message)
    if (rules.dropNext > 0) {
      rules.dropNext -= 1
      return
    }
    const mac = packet.subarray(28, 34).toString('hex')
    if (!given.has(mac)) given.set(mac, 10 + given.size)
    const isNak = message.type === 3 && rules.nakNext > 0
    if (isNak) rules.nakNext -= 1
    const type = message.type === 1 ? 2 : isNak ? 6 : 5
    socket.send(replyByHand(packet, type, message.type === 8 || isNak ? 0 : (given.get(mac) ?? 0), rules), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    dhcpServer: { address: '127.0.0.1', port: socket.address().port },
    httpUrl,
    seen,
    dhcp,
    rules,
    close: async () => {
      socket.close()
      http.closeAllConnections()
      http.close()
      await once(http, 'close')
    },
  }
}

function readByHand(packet: Buffer): SeenDhcp {
  const options = new Map<number, Buffer>()
  for (let at = 240; at < packet.length && packet[at] !== 255; at += 2 + (packet[at + 1] ?? 0)) {
    options.set(packet[at] ?? 0, packet.subarray(at + 2, at + 2 + (packet[at + 1] ?? 0)))
  }
  return {
    type: options.get(53)?.[0] ?? 0,
    ciaddr: [...packet.subarray(12, 16)].join('.'),
    options,
    padded: packet.length,
    flags: packet.readUInt16BE(10),
  }
}

function replyByHand(request: Buffer, type: number, host: number, rules: Reference['rules']): Buffer {
  const head = Buffer.alloc(240)
  head.set([2, 1, 6, 0], 0)
  head.set(request.subarray(4, 8), 4)
  if (host > 0) head.set([127, 67, 0, host], 16)
  head.set(request.subarray(28, 34), 28)
  head.set([99, 130, 83, 99], 236)
  const lease = Buffer.alloc(6)
  lease.set([51, 4], 0)
  lease.writeUInt32BE(rules.leaseSeconds, 2)
  // A pad byte between options, as some servers write them.
  const parts: Buffer[] = [head, Buffer.from([53, 1, type, 0, 54, 4, 127, 0, 0, 1]), lease]
  if (type !== 6) for (const [code, value] of rules.options) parts.push(Buffer.from([code, value.length]), value)
  parts.push(Buffer.from([255]))
  return Buffer.concat(parts)
}
