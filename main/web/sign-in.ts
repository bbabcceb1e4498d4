import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Refusal, refusal } from '../core/model/refusals.ts'
import type { PeopleDesk } from '../people/desk.ts'
import { type DoorError, UNAUTHORIZED } from './answers.ts'
import type { SessionCookie } from './cookie.ts'
import { isLoopback } from './hosts.ts'

const MAX_LOGIN_BYTES = 4096
const MAX_TEXT = 1024

export type SignInParts = {
  people: PeopleDesk
  cookie: SessionCookie
  /** Requests of pages of strangers. */
  originError(headers: FastifyRequest['headers']): DoorError | null
  /** TLS, or somebody said that plain HTTP will do. */
  isPrivate: boolean
  fail(reply: FastifyReply, error: DoorError): FastifyReply
  program: string
}

/** `GET /login` = how one signs in here, `POST /login` with a name and a password or with the key, `POST /logout`. */
export function serveSignIn(app: FastifyInstance, { cookie, fail, isPrivate, originError, people, program }: SignInParts): void {
  const isReadable = (request: FastifyRequest) => !isPrivate && !isLoopback(request.ip)
  app.get('/login', async (request, reply) => {
    const hasAccounts = await people.ask((world) => ({ reply: world.account.size > 0, changes: [], effects: [] }))
    const refused = isReadable(request) ? asError(refusal('PEOPLE_PLAIN_HTTP')) : null
    return reply
      .header('cache-control', 'no-store')
      .send({ by: hasAccounts ? 'name' : 'key', refused: refused === null ? null : { message: refused.message, hint: refused.data.hint } })
  })
  app.post('/login', { bodyLimit: MAX_LOGIN_BYTES }, async (request, reply) => {
    const error = originError(request.headers)
    if (error !== null) return fail(reply, error)
    if (isReadable(request)) return fail(reply, asError(refusal('PEOPLE_PLAIN_HTTP')))
    const { key, name, password } = (request.body ?? {}) as { key?: unknown; name?: unknown; password?: unknown }
    const address = plainAddress(request.ip)
    const byName = isText(name) && isText(password)
    if (!byName && !isText(key)) return fail(reply, wrongKey(program))
    const signed = byName ? await people.signIn({ name, password, address }) : await people.signInByKey({ key: String(key), address })
    if (!signed.ok) {
      if (signed.refusal.code === 'PEOPLE_SIGN_IN_WAIT') reply.header('retry-after', signed.refusal.data.seconds ?? '60')
      return fail(reply, !byName && signed.refusal.code === 'PEOPLE_SIGN_IN_WRONG' ? wrongKey(program) : asError(signed.refusal))
    }
    // What this browser was before it is no longer: nobody's older cookie becomes the new session.
    for (const old of cookie.read(request.headers.cookie)) await people.signOut(old)
    return reply.code(204).header('set-cookie', cookie.set(signed.value.token)).header('cache-control', 'no-store').send()
  })
  app.post('/logout', async (request, reply) => {
    const error = originError(request.headers)
    if (error !== null) return fail(reply, error)
    for (const token of cookie.read(request.headers.cookie)) await people.signOut(token)
    return reply.code(204).header('set-cookie', cookie.clear()).header('cache-control', 'no-store').send()
  })
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_TEXT
}

function wrongKey(program: string): DoorError {
  return {
    ...UNAUTHORIZED,
    message: `This is not the key of the ${program}`,
    data: { hint: `The ${program} prints its key when it starts, and keeps it in its data folder.` },
  }
}

function asError({ code, hint, message, status }: Refusal): DoorError {
  return { status: status as DoorError['status'], code, message, data: { hint } } // the few that are told here
}

/** IPv4 as it is, also where the socket is IPv6. */
export function plainAddress(ip: string): string {
  return ip.replace(/^::ffff:(?=\d+\.)/, '')
}
