import { createSocket } from 'node:dgram'
import type { Place } from './target.ts'

/** `error` with its code (RFC 1350), `data` with the first block, or `silent`. */
export type TftpGot = { kind: 'error'; code: number } | { kind: 'data'; text: string } | { kind: 'silent' }

const PATIENCE_MS = 2000

/** The first packet of a transfer says it all: `read` asks for a file, `write` offers one. Never rejects. */
export function askTftp({ address, port }: Place, name: string, act: 'read' | 'write' = 'read', from?: string): Promise<TftpGot> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    const done = (got: TftpGot) => {
      clearTimeout(timer)
      socket.close()
      resolve(got)
    }
    const timer = setTimeout(() => done({ kind: 'silent' }), PATIENCE_MS)
    socket.on('error', () => done({ kind: 'silent' }))
    socket.on('message', (bytes, peer) => {
      const code = bytes.length >= 4 ? bytes.readUInt16BE(0) : 0
      if (code === 5) return done({ kind: 'error', code: bytes.readUInt16BE(2) })
      if (code !== 3 && code !== 6 && code !== 4) return
      // Told to stop, so that the server does not send it again and again.
      socket.send(Buffer.from([0, 5, 0, 0, 0]), peer.port, peer.address, () =>
        done({ kind: 'data', text: bytes.subarray(4).toString('latin1') }),
      )
    })
    const request = Buffer.concat([Buffer.from([0, act === 'read' ? 1 : 2]), Buffer.from(`${name}\0octet\0`, 'latin1')])
    socket.bind(0, from, () => socket.send(request, port, address))
  })
}
