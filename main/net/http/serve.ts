import { createServer, type Server, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { listenTcpOnInterface } from '../tcp-on-interface.ts'
import type { ServerCertificate } from '../tls/certificates.ts'
import { createRefusals, tlsOptions } from '../tls/secure.ts'
import { createDoor, type Door } from './door.ts'
import type { PhoneHttpLimits, PhoneHttpOptions } from './options.ts'
import { peerOf } from './peer.ts'

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

export type PhoneHttp = {
  where: string
  port: number
  /** Over TLS: another certificate for the connections to come. */
  renew(certificate: ServerCertificate): void
  close(): Promise<void>
}

/** The configuration and firmware server for phones: sockets, limits and wire formats; every answer comes from `answer`. Throws ServiceError. */
export async function servePhoneHttp(options: PhoneHttpOptions): Promise<PhoneHttp> {
  const limits = { ...LIMITS, ...options.limits }
  const door = createDoor(options, limits)
  const { handshaking, renew, server } = createLimitedServer(options, limits, door)
  options.tap?.(server)
  server.on('request', door.requested)
  server.on('checkContinue', door.continued)
  server.on('error', (error) => options.log('error', 'the phone HTTP server reports an error', { fault: String(error) }))
  await listenTcpOnInterface(server, { interface: options.interface, address: options.address, port: options.port })
  const { port } = server.address() as AddressInfo // it listens on TCP
  const where = `${options.address}:${port}${options.interface === null ? '' : ` on ${options.interface}`}`
  return {
    where,
    port,
    renew,
    async close() {
      await closeServer(server, handshaking)
      await door.settled()
    },
  }
}

/** `handshaking`: sockets below TLS, of which the HTTP server knows nothing before the handshake is done. */
type Limited = { server: Server; handshaking: ReadonlySet<Socket>; renew(certificate: ServerCertificate): void }

function createLimitedServer({ isAllowedPeer, tls }: PhoneHttpOptions, limits: PhoneHttpLimits, door: Door): Limited {
  const common: ServerOptions = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: Math.min(limits.headersMs, limits.requestMs),
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: Math.min(2000, limits.headersMs),
    keepAliveTimeout: 5000,
    // Old phones leave it out; nothing here depends on it.
    requireHostHeader: false,
  }
  const limited = (server: Server): Server => {
    server.timeout = limits.stallMs
    server.maxConnections = limits.connections
    // A phone may close its sending side behind the request and still read the answer. Node knows the switch, its types do not.
    return Object.assign(server, { httpAllowHalfOpen: true })
  }
  const dropStrangers = (socket: Socket) => {
    const peer = peerOf(socket)
    if (peer === '' || isAllowedPeer?.(peer) === false) socket.destroy()
  }
  if (tls === undefined) {
    const server = limited(createServer(common))
    server.on('connection', dropStrangers)
    server.on('connection', door.connected)
    return { server, handshaking: new Set(), renew: () => undefined }
  }
  // TLS sockets take the half-open switch from the plain ones below them.
  const server = createTlsServer({ ...common, ...tlsOptions(tls), handshakeTimeout: limits.headersMs, allowHalfOpen: true })
  const refusals = createRefusals(tls.refused)
  const handshaking = new Set<Socket>()
  server.on('connection', dropStrangers)
  server.on('connection', refusals.heard)
  server.on('connection', (socket: Socket) => {
    handshaking.add(socket)
    socket.once('close', () => handshaking.delete(socket))
  })
  server.on('secureConnection', door.connected)
  server.on('tlsClientError', refusals.failed)
  return { server: limited(server), handshaking, renew: (certificate) => server.setSecureContext(tlsOptions({ ...tls, certificate })) }
}

function closeServer(server: Server, handshaking: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
    for (const socket of handshaking) socket.destroy()
  })
}
