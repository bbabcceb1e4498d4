import { type Decision, type Effect, note } from '../model/decision.ts'
import type { FileAnswer, FileRequest } from '../model/files.ts'
import type { PackFile } from '../model/pack.ts'
import { pathForPeople } from '../model/path.ts'
import type { World } from '../model/world.ts'
import { type Asker, findAsker } from './asker.ts'
import { answerConfig } from './config.ts'
import { answerImage } from './image.ts'
import { observe } from './observe.ts'
import { unauthorized } from './refuse.ts'
import { answerUpload } from './upload.ts'

/**
 * One request of a phone → what it gets, what is now true, what the timeline says. The same for every protocol, on the bench and at the central
 * store. A refused per-device file is always the same 401 whatever the reason; the reason stands on the board.
 * Throws only on a fault of ours (a template that fails): the door makes that 503, never "not found".
 */
export function answerFile(request: FileRequest, world: World, now: number): Decision<FileAnswer> {
  const asker = findAsker(request, world, now)
  if (asker.isAmbiguous) return unauthorized(false)
  if (asker.file === null || asker.pack === null) return missing(request, asker, world, now)
  return byKind(request, asker, asker.file, world, now)
}

function byKind(request: FileRequest, asker: Asker, file: PackFile, world: World, now: number): Decision<FileAnswer> {
  const isSent = request.method === 'PUT' || request.method === 'POST'
  // What belongs to one phone may be sent by it: logs, and the overrides that it asks for in vain (Poly's `-phone.cfg`).
  if (isSent)
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
      return answerConfig(request, asker, file, world, now)
  }
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
