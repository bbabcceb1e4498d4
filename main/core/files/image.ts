import { type Decision, type Effect, note } from '../model/decision.ts'
import type { FileAnswer, FileRequest } from '../model/files.ts'
import type { FirmwareImage } from '../model/catalogue.ts'
import type { PackFile } from '../model/pack.ts'
import type { World } from '../model/world.ts'
import { firmwareTarget } from '../pack/target.ts'
import type { Asker } from './asker.ts'
import { observe } from './observe.ts'

/**
 * Firmware bytes are no secret: any leased address on the bench may fetch them. A path with `{image}` names the file; a path without (Poly's
 * `sip.ld`, the same for every version) means the target image of the phone that asks.
 */
export function answerImage(request: FileRequest, asker: Asker, file: PackFile, world: World, now: number): Decision<FileAnswer> {
  const seen = observe(asker, world, now)
  const isAllowed = world.site !== 'bench' || asker.lease !== null
  const image = isAllowed ? findImage(asker, file, world) : null
  if (image === null) {
    const effects: Effect[] = [
      note(now, asker.lease?.mac ?? null, 'image.missing', `Asked for ${request.path}: no such image for this phone`),
    ]
    return { reply: { kind: 'missing' }, changes: seen.changes, effects: [...seen.effects, ...effects] }
  }
  return { reply: { kind: 'image', image: image.id, mac: asker.lease?.mac ?? null }, changes: seen.changes, effects: seen.effects }
}

function findImage(asker: Asker, file: PackFile, world: World): FirmwareImage | null {
  const name = asker.values.image
  if (file.path.includes('{image}')) {
    for (const image of world.image.values()) if (image.name === name && image.pack === asker.pack?.id) return image
    return null
  }
  const device = asker.lease === null ? asker.device : (world.device.get(asker.lease.mac) ?? null)
  return device === null ? null : (firmwareTarget(device, world)?.image ?? null)
}
