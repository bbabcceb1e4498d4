import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Place } from './target.ts'

export type HttpAsk = {
  method?: string
  /** The request target, byte for byte: an attacker's client resolves no dots. */
  path: string
  /** Address of this machine that it comes from. */
  from?: string | undefined
  agent?: string | undefined
  basic?: { user: string; password: string } | undefined
  body?: string | undefined
  isTls?: boolean | undefined
}

/** `status` 0 = hung up, or nothing came in time. */
export type HttpGot = { status: number; body: string; challenge: string }

const PATIENCE_MS = 10_000

/** One request on one connection, written by hand. Never rejects. */
export function askHttp({ address, port }: Place, ask: HttpAsk): Promise<HttpGot> {
  const { agent, basic, body, from, isTls, method = 'GET', path } = ask
  const to = { host: address, port, ...(from === undefined ? {} : { localAddress: from }) }
  return new Promise((resolve) => {
    const socket = isTls === true ? connectTls({ ...to, rejectUnauthorized: false }) : connect(to)
    let text = ''
    socket.setEncoding('latin1')
    socket.setTimeout(PATIENCE_MS, () => socket.destroy())
    socket.on('data', (part) => (text += String(part)))
    socket.on('error', () => undefined) // the answer so far says it
    socket.on('close', () => resolve(read(text)))
    const lines = [
      `${method} ${path} HTTP/1.1`,
      `Host: ${address}:${port}`,
      ...(agent === undefined ? [] : [`User-Agent: ${agent}`]),
      ...(basic === undefined ? [] : [`Authorization: Basic ${Buffer.from(`${basic.user}:${basic.password}`).toString('base64')}`]),
      ...(body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
      'Connection: close',
    ]
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`)
  })
}

function read(text: string): HttpGot {
  const end = text.indexOf('\r\n\r\n')
  const head = end === -1 ? text : text.slice(0, end)
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0)
  const challenge = [...head.matchAll(/^www-authenticate: (.*)$/gim)].map((one) => (one[1] ?? '').replace(/nonce="[^"]*"/, '')).join(' ')
  return { status, body: end === -1 ? '' : text.slice(end + 4), challenge }
}
