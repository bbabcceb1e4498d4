import { api } from './base.ts'
import type { ApiParts } from './parts.ts'

export function packsHandlers({ packProblems, store }: ApiParts) {
  return {
    list: api.packs.list.handler(() => ({
      packs: store.world.packs.map(({ family, id, models, name, revision, vendor }) => ({
        id,
        vendor,
        family,
        name,
        revision,
        models: Object.keys(models),
      })),
      problems: [...packProblems],
    })),
  }
}
