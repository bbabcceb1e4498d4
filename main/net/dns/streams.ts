import { createServer, type Socket } from 'node:net'
import type { Log } from '../../bench/ports.ts'
import { listenTcpOnInterface } from '../tcp-on-interface.ts'

/** RFC 7766 section 6.2.3: an idle connection is closed; phones ask once and go. */
const IDLE_MS = 5000
const MOST_CONNECTIONS = 64
/** Longer than any question that phones ask; a stream could bring 65,535 bytes. */
const MAX_QUERY_BYTES = 1232

type StreamOptions = { interface: string | null; address: string; port: number; isAllowedPeer?: (address: string) => boolean; log: Log }

/** The same answers over TCP (RFC 7766): each message behind its length in two bytes, answered in the order they came. Throws ServiceError. */
export async function serveStreams(
  options: StreamOptions,
  reply: (query: Buffer, peer: string) => Promise<Buffer | null>,
): Promise<{ close(): void }> {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    const peer = socket.remoteAddress ?? ''
    if (open.size >= MOST_CONNECTIONS || options.isAllowedPeer?.(peer) === false) return void socket.destroy()
    open.add(socket)
    socket.setTimeout(IDLE_MS, () => socket.destroy())
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy()) // a phone that hangs up is nothing out of the ordinary
    answerAll(socket, (query) => reply(query, peer)).catch(() => socket.destroy())
  })
  await listenTcpOnInterface(server, options)
  server.on('error', (error) => options.log('error', 'the name server reports an error', { fault: String(error) }))
  return {
    close: () => {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}

async function answerAll(socket: Socket, reply: (query: Buffer) => Promise<Buffer | null>): Promise<void> {
  let held = Buffer.alloc(0)
  for await (const bytes of socket) {
    held = Buffer.concat([held, bytes as Buffer]) // no encoding is set
    while (held.length >= 2) {
      const length = held.readUInt16BE(0)
      if (length > MAX_QUERY_BYTES) return void socket.destroy()
      if (held.length < 2 + length) break
      const answer = await reply(held.subarray(2, 2 + length))
      held = held.subarray(2 + length)
      if (answer === null) return void socket.destroy()
      const size = Buffer.alloc(2)
      size.writeUInt16BE(answer.length)
      socket.write(Buffer.concat([size, answer]))
    }
  }
}
