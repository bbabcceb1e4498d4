import { isStale } from '../access/admit.ts'
import { addressKey, guessing, isLocked, lockAgainst, type LockBegun, missed, nearestMac, servedAt } from '../access/misses.ts'
import { isWindowOpen } from '../access/window.ts'
import { type Decision, type Effect, note } from '../model/decision.ts'
import type { FileAnswer, FileRequest } from '../model/files.ts'
import type { Device } from '../model/device.ts'
import { formatMac, type Mac } from '../model/mac.ts'
import type { MissScope, MissTally } from '../model/misses.ts'
import { type Refusal, refusal } from '../model/refusals.ts'
import type { Change, World } from '../model/world.ts'
import { audit } from '../staging/audit.ts'
import type { Asker } from './asker.ts'
import { provenByCertificate } from './certificate.ts'
import { isGoodToken, type Shown } from './shown.ts'
import { unauthorized } from './refuse.ts'

/** A device's own configuration: the only thing that guessing a MAC or a secret could open. Optional files, images and what is common to all are none. */
export function isGuarded({ request, ...asker }: Asker): boolean {
  if (request.method === 'PUT' || request.method === 'POST') return false
  return asker.isAmbiguous || asker.isBlindAmbiguous || (asker.file?.scope === 'device' && asker.file.kind === 'config')
}

/** Never counted, never locked out: a lease that matches the MAC, a factory certificate that proves it, and a token of ours (product.md, "First contact" 7). */
export function isOurs(asker: Asker, shown: Shown, now: number): boolean {
  return (asker.lease !== null && asker.lease.mac === wanted(asker)) || isGoodToken(shown, asker, now) || isCertified(asker)
}

/** A factory certificate of the very phone whose file is asked for cannot be guessed. */
function isCertified({ device, pack, request, ...asker }: Asker): boolean {
  return (
    pack !== null &&
    device !== null &&
    device.mac === wanted({ device, pack, request, ...asker }) &&
    provenByCertificate(request, pack) === device.mac
  )
}

/** Whose file it is that is asked for. */
function wanted({ asked, mac }: Asker): Mac | null {
  return asked ?? mac
}

/**
 * What stands against an asker who is not known as ours. At the central store a lock takes away the first stage, the one thing that a MAC alone opens; on
 * the bench nothing is given to a MAC without its lease anyway.
 */
export function lockedOut(asker: Asker, request: FileRequest, world: World, now: number): Decision<FileAnswer> | null {
  const { device, mac } = asker
  const lock = world.site === 'bench' || mac === null ? null : lockAgainst(world.miss, { address: request.peer, mac }, now)
  if (lock === null || device === null || !device.listed || !isWindowOpen(device, now)) return null
  const why = { code: 'ACCESS_LOCKED' as const, data: lockWords(lock), at: now }
  const stands = device.staging.hold?.code === why.code
  const hold = stands ? device.staging.hold : why
  const change: Change = { entity: 'device', id: device.mac, value: { ...device, staging: { ...device.staging, hold } } }
  const told = stands ? [] : [note(now, device.mac, 'file.refused', refusal(why.code, why.data).message, 'warn')]
  return unauthorized(asker.digest, stands ? [] : [change], told)
}

function lockWords({ lock, subject }: MissTally): Record<string, string> {
  return { who: subject, until: clockTime(lock?.until ?? 0) }
}

/** Counts what this request was, after it was answered. */
export function counted(
  decision: Decision<FileAnswer>,
  by: { request: FileRequest; asker: Asker; shown: Shown; world: World; now: number },
): Decision<FileAnswer> {
  const { asker, now, request, shown, world } = by
  const mac = wanted(asker)
  if (mac === null) return decision
  if (decision.reply.kind === 'text') {
    const good = world.site === 'central' ? servedAt(world.miss, { address: request.peer, mac }, now) : []
    return good.length === 0 ? decision : { ...decision, changes: [...decision.changes, ...good] }
  }
  if (isOurs(asker, shown, now) || !isMiss(world.device.get(mac), shown, now)) return decision
  const nearest = (of: string, span: number) => nearestMac(listed(world), of, span)
  const { begun, changes } = missed(world.miss, { address: request.peer, mac, nearest }, now)
  const known = world.miss.get(`address ${addressKey(request.peer)}`)
  const isQuiet = known !== undefined && isLocked(known, now)
  return {
    reply: decision.reply,
    changes: [
      ...decision.changes,
      ...changes,
      ...begun.filter((one) => isWorthAudit(one, world, now)).map((one) => entry(one, world, now)),
    ],
    // Who is locked is told of once: a line for each of 4,096 guesses would hide everything else.
    effects: [
      ...(isQuiet ? decision.effects.filter((effect) => !isOfNobody(effect)) : decision.effects),
      ...begun.map((one) => told(one, now)),
    ],
  }
}

/** A wrong secret or an unlisted MAC (product.md, "First contact" 7). Foreign credentials inside the window count as none. */
function isMiss(device: Device | undefined, { credentials, token }: Shown, now: number): boolean {
  if (device === undefined || !device.listed) return true
  if (credentials === null || isStale(credentials) || isWindowOpen(device, now)) return false
  return token === null || token.state === 'revoked'
}

function* listed(world: World): Generator<string> {
  for (const device of world.device.values()) if (device.listed) yield device.mac
}

function isOfNobody(effect: Effect): boolean {
  return effect.do === 'note' && effect.note.mac === null && effect.note.kind === 'file.refused'
}

/** Locks of so many addresses at once are one attack: the log, which is kept for ever, must not grow with it. */
const MOST_AUDITED_AT_ONCE = 10

function isWorthAudit({ scope }: LockBegun, world: World, now: number): boolean {
  if (scope === 'pair') return false
  return scope === 'all' || guessing(world.miss, now).length < MOST_AUDITED_AT_ONCE
}

function entry(begun: LockBegun, world: World, now: number): Change {
  return audit(world, { at: now, actor: 'option66', action: 'access.locked', target: begun.subject, detail: wordsOf(begun) })
}

function told(begun: LockBegun, now: number): Effect {
  const mac = begun.scope === 'pair' ? (begun.subject.split(' ')[1] ?? null) : null
  return note(now, mac, 'access.locked', wordsOf(begun), begun.scope === 'pair' ? 'warn' : 'error')
}

function wordsOf({ lock, misses, scope, sinceAt, subject }: LockBegun): string {
  const { code, data } = notice({ lock, scope, sinceAt, subject, total: misses })
  return refusal(code, data).message
}

const FROM: Readonly<Record<MissScope, (subject: string) => string>> = {
  pair: (subject) => `for ${formatMac(subject.split(' ')[1] ?? '')} from ${subject.split(' ')[0] ?? ''}`,
  address: (subject) => `from ${subject}`,
  prefix: (subject) => `for MACs that begin with ${(subject.match(/../g) ?? []).join(':').toUpperCase()}`,
  all: () => 'from many places',
}

/** "Somebody guesses: N misses from ADDRESS since TIME", with what to do; for the board of the whole bench. */
export function notice(tally: Pick<MissTally, 'lock' | 'scope' | 'sinceAt' | 'subject' | 'total'>): Refusal {
  const near = tally.lock?.near == null ? '' : ` (walks the neighbours of ${formatMac(tally.lock.near)})`
  const walk = tally.lock?.why === 'walk' && near === '' ? ' (counts through neighbouring MACs)' : ''
  return refusal('ACCESS_GUESSING', {
    misses: String(tally.total),
    whence: `${FROM[tally.scope](tally.subject)}${near}${walk}`,
    since: clockTime(tally.sinceAt),
    until: clockTime(tally.lock?.until ?? 0),
  })
}

/** Notices of everything that is locked now, for the board; the worst few. */
export function guessNotices(world: Pick<World, 'miss'>, now: number): Refusal[] {
  return guessing(world.miss, now).slice(0, 5).map(notice)
}

/** `14:03 UTC`. */
function clockTime(at: number): string {
  const minutes = Math.floor(at / 60_000) % 1440
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)} UTC`
}
