import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { answerFile } from '../core/files/answer.ts'
import { fileDelivered } from '../core/files/delivered.ts'
import type { Decision } from '../core/model/decision.ts'
import type { Delivery, FileAnswer, FileRequest } from '../core/model/files.ts'
import { type Mac, parseMac } from '../core/model/mac.ts'
import type { Pack } from '../core/model/pack.ts'
import type { Change, World } from '../core/model/world.ts'
import { REALM } from '../core/model/token.ts'
import { pathFile } from '../core/pack/path-file.ts'
import { macIn } from '../core/pack/pattern.ts'
import { parseCredentials } from '../net/http/credentials.ts'
import { createNonces, type Nonces } from '../net/http/nonce.ts'
import type { ClientCertificates } from '../net/tls/client-certificate.ts'
import { requestPath } from '../net/http/request-path.ts'
import { type Central, decide } from './decide.ts'

/** Logs that phones send are read over and not kept. */
const MAX_UPLOAD_BYTES = 5_000_000
const METHODS = ['GET', 'HEAD', 'PUT', 'POST'] as const

export const PHONES_PREFIX = '/p'

/** Phones fetch below `/p/`: the production provisioning URL. The same core as on the bench answers, with a world of just that phone. */
export function servePhones(
  app: FastifyInstance,
  central: Central,
  nonceSecret: string,
  certificates: ClientCertificates | null = null,
): void {
  const nonces = nodeNonces(nonceSecret, central.clock)
  app.register(
    async (phones) => {
      phones.removeAllContentTypeParsers()
      phones.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_UPLOAD_BYTES }, (_request, _body, done) => done(null, null))
      phones.setErrorHandler(async (error, _request, reply) => {
        const status = error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 503
        // A fault of ours is never "not found": a phone would take that as "no configuration" and go on without.
        if (status >= 500)
          central.log('error', 'a phone could not be answered', {
            fault: error instanceof Error ? (error.stack ?? error.message) : String(error),
          })
        return reply
          .code(status >= 500 ? 503 : status)
          .header('retry-after', '60')
          .send()
      })
      phones.route({
        method: [...METHODS],
        url: '/*',
        exposeHeadRoute: false,
        handler: (request, reply) => answerPhone(request, reply, central, nonces, certificates),
      })
    },
    { prefix: PHONES_PREFIX },
  )
}

/** Clocks of the nodes of one store may differ by this; a nonce of one that is ahead is fresh all the same. */
const CLOCK_SKEW_MS = 5000

/** Any node takes what any other issued: the key is the same on all of them. */
function nodeNonces(secret: string, clock: Central['clock']): Nonces {
  const key = Buffer.from(secret)
  const own = createNonces(key, () => clock.now())
  const ahead = createNonces(key, () => clock.now() + CLOCK_SKEW_MS)
  return { issue: own.issue, isFresh: (nonce) => own.isFresh(nonce) || ahead.isFresh(nonce) }
}

async function answerPhone(
  request: FastifyRequest,
  reply: FastifyReply,
  central: Central,
  nonces: Nonces,
  certificates: ClientCertificates | null,
): Promise<FastifyReply> {
  const arrivedAt = performance.now()
  const asked = fileRequest(request, nonces, certificates)
  if (asked === null) return reply.code(404).send()
  const answer = await decide(central, macsIn(asked, central.packs), (world, at) =>
    logged(central, believed(answerFile(asked, world, at), world)),
  )
  reply.header('cache-control', 'no-store')
  switch (answer.kind) {
    case 'text':
      if (answer.delivery !== null) tellDelivery(reply, answer.delivery, central)
      return reply
        .code(200)
        .header('content-type', answer.contentType)
        .send(Buffer.from(answer.body, answer.encoding === 'latin-1' ? 'latin1' : 'utf8'))
    case 'unauthorized': {
      await rest(arrivedAt)
      const stale = asked.credentials?.scheme === 'digest' && !asked.credentials.nonceValid
      return reply
        .code(401)
        .header('www-authenticate', challenges(answer.digest, stale, nonces.issue()))
        .send()
    }
    case 'accepted':
      return reply.code(200).send()
    // The library of images stands at the benches: a shipped phone has its firmware.
    case 'image':
    case 'missing':
      return reply.code(404).send()
  }
}

/** A listed MAC costs the database a few queries more than another: every refusal leaves after this, so that a clock tells nothing. */
export const REFUSAL_MS = 50

/** Until the next multiple of `REFUSAL_MS` since the request came: one that took longer is not told by how much. */
async function rest(arrivedAt: number): Promise<void> {
  const spentMs = performance.now() - arrivedAt
  await sleep(Math.ceil(Math.max(1, spentMs) / REFUSAL_MS) * REFUSAL_MS - spentMs)
}

function fileRequest(request: FastifyRequest, nonces: Nonces, certificates: ClientCertificates | null): FileRequest | null {
  const target = request.raw.url ?? '/'
  const whole = requestPath(target)
  // Resolved dots may lead out of `/p/`: nothing there is for phones.
  const path = whole?.startsWith(`${PHONES_PREFIX}/`) ? whole.slice(PHONES_PREFIX.length) : null
  const method = METHODS.find((one) => one === request.method)
  if (path === null || method === undefined) return null
  return {
    via: request.protocol === 'https' ? 'https' : 'http',
    method,
    path,
    userAgent: request.headers['user-agent'] ?? null,
    peer: request.ip,
    credentials: parseCredentials(request.headers.authorization, target, nonces),
    fresh: new Uint8Array(randomBytes(32)),
    ...(certificates === null ? {} : { certificate: certificates.of(request.raw.socket) }),
  }
}

/** The devices this request can be about: MACs in its path, as the packs write them, and the user of its credentials. */
function macsIn({ credentials, path }: FileRequest, packs: readonly Pack[]): Mac[] {
  const macs = new Set<Mac>()
  for (const pack of packs) {
    const found = pathFile(pack, path)
    const mac = found === null ? null : macIn(found.values)
    if (mac !== null) macs.add(mac)
  }
  const user = credentials === null || credentials.scheme === 'path' ? null : parseMac(credentials.user)
  if (user !== null) macs.add(user)
  return [...macs]
}

/**
 * There is no lease here that says who asks. What a request says about the phone (model, firmware, files fetched) is believed only when it was given
 * its own file: with its token, or inside its window. Of any other request only the refusal itself is kept.
 */
function believed(decision: Decision<FileAnswer>, world: World): Decision<FileAnswer> {
  const { reply } = decision
  if (reply.kind === 'text' && reply.delivery !== null) return decision
  const changes = decision.changes.flatMap((change): Change[] => {
    if (change.entity === 'miss' || change.entity === 'audit') return [change]
    const before = change.entity === 'device' ? world.device.get(change.id) : undefined
    if (change.entity !== 'device' || change.value === null || before === undefined) return []
    const { challengedAt, hold } = change.value.staging
    if (challengedAt === before.staging.challengedAt && hold === before.staging.hold) return []
    // A hold falls only by the phone itself.
    const staging = {
      ...before.staging,
      challengedAt,
      hold: reply.kind === 'unauthorized' ? (hold ?? before.staging.hold) : before.staging.hold,
    }
    return [{ entity: 'device', id: change.id, value: { ...before, staging } }]
  })
  const effects = decision.effects.filter((effect) => effect.do !== 'note' || /^(file\.refused|access\.|token\.)/.test(effect.note.kind))
  return { reply, changes, effects }
}

/** What strangers ask for stands in the log, not in the database. */
function logged(central: Central, decision: Decision<FileAnswer>): Decision<FileAnswer> {
  for (const effect of decision.effects)
    if (effect.do === 'note' && effect.note.mac === null) central.log('info', effect.note.text, { kind: effect.note.kind })
  return decision
}

/** The last byte went out and the phone did not hang up before: only now the device moves on. */
function tellDelivery(reply: FastifyReply, delivery: Delivery, central: Central): void {
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) return
    decide(central, [delivery.mac], (world, now) => fileDelivered(delivery, world, now), 'devices').catch((fault: unknown) =>
      central.log('error', 'a delivery could not be noted', { mac: delivery.mac, fault: String(fault) }),
    )
  })
}

/** The lines of a 401, as on the bench: Basic always, Digest where the family takes it. */
function challenges(digest: boolean, isStale: boolean, nonce: string): string[] {
  const basic = `Basic realm="${REALM}"`
  return digest ? [basic, `Digest realm="${REALM}", qop="auth", algorithm=MD5, nonce="${nonce}"${isStale ? ', stale=true' : ''}`] : [basic]
}
