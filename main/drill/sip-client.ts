import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import type { Place } from './target.ts'

const PATIENCE_MS = 2000

/** Sends one request over UDP; the status of the final answer, or 0 for silence. Never rejects. */
export function askSip({ address, port }: Place, method: string, headers: readonly string[], from?: string): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    const done = (status: number) => {
      clearTimeout(timer)
      socket.close()
      resolve(status)
    }
    const timer = setTimeout(() => done(0), PATIENCE_MS)
    socket.on('error', () => done(0))
    socket.on('message', (bytes) => {
      const status = Number(/^SIP\/2\.0 (\d{3})/.exec(bytes.toString('latin1'))?.[1] ?? 0)
      if (status >= 200) done(status)
    })
    socket.bind(0, from, () => {
      const own = socket.address()
      const id = randomBytes(6).toString('hex')
      const lines = [
        `${method} sip:${address}:${port} SIP/2.0`,
        `Via: SIP/2.0/UDP ${own.address}:${own.port};branch=z9hG4bK${id};rport`,
        `From: <sip:provider@${address}>;tag=${id}`,
        `To: <sip:${address}>`,
        `Call-ID: ${id}@${own.address}`,
        `CSeq: 1 ${method}`,
        `Contact: <sip:${own.address}:${own.port}>`,
        'Max-Forwards: 70',
        ...headers,
        'Content-Length: 0',
      ]
      socket.send(`${lines.join('\r\n')}\r\n\r\n`, port, address)
    })
  })
}
