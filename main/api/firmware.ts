import type { FirmwareImage } from '../core/model/catalogue.ts'
import { iso } from '../core/staging/view.ts'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'
import { unwrap } from './refused.ts'

export function firmwareHandlers({ images, loop, store }: ApiParts) {
  return {
    list: api.firmware.list.handler(() => ({ images: [...store.world.image.values()].map(imageView) })),
    add: api.firmware.add.handler(async ({ input }) => {
      const image = unwrap(await images.add(input.path, input, store.world.packs, store.world.profile.values()))
      await loop.ask(() => ({ reply: null, changes: [{ entity: 'image', id: image.id, value: image }], effects: [] }))
      return imageView(image)
    }),
  }
}

function imageView(image: FirmwareImage) {
  return { ...image, sha256: image.id, models: [...image.models], addedAt: iso(image.addedAt) }
}
