import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Log, Random } from '../../bench/ports.ts'
import type { ImageProgress } from '../../core/files/transfer.ts'
import type { Delivery, FileAnswer, FileRequest } from '../../core/model/files.ts'
import type { Ipv4 } from '../../core/model/ipv4.ts'
import { REALM } from '../../core/model/token.ts'
import { listenTcpOnInterface } from '../tcp-on-interface.ts'
import { discardBody } from './body.ts'
import { type Connection, watchConnection } from './connection.ts'
import { createCoverage } from './coverage.ts'
import { parseCredentials } from './credentials.ts'
import { createNonces } from './nonce.ts'
import { requestPath } from './request-path.ts'
import { sendImage } from './send-image.ts'

export type PhoneHttpOptions = {
  /** null when an address was given on purpose. */
  interface: string | null
  address: string
  /** 0 = any free one. */
  port: number
  /** Only these addresses are heard; others are dropped without a word. Absent: all. */
  isAllowedPeer?: (address: Ipv4) => boolean
  answer(request: FileRequest): Promise<FileAnswer>
  /** Called once for each answer that has a delivery: whether the phone took its last byte. In the turn before the phone's next request is answered. */
  delivered(delivery: Delivery, isWhole: boolean): Promise<void>
  /** Path of an image's bytes. */
  imageFile(id: string): string | null
  progress(progress: ImageProgress): void
  random: Random
  log: Log
  limits?: Partial<PhoneHttpLimits>
}

export type PhoneHttpLimits = {
  connections: number
  headerBytes: number
  bodyBytes: number
  /** Time for a request's head, for a whole request, and without any byte moving. */
  headersMs: number
  requestMs: number
  stallMs: number
  /** See `ConnectionTimes`. */
  idleMs: number
  lingerMs: number
}

const LIMITS: PhoneHttpLimits = {
  connections: 2048,
  headerBytes: 16 * 1024,
  bodyBytes: 5 * 1024 * 1024,
  headersMs: 10_000,
  requestMs: 60_000,
  stallMs: 120_000,
  idleMs: 2000,
  lingerMs: 3000,
}

const RETRY_AFTER_SECONDS = 10

export type PhoneHttp = { where: string; port: number; close(): Promise<void> }

/** The configuration and firmware server for phones: sockets, limits and wire formats; every answer comes from `answer`. Throws ServiceError. */
export async function servePhoneHttp(options: PhoneHttpOptions): Promise<PhoneHttp> {
  const limits = { ...LIMITS, ...options.limits }
  const server = createLimitedServer(limits)
  const door = createDoor(options, limits)
  server.on('connection', door.connected)
  server.on('request', door.requested)
  server.on('checkContinue', door.continued)
  server.on('error', (error) => options.log('error', 'the phone HTTP server reports an error', { fault: String(error) }))
  await listenTcpOnInterface(server, { interface: options.interface, address: options.address, port: options.port })
  const { port } = server.address() as AddressInfo // it listens on TCP
  const where = `${options.address}:${port}${options.interface === null ? '' : ` on ${options.interface}`}`
  return {
    where,
    port,
    async close() {
      await closeServer(server)
      await door.settled()
    },
  }
}

function createLimitedServer(limits: PhoneHttpLimits): Server {
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: Math.min(limits.headersMs, limits.requestMs),
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: Math.min(2000, limits.headersMs),
    keepAliveTimeout: 5000,
    // Old phones leave it out; nothing here depends on it.
    requireHostHeader: false,
  })
  server.timeout = limits.stallMs
  server.maxConnections = limits.connections
  // A phone may close its sending side behind the request and still read the answer. Node knows the switch, its types do not.
  Object.assign(server, { httpAllowHalfOpen: true })
  return server
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

type Door = {
  connected(socket: Socket): void
  requested(request: IncomingMessage, response: ServerResponse): void
  continued(request: IncomingMessage, response: ServerResponse): void
  /** Resolves when nothing is under way any more and every delivery has its end. */
  settled(): Promise<void>
}

function createDoor(options: PhoneHttpOptions, limits: PhoneHttpLimits): Door {
  const connections = new Map<Socket, Connection>()
  const underWay = new Set<Promise<void>>()
  const nonces = createNonces(options.random.bytes(32), Date.now)
  const coverage = createCoverage()

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const connection = connections.get(request.socket)
    if (connection === undefined) return
    connection.requested()
    // It crossed our half-close on the wire: the phone sends it again on a new connection.
    if (request.socket.writableEnded) {
      request.socket.destroy()
      return
    }
    const method = methodOf(request)
    const path = requestPath(request.url ?? '')
    if (method === null) return plain(response, 405, 'Method not allowed', { Allow: 'GET, HEAD, PUT, POST' })
    if ((method === 'PUT' || method === 'POST') && !(await discardBody(request, limits.bodyBytes)))
      return plain(response, 413, 'Too large', { Connection: 'close' })
    if (path === null) return plain(response, 404, 'Not found')
    const credentials = parseCredentials(request.headers.authorization, request.url ?? '', nonces)
    const answer = await options.answer({
      via: 'http',
      method,
      path,
      userAgent: request.headers['user-agent'] ?? null,
      peer: peerOf(request.socket),
      credentials,
      fresh: options.random.bytes(32),
    })
    switch (answer.kind) {
      case 'text':
        return sendText(response, connection, answer, method === 'HEAD', options)
      case 'image':
        return sendImage(
          request,
          response,
          connection,
          { image: answer.image, mac: answer.mac, path: pathOf(answer.image, options) },
          { coverage, progress: options.progress },
        )
      case 'unauthorized': {
        const isStale = credentials?.scheme === 'digest' && !credentials.nonceValid
        return plain(response, 401, 'Unauthorized', { 'WWW-Authenticate': challenges(answer.digest, nonces.issue(), isStale) })
      }
      case 'missing':
        return plain(response, 404, 'Not found')
      case 'accepted':
        return plain(response, method === 'PUT' ? 201 : 200, 'OK')
    }
  }

  const requested = (request: IncomingMessage, response: ServerResponse): void => {
    response.on('error', (error) => options.log('debug', 'an answer broke off', { fault: String(error) }))
    const handled = handle(request, response)
      .catch((fault: unknown) => {
        // Never "not found", which a phone may take for "no configuration". Paths stay out of the log: some carry a token.
        options.log('error', 'a request of a phone failed', {
          peer: peerOf(request.socket),
          method: request.method,
          fault: faultText(fault),
        })
        if (response.headersSent) response.destroy()
        else plain(response, 503, 'Try again', { 'Retry-After': String(RETRY_AFTER_SECONDS) })
      })
      .finally(() => underWay.delete(handled))
    underWay.add(handled)
  }

  return {
    connected(socket) {
      const peer = peerOf(socket)
      if (peer === '' || options.isAllowedPeer?.(peer) === false) {
        socket.destroy()
        return
      }
      connections.set(socket, watchConnection(socket, limits))
      socket.once('close', () => connections.delete(socket))
    },
    requested,
    continued(request, response) {
      if (Number(request.headers['content-length'] ?? 0) <= limits.bodyBytes) response.writeContinue()
      requested(request, response)
    },
    async settled() {
      await Promise.all([...connections.keys()].map((socket) => new Promise((resolve) => socket.once('close', resolve))))
      await Promise.all(underWay)
    },
  }
}

function methodOf({ method }: IncomingMessage): FileRequest['method'] | null {
  return method === 'GET' || method === 'HEAD' || method === 'PUT' || method === 'POST' ? method : null
}

/** Dotted text; empty when the socket is gone already or speaks IPv6. */
function peerOf(socket: Socket): Ipv4 {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  return address.includes(':') ? '' : address
}

function pathOf(image: string, options: PhoneHttpOptions): string {
  const path = options.imageFile(image)
  if (path === null) throw new Error(`the bytes of image ${image.slice(0, 12)} are not in the library`)
  return path
}

function faultText(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault)
}

/**
 * Always the same two, whatever the reason. Basic first: phones that know one scheme look at the first. `stale` says that the nonce was old, which the phone
 * knows itself; without it a phone would think its password wrong (RFC 7616 3.3).
 */
function challenges(hasDigest: boolean, nonce: string, isStale: boolean): string[] {
  const basic = `Basic realm="${REALM}"`
  const digest = `Digest realm="${REALM}", qop="auth", algorithm=MD5, nonce="${nonce}"${isStale ? ', stale=true' : ''}`
  return hasDigest ? [basic, digest] : [basic]
}

function plain(response: ServerResponse, status: number, words: string, headers: Record<string, string | string[]> = {}): void {
  const body = `${words}\n`
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    ...headers,
  })
  response.end(body)
}

type TextAnswer = Extract<FileAnswer, { kind: 'text' }>

function sendText(
  response: ServerResponse,
  connection: Connection,
  { body, contentType, delivery, encoding }: TextAnswer,
  isHead: boolean,
  { delivered, log }: PhoneHttpOptions,
): void {
  const bytes = Buffer.from(body, encoding === 'latin-1' ? 'latin1' : 'utf8')
  response.writeHead(200, { 'Content-Type': contentType, 'Content-Length': bytes.length, 'Cache-Control': 'no-store' })
  if (delivery !== null && !isHead) {
    onceTaken(response, connection, bytes.length, (isWhole) => {
      delivered(delivery, isWhole).catch((fault: unknown) => log('error', 'a delivery could not be kept', { fault: faultText(fault) }))
    })
  }
  response.end(isHead ? undefined : bytes)
}

/** Calls `taken` once: when the phone has taken an answer of this length, or never will. */
function onceTaken(response: ServerResponse, connection: Connection, bytes: number, taken: (isWhole: boolean) => void): void {
  if (response.destroyed) {
    taken(false)
    return
  }
  response.once('finish', () => connection.sent(bytes, taken))
  response.once('close', () => {
    if (!response.writableFinished) taken(false)
  })
}
