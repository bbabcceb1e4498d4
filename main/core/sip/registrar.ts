import { type Decision, note, silence } from '../model/decision.ts'
import { leaseAt } from '../model/lease-at.ts'
import type { Line } from '../model/catalogue.ts'
import { REALM } from '../model/token.ts'
import type { Change, World } from '../model/world.ts'
import { type SipAsking, tagOf } from './asking.ts'
import { digestResponse, readDigest } from './digest.ts'
import { headerOf, parameterOf, partsOfUri, type SipHeader, uriOf } from './message.ts'
import { respond } from './respond.ts'
import type { SipAnswer } from './send.ts'

const MIN_SECONDS = 60
const MAX_SECONDS = 3600

/**
 * The bench's registrar: a REGISTER whose digest is right proves that the phone has the SIP credentials it was given, offline. It knows only the lines of the
 * phone that holds the lease of the address; nobody can be called.
 */
export function answerRegister(asking: SipAsking, world: World, now: number): Decision<SipAnswer> {
  const { fresh, from, request } = asking
  const told = (status: number, more: readonly SipHeader[] = []): SipAnswer => ({
    responses: [respond(request, from, status, tagOf(fresh), more)],
    requests: [],
  })
  const lease = leaseAt(world, from.address, now)
  if (lease === null) return silence({ responses: [], requests: [] })
  const user = partsOfUri(uriOf(headerOf(request, 'to') ?? ''))?.user ?? ''
  const line = linesOf(lease.mac, world).find((one) => one.sipUser === user)
  if (line === undefined) {
    const words = `Registers as ${user.slice(0, 60) || 'nobody'}, which is none of its lines`
    return { reply: told(403), changes: [], effects: [note(now, lease.mac, 'sip.register', words, 'warn')] }
  }
  const given = readDigest(headerOf(request, 'authorization') ?? '')
  const challenge: SipHeader = ['www-authenticate', `Digest realm="${REALM}", nonce="${asking.nonce}", algorithm=MD5, qop="auth"`]
  if (given === null || !asking.isFreshNonce(given.nonce ?? '')) {
    // An old nonce with a right password is no offence: the phone only asks again.
    return silence(told(401, [given === null ? challenge : [challenge[0], `${challenge[1]}, stale=true`]]))
  }
  if (!isRight(given, line, request.method)) {
    const words = `Registers line ${line.number} with a wrong user or password`
    return { reply: told(401, [challenge]), changes: [], effects: [note(now, lease.mac, 'sip.register', words, 'error')] }
  }
  return registered(asking, line, lease.mac, world, now, told)
}

function linesOf(mac: string, world: World): Line[] {
  return (world.device.get(mac)?.lines ?? []).flatMap((number) => world.line.get(number) ?? [])
}

function isRight(given: Readonly<Record<string, string>>, line: Line, method: string): boolean {
  const user = line.sipAuthUser ?? line.sipUser
  if (given.username !== user || given.realm !== REALM) return false
  const wanted = digestResponse({
    user,
    realm: REALM,
    password: line.sipPassword,
    method,
    uri: given.uri ?? '',
    nonce: given.nonce ?? '',
    qop: given.qop ?? null,
    nc: given.nc ?? '',
    cnonce: given.cnonce ?? '',
  })
  return given.response?.toLowerCase() === wanted
}

function registered(
  { request }: SipAsking,
  line: Line,
  mac: string,
  world: World,
  now: number,
  told: (status: number, more?: readonly SipHeader[]) => SipAnswer,
): Decision<SipAnswer> {
  const contact = headerOf(request, 'contact')
  const seconds = lifeOf(contact, headerOf(request, 'expires'))
  if (contact === null || seconds === null) return silence(told(200)) // asks only what is registered
  if (seconds > 0 && seconds < MIN_SECONDS) return silence(told(423, [['min-expires', String(MIN_SECONDS)]]))
  const life = Math.min(seconds, MAX_SECONDS)
  const id = `${mac} ${line.number}`
  const before = world.registration.get(id)
  const isNew = life > 0 && (before === undefined || before.expiresAt <= now)
  const value =
    life === 0
      ? null
      : { mac, number: line.number, contact: uriOf(contact), registeredAt: before?.registeredAt ?? now, expiresAt: now + life * 1000 }
  const changes: Change[] = [{ entity: 'registration', id, value }]
  const words = life === 0 ? `Line ${line.number} signed off` : `Line ${line.number} registered: user and password are right`
  return {
    reply: told(200, life === 0 ? [] : [['contact', `<${uriOf(contact)}>;expires=${life}`]]),
    changes,
    effects: isNew || life === 0 ? [note(now, mac, 'sip.registered', words)] : [],
  }
}

/** Seconds asked for (RFC 3261 section 10.2.1.1): the contact's own, then the header's, then an hour; `*` with 0 takes all back. */
function lifeOf(contact: string | null, expires: string | null): number | null {
  if (contact === null) return null
  const said = (contact.trim() === '*' ? null : parameterOf(contact, 'expires')) ?? expires ?? String(MAX_SECONDS)
  return /^\d{1,10}$/.test(said) ? Number(said) : MAX_SECONDS
}
