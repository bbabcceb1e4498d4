import { OpenAPIHandler } from '@orpc/openapi/fastify'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { doorOptions } from '../api/door.ts'
import { describeContract } from '../api/openapi.ts'
import { toError } from '../api/refused.ts'
import type { Clock, Log, Sealer } from '../bench/ports.ts'
import type { VendorAuthority } from '../core/model/certificate.ts'
import type { Pack } from '../core/model/pack.ts'
import { refusal } from '../core/model/refusals.ts'
import { createClientCertificates } from '../net/tls/client-certificate.ts'
import { actorOf, createPeopleDesk, type PeopleDesk } from '../people/desk.ts'
import { type Passwords, scryptPasswords } from '../people/passwords.ts'
import { sessionCookie } from '../web/cookie.ts'
import { createGate, type Gate } from '../web/gate.ts'
import { allowedHosts } from '../web/hosts.ts'
import { serveSignIn } from '../web/sign-in.ts'
import { type CentralRouter, createCentralRouter } from './api.ts'
import { type Caller, contract } from './contract.ts'
import { type Database, DatabaseUnavailable } from './database/database.ts'
import { chainOlderAudit } from './audit.ts'
import type { Central } from './decide.ts'
import { benchOfKey } from './enrolment.ts'
import { askPeople } from './people.ts'
import { PHONES_PREFIX, servePhones } from './phones.ts'
import { createSeals } from './sealing.ts'
import { sharedSecret } from './shared-secret.ts'

export type CentralOptions = {
  host: string
  /** 0 = any free one. */
  port: number
  tls: { cert: string; key: string } | null
  /** Authorities of makers: with any, phones are asked for their factory certificate over TLS. */
  phoneAuthorities?: readonly VendorAuthority[]
  /** Address under which phones and benches reach this store, with a trailing slash; null = where it listens. */
  publicUrl: string | null
  /** Bearer key of people and scripts. */
  key: string
  /** People may sign in from other machines over plain HTTP, too. */
  plainSignIn?: boolean
  /** How passwords are hashed; absent: as slowly as it should be. */
  passwords?: Passwords
  database: Database
  sealer: Sealer
  packs: readonly Pack[]
  version: string
  clock: Clock
  log: Log
  /** What has to be there before the first phone is answered (a catalogue). */
  beforeListen?: (central: Central) => Promise<void>
}

export type CentralServer = { url: string; provisioningUrl: string; central: Central; close(): Promise<void> }

/** It cannot listen: for the person who started the program. */
export class ListenError extends Error {
  readonly hint: string
  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

const DESCRIBED = {
  title: 'Option66 central store',
  description: 'Calls of the central store.',
  key: 'The key that the store prints at its start; for sync.push the key of the bench; enrolment.redeem needs none',
}

/** A catalogue of 20 million characters, and room for the JSON around it. */
const MAX_BODY_BYTES = 64 * 1024 * 1024
/** What a bench or a stranger may send: 200 reports, or one code. */
const MAX_SMALL_BODY_BYTES = 2 * 1024 * 1024

/** The store's door: `POST /api/<group>.<name>`, `GET /api/openapi.json`, phones below `/p/`. `central` is for what the program itself does at start. */
export async function serveCentral(options: CentralOptions): Promise<CentralServer> {
  const { clock, database, log, packs, publicUrl } = options
  const central: Central = { database, clock, log, packs, publicUrl, seals: createSeals(options.sealer, packs), misses: new Map() }
  const nonceSecret = await sharedSecret(database, options.sealer, 'nonce')
  const chained = await chainOlderAudit(central)
  if (chained > 0) log('warn', 'older entries of the audit log were chained: nothing vouches for them before now', { entries: chained })
  await options.beforeListen?.(central)
  const facts = { version: options.version, provisioningUrl: '' }
  const app = createApp(options)
  answerFaults(app, log)
  const desk = createPeopleDesk({
    ask: askPeople(central),
    key: options.key,
    now: clock.now.bind(clock),
    passwords: options.passwords ?? scryptPasswords(),
  })
  const gate = servePeople(app, desk, options)
  serveApi(app, createCentralRouter(central, desk, facts), { central, gate }, options)
  const { phoneAuthorities = [], tls } = options
  const certificates =
    tls === null || phoneAuthorities.length === 0
      ? null
      : createClientCertificates({ authorities: () => phoneAuthorities, now: clock.now.bind(clock) })
  servePhones(app, central, nonceSecret, certificates)
  await listen(app, options)
  const url = urlOf(app, options)
  facts.provisioningUrl = `${publicUrl ?? url}${PHONES_PREFIX.slice(1)}/`
  return { url, provisioningUrl: facts.provisioningUrl, central, close: () => app.close() }
}

function createApp({ phoneAuthorities = [], tls }: CentralOptions): FastifyInstance {
  const common = { bodyLimit: MAX_BODY_BYTES, forceCloseConnections: true, logger: false as const, requestTimeout: 60_000 }
  // Asked for, never demanded: benches and people have none.
  const asks = phoneAuthorities.length === 0 ? {} : { requestCert: true, rejectUnauthorized: false }
  // Both kinds of server have the same routes; Fastify's types tell them apart.
  return tls === null ? Fastify(common) : (Fastify({ ...common, https: { ...tls, ...asks } }) as unknown as FastifyInstance)
}

async function listen(app: FastifyInstance, { host, port }: CentralOptions): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    await app.close()
    if (code === 'EADDRINUSE')
      throw new ListenError(
        `Port ${port} of ${host} is in use`,
        `End the other program, or choose another port: --listen ${host}:${port + 1}`,
      )
    if (code === 'EACCES') throw new ListenError(`This user may not open port ${port}`, `Choose a port above 1023: --listen ${host}:6680`)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new ListenError(`${host} is no address of this machine`, 'Choose one of its own, for example --listen 127.0.0.1:6680')
    throw error
  }
}

function urlOf(app: FastifyInstance, { host, tls }: CentralOptions): string {
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `${tls === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${address.port}/`
}

type Failure = { status: number; code: string; message: string; data: { hint: string } }

const NOT_FOUND: Failure = {
  status: 404,
  code: 'NOT_FOUND',
  message: 'There is nothing at this address',
  data: { hint: `Phones fetch below ${PHONES_PREFIX}/, the calls are listed at /api/openapi.json.` },
}
const UNAUTHORIZED: Failure = {
  status: 401,
  code: 'UNAUTHORIZED',
  message: 'No valid key came with the request',
  data: { hint: 'Send "Authorization: Bearer KEY". The store prints its key when it starts; a bench has a key of its own.' },
}

function fail(reply: FastifyReply, { code, data, message, status }: Failure): FastifyReply {
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  return reply.code(status).header('cache-control', 'no-store').send({ code, message, data })
}

function answerFaults(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error, _request, reply) => {
    const status = error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
    const message = error instanceof Error ? error.message : String(error)
    if (status >= 400 && status < 500)
      return fail(reply, { status: status === 413 ? 413 : 400, code: 'BAD_REQUEST', message, data: { hint: 'Send one JSON object.' } })
    if (error instanceof DatabaseUnavailable) return fail(reply, databaseDown(error, log))
    log('error', 'a request failed', { fault: error instanceof Error ? (error.stack ?? message) : message })
    return fail(reply, {
      status: 503,
      code: 'INTERNAL_SERVER_ERROR',
      message: 'Something broke inside the central store',
      data: { hint: 'Try again; its log says more.' },
    })
  })
  app.setNotFoundHandler((_request, reply) => fail(reply, NOT_FOUND))
}

function databaseDown(error: DatabaseUnavailable, log: Log): Failure {
  log('error', 'the database cannot be used', { why: error.message })
  const { code, hint, message, status } = refusal('CENTRAL_DATABASE_DOWN', { why: error.message })
  return { status, code, message, data: { hint } }
}

/** The way in for people: the cookie of a session, asked for with the same care as on a bench. Phones and scripts come under any name. */
function servePeople(app: FastifyInstance, people: PeopleDesk, { host, plainSignIn, publicUrl, tls }: CentralOptions): Gate {
  const behind = publicUrl === null ? null : new URL(publicUrl)
  const isSecure = tls !== null || behind?.protocol === 'https:'
  const portOf = () => {
    const address = app.server.address()
    return address === null || typeof address === 'string' ? 0 : address.port
  }
  const cookie = sessionCookie(isSecure, portOf)
  const gate = createGate({
    people,
    cookie,
    isAllowedHost: allowedHosts(host, behind === null ? [] : [behind.hostname]),
    scheme: tls === null ? 'http' : 'https',
    origins: behind === null ? [] : [behind.origin],
    program: 'central store',
  })
  app.register(async (door) => {
    readJsonBodies(door)
    door.addHook('onRequest', async (request, reply) => {
      const error = gate.hostError(request.headers)
      if (error !== null) return fail(reply, error)
    })
    serveSignIn(door, {
      people,
      cookie,
      originError: gate.originError,
      isPrivate: isSecure || plainSignIn === true,
      fail,
      program: 'central store',
    })
  })
  return gate
}

type Doors = { central: Central; gate: Gate }

function serveApi(app: FastifyInstance, router: CentralRouter, { central, gate }: Doors, { log, version }: CentralOptions): void {
  const common = doorOptions(log, 'central store')
  const handler = new OpenAPIHandler<Caller>(router, {
    ...common,
    clientInterceptors: [...common.clientInterceptors, (call: { next(): Promise<unknown> }) => explainDatabase(call, log)],
    customErrorResponseBodyEncoder: ({ code, data, message, status }) => ({ code, status, message, data }),
  })
  const callers = new WeakMap<FastifyRequest, Caller>()
  let description: Promise<Record<string, unknown>> | null = null
  app.register(
    async (api) => {
      readJsonBodies(api)
      // Before the body is read: a stranger must not make us parse 64 MB.
      api.addHook('onRequest', async (request, reply) => {
        reply.header('cache-control', 'no-store')
        const admission = await admit(request, gate, central)
        if (!admission.ok) return fail(reply, admission.error)
        callers.set(request, admission.caller)
      })
      api.get('/openapi.json', async () => (description ??= describeContract(contract, { ...DESCRIBED, version })))
      const handle = async (request: FastifyRequest, reply: FastifyReply) => {
        await handler.handle(request, reply, { prefix: '/api', context: callers.get(request) ?? { actor: 'unknown', bench: null } })
        return reply
      }
      for (const url of ['/enrolment.redeem', '/sync.push']) api.post(url, { bodyLimit: MAX_SMALL_BODY_BYTES }, handle)
      api.route({ method: ['GET', 'POST'], url: '/*', handler: handle })
    },
    { prefix: '/api' },
  )
}

type Admitted = { ok: true; caller: Caller } | { ok: false; error: Failure }

/**
 * Who may call what: a code redeems itself, a push needs the key of its bench, everything else the key of the store or the session of a person. A bench's key
 * opens nothing but its own push.
 */
async function admit(request: FastifyRequest, gate: Gate, central: Central): Promise<Admitted> {
  const call = request.url.split('?')[0]
  if (call === '/api/enrolment.redeem') return { ok: true, caller: { actor: 'code', bench: null } }
  const bearer = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1]
  if (call === '/api/sync.push') {
    const bench = bearer === undefined ? null : await benchOfKey(central, bearer)
    return bench === null ? { ok: false, error: UNAUTHORIZED } : { ok: true, caller: { actor: bench, bench } }
  }
  const hostError = bearer === undefined ? gate.hostError(request.headers) : null
  if (hostError !== null) return { ok: false, error: hostError }
  const admission = await gate.admit(request.headers, request.method === 'GET' || request.method === 'HEAD')
  if (!admission.ok) return { ok: false, error: admission.error.status === 401 ? UNAUTHORIZED : admission.error }
  return { ok: true, caller: { actor: actorOf(admission.caller), bench: null, caller: admission.caller } }
}

async function explainDatabase({ next }: { next(): Promise<unknown> }, log: Log): Promise<unknown> {
  try {
    return await next()
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable)) throw error
    log('error', 'the database cannot be used', { why: error.message })
    throw toError(refusal('CENTRAL_DATABASE_DOWN', { why: error.message }))
  }
}

/** Every body is JSON, whatever its content type says. */
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
