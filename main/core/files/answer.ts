import { type Decision, type Effect, note, silence } from '../model/decision.ts'
import type { FileAnswer, FileRequest } from '../model/files.ts'
import type { PackFile } from '../model/pack.ts'
import { pathForPeople } from '../model/path.ts'
import type { World } from '../model/world.ts'
import type { Work } from '../access/token.ts'
import { type Asker, findAsker } from './asker.ts'
import { certificatePolicy } from './certificate.ts'
import { answerConfig } from './config.ts'
import { stoppedByMac } from './four-way.ts'
import { counted, isGuarded, isOurs, lockedOut } from './guess.ts'
import { answerFromLibrary, answerImage } from './image.ts'
import { observe } from './observe.ts'
import { unauthorized } from './refuse.ts'
import { type Shown, whatIsShown } from './shown.ts'
import { answerUpload } from './upload.ts'

/**
 * One request of a phone → what it gets, what is now true, what the timeline says. The same for every protocol, on the bench and at the central
 * store. A refused per-device file is always the same 401 whatever the reason; the reason stands on the board.
 * Throws only on a fault of ours (a template that fails): the door makes that 503, never "not found". `work` counts hash operations, for tests.
 */
export function answerFile(request: FileRequest, world: World, now: number, work: Work = { hashes: 0 }): Decision<FileAnswer> {
  const asker = heardAsker(request, world, now)
  const shown = whatIsShown(request, asker, world, work)
  if (!isGuarded(asker)) return answer(request, asker, shown, world, now)
  const isKnown = isOurs(asker, shown, now)
  const locked = isKnown ? null : lockedOut(asker, request, world, now)
  const decision = locked ?? answer(request, asker, shown, world, now)
  return counted(isKnown ? decision : alike(decision, asker), { request, asker, shown, world, now })
}

/** Where certificates are ignored nothing in one counts, not even against the phone. */
function heardAsker(request: FileRequest, world: World, now: number): Asker {
  const asker = findAsker(request, world, now)
  const isIgnored = request.certificate != null && asker.pack !== null && certificatePolicy(asker.device, asker.pack, world) === 'ignore'
  return isIgnored ? findAsker({ ...request, certificate: null }, world, now) : asker
}

/** Where several families have the file, one that is missing in a listed phone's own family looks as it does for a MAC that nobody listed. */
function alike(decision: Decision<FileAnswer>, { digest, isBlindAmbiguous }: Asker): Decision<FileAnswer> {
  return isBlindAmbiguous && decision.reply.kind === 'missing' ? { ...decision, reply: { kind: 'unauthorized', digest } } : decision
}

function answer(request: FileRequest, asker: Asker, shown: Shown, world: World, now: number): Decision<FileAnswer> {
  const stopped = stoppedByMac(asker, world, now)
  if (stopped !== null) return stopped
  // What is sent to the central store is read over and not kept, whosever it is.
  if (asker.isAmbiguous && isSent(request) && world.site === 'central') return silence({ kind: 'accepted' })
  if (asker.isAmbiguous) return unauthorized(asker.digest)
  if (asker.file === null || asker.pack === null)
    return (isSent(request) ? null : answerFromLibrary(request, asker, world, now)) ?? missing(request, asker, world, now)
  return byKind(request, asker, shown, asker.file, world, now)
}

function byKind(request: FileRequest, asker: Asker, shown: Shown, file: PackFile, world: World, now: number): Decision<FileAnswer> {
  // What belongs to one phone may be sent by it: logs, and the overrides that it asks for in vain (Poly's `-phone.cfg`).
  if (isSent(request))
    return file.scope === 'device' && file.kind !== 'image' ? answerUpload(request, asker, world, now) : missing(request, asker, world, now)
  switch (file.kind) {
    case 'absent':
      return missing(request, asker, world, now)
    case 'upload':
      // Never given back: what a phone (or somebody in its place) wrote must not come to a phone as a configuration of ours.
      if (world.site === 'bench' && asker.lease === null) return unauthorized(false)
      return missing(request, asker, world, now)
    case 'image':
      return answerImage(request, asker, file, world, now)
    case 'config':
      return answerConfig(request, asker, shown, file, world, now)
  }
}

function isSent({ method }: FileRequest): boolean {
  return method === 'PUT' || method === 'POST'
}

/** Not served: optional files of the family and paths nobody knows. Never a miss. What the request says about the phone is taken all the same. */
function missing(request: FileRequest, asker: Asker, world: World, now: number): Decision<FileAnswer> {
  const seen = observe(asker, world, now)
  const effects: Effect[] =
    asker.file === null && asker.lease !== null
      ? [note(now, asker.lease.mac, 'file.missing', `Asked for ${pathForPeople(request.path)}: not served`)]
      : []
  return { reply: { kind: 'missing' }, changes: seen.changes, effects: [...seen.effects, ...effects] }
}
