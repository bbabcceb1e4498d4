import { OpenAPIHandler } from '@orpc/openapi/fastify'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type DoorRouter, doorOptions } from '../api/door.ts'
import { describeContract } from '../api/openapi.ts'
import type { DoorContext } from '../api/parts.ts'
import type { Log } from '../bench/ports.ts'
import type { Caller } from '../core/model/account.ts'
import { actorOf, type PeopleDesk } from '../people/desk.ts'
import { contract } from '../../preload/contract/index.ts'
import { badRequest, type DoorError, FAULT, NOT_FOUND, UNAUTHORIZED } from './answers.ts'
import { sessionCookie } from './cookie.ts'
import { createGate, type Gate } from './gate.ts'
import { allowedHosts, hostInUrl } from './hosts.ts'
import { createLive, type Live } from './live.ts'
import { readPage, SAFETY_HEADERS } from './pages.ts'
import { serveSignIn } from './sign-in.ts'
import { servePageSockets } from './socket.ts'

export type WebOptions = {
  /** Where to listen; IPv6 with or without brackets. */
  host: string
  /** 0 = any free one. */
  port: number
  /** Who may sign in, and the bearer key of scripts. */
  people: PeopleDesk
  /** Certificate and key of the pages' own server, PEM; absent: plain HTTP. */
  tls?: { cert: string; key: string } | null
  /** People may sign in from other machines over plain HTTP, too. */
  plainSignIn?: boolean
  router: DoorRouter
  /** The built pages (`out/renderer`); a missing folder is said to whoever opens the page. */
  rendererFolder: string
  /** Host names beside loopback and `host` under which the pages may be opened. */
  allowedHosts?: readonly string[]
  version?: string
  log: Log
}

/** The address cannot be served: for the person who started the program. */
export class WebError extends Error {
  readonly code: string
  readonly hint: string
  constructor(code: string, message: string, hint: string) {
    super(message)
    this.code = code
    this.hint = hint
  }
}

const DESCRIBED = { title: 'Option66 bench', description: 'Calls of one bench.', key: 'The key that the bench prints at its start' }

/** A catalogue of 20 million characters, and room for the JSON around it. */
const MAX_BODY_BYTES = 64 * 1024 * 1024
/** A comment on a silent stream, so that proxies and scripts can tell silence from a dead line. */
const SSE_KEEP_ALIVE_MS = 15_000

/**
 * Pages and API for people and scripts, on one port: `/` the pages, `/login` and `/logout`, `/rpc` the page's WebSocket, `POST /api/<group>.<name>`,
 * `GET /api/events` (server-sent events), `GET /api/openapi.json`. Throws WebError when it cannot listen.
 */
export async function serveWeb(options: WebOptions): Promise<{ url: string; close(): Promise<void> }> {
  const { log, people, router } = options
  const scheme = options.tls == null ? 'http' : 'https'
  const app = createApp(options)
  const cookie = sessionCookie(scheme === 'https', () => portOf(app))
  const gate = createGate({ people, cookie, isAllowedHost: allowedHosts(options.host, options.allowedHosts ?? []), scheme })
  const live = createLive(people)

  readJsonBodies(app)
  answerFaults(app, log)
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SAFETY_HEADERS)
    const error = gate.hostError(request.headers)
    if (error !== null) return fail(reply, error)
  })
  const isPrivate = scheme === 'https' || options.plainSignIn === true
  serveSignIn(app, { people, cookie, originError: gate.originError, isPrivate, fail, program: 'bench' })
  serveApi(app, { router, gate, live, version: options.version ?? '0', log })
  servePages(app, options.rendererFolder)
  const sockets = servePageSockets(app.server, { router, gate, live, people, log })

  await listen(app, options)
  return {
    url: `${scheme}://${hostInUrl(options.host)}:${portOf(app)}/`,
    async close() {
      live.close()
      sockets.close()
      await app.close()
    },
  }
}

function createApp({ tls }: WebOptions): FastifyInstance {
  const common = { bodyLimit: MAX_BODY_BYTES, forceCloseConnections: true, logger: false as const }
  // Both kinds of server have the same routes; Fastify's types tell them apart.
  return tls == null ? Fastify(common) : (Fastify({ ...common, https: tls }) as unknown as FastifyInstance)
}

async function listen(app: FastifyInstance, { host, port }: WebOptions): Promise<void> {
  try {
    await app.listen({ host: host.replace(/^\[|\]$/g, ''), port })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    await app.close()
    if (code === 'EADDRINUSE')
      throw new WebError(
        'UI_PORT_IN_USE',
        `Port ${port} of ${host} is in use`,
        `End the other program, or choose another port: --ui ${host}:${port + 1}`,
      )
    if (code === 'EACCES')
      throw new WebError('UI_NO_PRIVILEGE', `This user may not open port ${port}`, `Choose a port above 1023: --ui ${host}:6600`)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new WebError('UI_NO_ADDRESS', `${host} is no address of this machine`, 'Choose one of its own, for example --ui 127.0.0.1:6600')
    throw error
  }
}

function portOf(app: FastifyInstance): number {
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('the web server has no port')
  return address.port
}

/** Every body is JSON, whatever its content type says: `curl -d` names none of ours, and a type is no protection (key and Origin are). */
function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? {} : JSON.parse(String(body)))
    } catch (error) {
      done(Object.assign(new Error(`The body is not JSON: ${error instanceof Error ? error.message : String(error)}`), { statusCode: 400 }))
    }
  })
}

function answerFaults(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error, _request, reply) => {
    const status = error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
    const message = error instanceof Error ? error.message : String(error)
    if (status >= 400 && status < 500)
      return fail(reply, { ...badRequest(message, 'Send one JSON object.'), status: status === 413 ? 413 : 400 })
    log('error', 'a web request failed', { fault: error instanceof Error ? (error.stack ?? message) : message })
    return fail(reply, FAULT)
  })
  app.setNotFoundHandler((_request, reply) => fail(reply, NOT_FOUND))
}

function fail(reply: FastifyReply, { code, data, message, status }: DoorError): FastifyReply {
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  return reply.code(status).header('cache-control', 'no-store').send({ code, message, data })
}

type ApiDoor = { router: DoorRouter; gate: Gate; live: Live; version: string; log: Log }

function serveApi(app: FastifyInstance, { gate, live, log, router, version }: ApiDoor): void {
  const handler = new OpenAPIHandler<DoorContext>(router, {
    ...doorOptions(log),
    eventIteratorKeepAliveInterval: SSE_KEEP_ALIVE_MS,
    customErrorResponseBodyEncoder: ({ code, data, message, status }) => ({ code, status, message, data }),
  })
  const callers = new WeakMap<FastifyRequest, Caller>()
  let description: Promise<Record<string, unknown>> | null = null
  app.register(
    async (api) => {
      // Before the body is read: a stranger must not make us parse 64 MB.
      api.addHook('onRequest', async (request, reply) => {
        const admission = await gate.admit(request.headers, request.method === 'GET' || request.method === 'HEAD')
        if (!admission.ok) return fail(reply, admission.error)
        callers.set(request, admission.caller)
        reply.header('cache-control', 'no-store')
      })
      api.get('/openapi.json', async () => (description ??= describeContract(contract, { ...DESCRIBED, version })))
      api.route({
        method: ['GET', 'POST'],
        url: '/*',
        handler: async (request, reply) => {
          const caller = callers.get(request)
          if (caller === undefined) return fail(reply, UNAUTHORIZED)
          // The stream of changes lasts; a session that ends, ends it.
          const forget = caller.session === null ? () => undefined : live.add(caller.session, () => reply.raw.destroy())
          reply.raw.once('close', forget)
          await handler.handle(request, reply, { prefix: '/api', context: { actor: actorOf(caller), caller } })
          return reply
        },
      })
    },
    { prefix: '/api' },
  )
}

function servePages(app: FastifyInstance, folder: string): void {
  app.get('/*', async (request, reply) => {
    const path = request.url.split('?')[0] ?? '/'
    const file = await readPage(folder, path)
    if (file !== null) return reply.type(file.type).header('cache-control', file.cache).send(file.body)
    if (path !== '/') return fail(reply, NOT_FOUND)
    return reply
      .code(503)
      .type('text/plain; charset=utf-8')
      .header('cache-control', 'no-store')
      .send('Option66: the pages are not built; run "npm run build". The calls are described at /api/openapi.json.\n')
  })
}
