import { Buffer } from 'node:buffer'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { Ipv4 } from '../core/model/ipv4.ts'

export type PhoneCredentials = { user: string; password: string }

/** Another end for a connection to this host and port. */
export type Dial = (host: string, port: number) => { host: string; port: number }

export type PhoneRequest = {
  method: 'GET' | 'PUT'
  url: URL
  userAgent: string
  /** The leased address; null = whatever the machine takes. */
  localAddress: Ipv4 | null
  /** Where the connection really goes, for trials with something bad in between; null or absent = where the URL says. */
  dial?: Dial | null
  credentials: PhoneCredentials | null
  body: Buffer | null
  signal: AbortSignal
}

/** Silence longer than this ends a request. */
const QUIET_MS = 30_000
/** Configs are small; more is not taken. */
const MOST_CONFIG_BYTES = 4 * 1024 * 1024

/** Sends one request and gives the answer with its body still to be read. A new connection each time, as phones do. Rejects when nobody answers. */
export function open(request: PhoneRequest): Promise<IncomingMessage> {
  const headers: Record<string, string> = { Accept: '*/*', ...(request.userAgent === '' ? {} : { 'User-Agent': request.userAgent }) }
  if (request.credentials !== null) {
    headers.Authorization = `Basic ${Buffer.from(`${request.credentials.user}:${request.credentials.password}`).toString('base64')}`
  }
  if (request.body !== null) headers['Content-Length'] = String(request.body.length)
  const [host, port] = [request.url.hostname, request.url.port === '' ? 80 : Number(request.url.port)]
  if (request.dial != null) headers.Host = request.url.host
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        agent: false,
        method: request.method,
        ...(request.dial?.(host, port) ?? { host, port }),
        path: `${request.url.pathname}${request.url.search}`,
        headers,
        signal: request.signal,
        timeout: QUIET_MS,
        ...(request.localAddress === null ? {} : { localAddress: request.localAddress }),
      },
      resolve,
    )
    sent.on('timeout', () => sent.destroy(new Error(`no answer for ${QUIET_MS / 1000} s`)))
    sent.on('error', reject)
    sent.end(request.body ?? undefined)
  })
}

/** The whole body of a small answer. */
export async function readAll(answer: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of answer) {
    parts.push(part as Buffer) // no encoding is set, so parts are buffers
    bytes += (part as Buffer).length
    if (bytes > MOST_CONFIG_BYTES) throw new Error('the answer is larger than any config')
  }
  return Buffer.concat(parts)
}
