import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { WirePlace } from '../../core/capture/packet.ts'
import type { WireTap } from './tap-udp.ts'

/** Tells the tap the head of each request as it came, and of each answer as it went; bodies only by their size. Before anybody else listens to the server. */
export function tapHttp(server: Pick<Server, 'on'>, protocol: 'http' | 'https', tap: WireTap): void {
  const numbers = new WeakMap<Socket, number>()
  let last = 0
  const numberOf = (socket: Socket): number => {
    const known = numbers.get(socket)
    if (known !== undefined) return known
    last += 1
    numbers.set(socket, last)
    return last
  }
  const requested = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request
    const phone = placeOf(socket.remoteAddress, socket.remotePort)
    const bench = placeOf(socket.localAddress, socket.localPort)
    if (phone === null || bench === null) return
    const connection = numberOf(socket)
    const tell = (direction: 'in' | 'out', head: string, bodyBytes: number) => {
      const bytes = Buffer.from(head, 'latin1')
      tap({ protocol, direction, phone, bench, bytes, sizeBytes: bytes.length + bodyBytes, connection })
    }
    tell('in', requestHead(request), Number(request.headers['content-length'] ?? 0) || 0)
    let isTold = false
    const answered = () => {
      if (isTold || !response.headersSent) return
      isTold = true
      const hasBody = request.method !== 'HEAD' && response.statusCode !== 304
      tell('out', responseHead(response), hasBody ? lengthIn(responseHead(response)) : 0)
    }
    response.once('finish', answered)
    response.once('close', answered)
  }
  server.on('request', requested)
  server.on('checkContinue', requested)
}

function placeOf(address: string | undefined, port: number | undefined): WirePlace | null {
  const plain = address?.replace(/^::ffff:/, '')
  return plain === undefined || port === undefined || plain.includes(':') ? null : { address: plain, port }
}

function requestHead({ httpVersion, method, rawHeaders, url }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** Node keeps the head that it sent; it says so nowhere, and offers no other way to what `writeHead` was given. */
function responseHead(response: ServerResponse): string {
  const sent = '_header' in response ? response._header : null
  return typeof sent === 'string' ? sent : `HTTP/1.1 ${response.statusCode} ${response.statusMessage ?? ''}\r\n\r\n`
}

function lengthIn(head: string): number {
  return Number(/^content-length:\s*(\d{1,12})/im.exec(head)?.[1] ?? 0)
}
