import { Buffer } from 'node:buffer'
import type { Images } from '../bench/ports.ts'
import type { FirmwareImage } from '../core/model/catalogue.ts'
import { refusal } from '../core/model/refusals.ts'
import { ok, refuse, type Result } from '../core/model/result.ts'
import type { World } from '../core/model/world.ts'
import { imageNeed } from '../core/pack/image-needs.ts'
import { audit } from '../core/staging/audit.ts'
import { iso } from '../core/staging/view.ts'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'
import { unwrap } from './refused.ts'

/** Base64 of it stays well inside a message. */
const PART_BYTES = 1_000_000

export function firmwareHandlers({ images, loop, store, incoming }: ApiParts) {
  const take = async (path: string, facts: Parameters<Images['add']>[1], actor: string) => {
    const image = unwrap(await images.add(path, facts, store.world.packs, store.world.profile.values()))
    await loop.ask((world, now) => {
      const { name, pack, version } = image
      const entry = audit(world, {
        at: now,
        actor,
        action: 'firmware.add',
        target: name,
        detail: `${pack} ${version}, SHA-256 ${image.id}`,
      })
      return { reply: null, changes: [{ entity: 'image', id: image.id, value: image }, entry], effects: [] }
    })
    return imageView(image)
  }
  return {
    list: api.firmware.list.handler(() => ({ images: [...store.world.image.values()].map(imageView) })),
    add: api.firmware.add.handler(({ context, input: { path, ...facts } }) => take(path, facts, context.actor)),
    remove: api.firmware.remove.handler(async ({ context, input }) => {
      const image = unwrap(removable(input.id, store.world))
      unwrap(await images.remove(image.id))
      await loop.ask((world, now) => {
        const entry = audit(world, {
          at: now,
          actor: context.actor,
          action: 'firmware.remove',
          target: image.name,
          detail: `${image.pack} ${image.version}, SHA-256 ${image.id}`,
        })
        return { reply: null, changes: [{ entity: 'image', id: image.id, value: null }, entry], effects: [] }
      })
      return {}
    }),
    uploadBegin: api.firmware.uploadBegin.handler(async ({ input }) => ({ ...unwrap(await incoming.begin(input)), partBytes: PART_BYTES })),
    uploadPart: api.firmware.uploadPart.handler(async ({ input: { data, offset, upload } }) =>
      unwrap(await incoming.part(upload, offset, Buffer.from(data, 'base64'))),
    ),
    uploadEnd: api.firmware.uploadEnd.handler(async ({ context, input: { sha256, upload, ...facts } }) => {
      const file = unwrap(await incoming.end(upload, sha256))
      try {
        return await take(file.path, facts, context.actor)
      } finally {
        await file.discard()
      }
    }),
    uploadCancel: api.firmware.uploadCancel.handler(async ({ input }) => {
      await incoming.cancel(input.upload)
      return {}
    }),
  }
}

function removable(id: string, world: World): Result<FirmwareImage> {
  const image = world.image.get(id)
  if (image === undefined) return refuse(refusal('FIRMWARE_IMAGE_UNKNOWN', { image: id }))
  const need = imageNeed(image, world)
  if (need === null) return ok(image)
  const what = need.isStep ? 'a step on the way to a target' : 'a target'
  return refuse(refusal('FIRMWARE_IMAGE_NEEDED', { file: image.name, version: need.version, what, profile: need.profile }))
}

function imageView(image: FirmwareImage) {
  return { ...image, sha256: image.id, models: [...image.models], addedAt: iso(image.addedAt) }
}
