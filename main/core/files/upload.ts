import { type Decision, note, silence } from '../model/decision.ts'
import type { FileAnswer, FileRequest, Upload, UploadEnd } from '../model/files.ts'
import { formatMac } from '../model/mac.ts'
import { pathForPeople } from '../model/path.ts'
import type { World } from '../model/world.ts'
import type { Asker } from './asker.ts'
import { observe } from './observe.ts'
import { held, unauthorized } from './refuse.ts'

/**
 * A phone sends a log or its overrides. On the bench the lease says whose they are, and the name must not be another's; they say nothing about the phone and
 * are given to no phone. At a central store nobody but the token says who asks: read over and not kept.
 */
export function answerUpload(request: FileRequest, asker: Asker, world: World, now: number): Decision<FileAnswer> {
  if (world.site === 'central') {
    const seen = observe(asker, world, now)
    const told = note(now, asker.mac, 'file.upload', `Sent ${pathForPeople(request.path)}: not kept`)
    return { reply: { kind: 'accepted' }, changes: seen.changes, effects: [...seen.effects, told] }
  }
  if (asker.lease === null) return unauthorized(false)
  if (asker.mac !== asker.lease.mac) {
    const no = held(asker, 'ACCESS_MAC_MISMATCH', { asked: asker.mac === null ? '' : formatMac(asker.mac) }, world, now)
    return unauthorized(false, no.changes, no.effects)
  }
  const seen = observe(asker, world, now)
  const upload = { mac: asker.lease.mac, name: uploadName(request.path) }
  return { reply: { kind: 'accepted', upload }, changes: seen.changes, effects: seen.effects }
}

const WHY: Readonly<Record<Extract<UploadEnd, { kept: false }>['why'], string>> = {
  'too-long': 'too long, not kept',
  'broken-off': 'broke off, not kept',
  'too-many': 'too many at once, not kept',
}

/** It came to its end, well or not. */
export function uploadEnded({ mac, name }: Upload, end: UploadEnd, world: World, now: number): Decision<null> {
  if (!world.device.has(mac) && !world.lease.has(mac)) return silence(null)
  const what = end.kept ? `${sizeText(end.sizeBytes)} kept` : WHY[end.why]
  return { reply: null, changes: [], effects: [note(now, mac, 'file.upload', `Sent ${name}: ${what}`, end.kept ? 'info' : 'warn')] }
}

function sizeText(bytes: number): string {
  return bytes < 1000 ? `${bytes} bytes` : `${Math.round(bytes / 1000)} kB`
}

const MAX_NAME = 100

/** The last segment of a path, of letters that are plain on every screen and disk. */
export function uploadName(path: string): string {
  const last = pathForPeople(`${path}/`).replace(/\/+$/, '').split('/').at(-1) ?? ''
  const plain = last.replace(/[^A-Za-z0-9._-]+/g, '_').slice(-MAX_NAME)
  return plain === '' ? 'upload' : plain
}
