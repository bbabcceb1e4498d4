import { OpenAPIHandler } from '@orpc/openapi/fastify'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type DoorRouter, doorOptions } from '../api/door.ts'
import { describeContract } from '../api/openapi.ts'
import type { ApiContext } from '../api/parts.ts'
import type { Log } from '../bench/ports.ts'
import { contract } from '../../preload/contract/index.ts'
import { badRequest, type DoorError, FAULT, NOT_FOUND, UNAUTHORIZED } from './answers.ts'
import { createGate, type Gate } from './gate.ts'
import { allowedHosts, hostInUrl } from './hosts.ts'
import { readPage, SAFETY_HEADERS } from './pages.ts'
import { createSessions, type Sessions } from './session.ts'
import { servePageSockets } from './socket.ts'

export type WebOptions = {
  /** Where to listen; IPv6 with or without brackets. */
  host: string
  /** 0 = any free one. */
  port: number
  /** Bearer key of scripts, and what a person types to sign in. */
  key: string
  router: DoorRouter
  /** The built pages (`out/renderer`); a missing folder is said to whoever opens the page. */
  rendererFolder: string
  /** Host names beside loopback and `host` under which the pages may be opened. */
  allowedHosts?: readonly string[]
  version?: string
  now?: () => number
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
const MAX_LOGIN_BYTES = 4096
/** A comment on a silent stream, so that proxies and scripts can tell silence from a dead line. */
const SSE_KEEP_ALIVE_MS = 15_000

/**
 * Pages and API for people and scripts, on one port: `/` the pages, `/login` and `/logout`, `/rpc` the page's WebSocket, `POST /api/<group>.<name>`,
 * `GET /api/events` (server-sent events), `GET /api/openapi.json`. Throws WebError when it cannot listen.
 */
export async function serveWeb(options: WebOptions): Promise<{ url: string; close(): Promise<void> }> {
  const { key, log, router } = options
  const now = options.now ?? Date.now
  const app = Fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: true, logger: false })
  const sessions = createSessions(key, () => `option66-${portOf(app)}`)
  const gate = createGate(sessions, allowedHosts(options.host, options.allowedHosts ?? []), now)

  readJsonBodies(app)
  answerFaults(app, log)
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SAFETY_HEADERS)
    const error = gate.hostError(request.headers)
    if (error !== null) return fail(reply, error)
  })
  serveLogin(app, sessions, gate, now)
  serveApi(app, router, gate, options.version ?? '0', log)
  servePages(app, options.rendererFolder)
  const sockets = servePageSockets(app.server, { router, gate, log })

  await listen(app, options)
  return {
    url: `http://${hostInUrl(options.host)}:${portOf(app)}/`,
    async close() {
      sockets.close()
      await app.close()
    },
  }
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

function serveLogin(app: FastifyInstance, sessions: Sessions, gate: Gate, now: () => number): void {
  app.post('/login', { bodyLimit: MAX_LOGIN_BYTES }, async (request, reply) => {
    const error = gate.originError(request.headers)
    if (error !== null) return fail(reply, error)
    const { key } = (request.body ?? {}) as { key?: unknown }
    if (typeof key !== 'string' || !sessions.isKey(key)) {
      return fail(reply, {
        ...UNAUTHORIZED,
        message: 'This is not the key of the bench',
        data: { hint: 'The bench prints its key when it starts, and keeps it in its data folder.' },
      })
    }
    return reply.code(204).header('set-cookie', sessions.open(now())).header('cache-control', 'no-store').send()
  })
  app.post('/logout', async (request, reply) => {
    const error = gate.originError(request.headers)
    return error === null ? reply.code(204).header('set-cookie', sessions.closing()).send() : fail(reply, error)
  })
}

function serveApi(app: FastifyInstance, router: DoorRouter, gate: Gate, version: string, log: Log): void {
  const handler = new OpenAPIHandler<ApiContext>(router, {
    ...doorOptions(log),
    eventIteratorKeepAliveInterval: SSE_KEEP_ALIVE_MS,
    customErrorResponseBodyEncoder: ({ code, data, message, status }) => ({ code, status, message, data }),
  })
  const actors = new WeakMap<FastifyRequest, string>()
  let description: Promise<Record<string, unknown>> | null = null
  app.register(
    async (api) => {
      // Before the body is read: a stranger must not make us parse 64 MB.
      api.addHook('onRequest', async (request, reply) => {
        const admission = gate.admit(request.headers, request.method === 'GET' || request.method === 'HEAD')
        if (!admission.ok) return fail(reply, admission.error)
        actors.set(request, admission.actor)
        reply.header('cache-control', 'no-store')
      })
      api.get('/openapi.json', async () => (description ??= describeContract(contract, { ...DESCRIBED, version })))
      api.route({
        method: ['GET', 'POST'],
        url: '/*',
        handler: async (request, reply) => {
          await handler.handle(request, reply, { prefix: '/api', context: { actor: actors.get(request) ?? 'unknown' } })
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
