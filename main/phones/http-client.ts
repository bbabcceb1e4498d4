import { Buffer } from 'node:buffer'
import { type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Ipv4 } from '../core/model/ipv4.ts'
import type { PhoneAnswer } from './answer.ts'

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
  /** Header of that name; null = none. */
  authorization: string | null
  /** HTTPS: the one authority whose certificates are trusted (PEM); null = those of this machine, as a phone out of its box. */
  authority?: string | null
  body: Buffer | null
  signal: AbortSignal
}

/** Silence longer than this ends a request. */
const QUIET_MS = 30_000
/** Configs are small; more is not taken. */
const MOST_CONFIG_BYTES = 4 * 1024 * 1024

/**
 * Sends one request by HTTP or HTTPS and gives the answer with its body still to be read. A new connection each time, as phones do. Rejects when nobody answers, and when
 * the certificate is not trusted or is for another name.
 */
export function openHttp(request: PhoneRequest): Promise<IncomingMessage> {
  const isTls = request.url.protocol === 'https:'
  const headers: Record<string, string> = { Accept: '*/*', ...(request.userAgent === '' ? {} : { 'User-Agent': request.userAgent }) }
  if (request.authorization !== null) headers.Authorization = request.authorization
  if (request.body !== null) headers['Content-Length'] = String(request.body.length)
  const [host, port] = [request.url.hostname, request.url.port === '' ? (isTls ? 443 : 80) : Number(request.url.port)]
  if (request.dial != null) headers.Host = request.url.host
  const options = {
    agent: false as const,
    method: request.method,
    ...(request.dial?.(host, port) ?? { host, port }),
    path: `${request.url.pathname}${request.url.search}`,
    headers,
    signal: request.signal,
    timeout: QUIET_MS,
    ...(request.localAddress === null ? {} : { localAddress: request.localAddress }),
  }
  return new Promise((resolve, reject) => {
    const sent = isTls
      ? httpsRequest({ ...options, ...(request.authority == null ? {} : { ca: request.authority }) }, resolve)
      : httpRequest(options, resolve)
    sent.on('timeout', () => sent.destroy(new Error(`no answer for ${QUIET_MS / 1000} s`)))
    sent.on('error', (error) => reject(explained(error)))
    sent.end(request.body ?? undefined)
  })
}

/** What a phone shows when it does not trust a server. */
function explained(error: Error & { code?: string }): Error {
  const { code = '' } = error
  if (!/^(UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT|CERT_)/.test(code)) return error
  return new Error(`the certificate of the server is not trusted (${code}): give its authority with --authority`, { cause: error })
}

/** The whole body of a small answer. */
export async function readAll(answer: PhoneAnswer): Promise<Buffer> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of answer) {
    parts.push(part)
    bytes += part.length
    if (bytes > MOST_CONFIG_BYTES) throw new Error('the answer is larger than any config')
  }
  return Buffer.concat(parts)
}
