import { loadCatalogue } from '../core/settings/catalogue.ts'
import { silence } from '../core/model/decision.ts'
import { catalogueTaken } from '../core/staging/listed-by-catalogue.ts'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'
import { unwrap } from './refused.ts'

export function catalogueHandlers({ loop, store }: ApiParts) {
  return {
    load: api.catalogue.load.handler(async ({ context, input }) => {
      const counts = await loop.ask((world, now) => {
        const loaded = loadCatalogue(input.text, world, now)
        return loaded.ok ? catalogueTaken(loaded.value, context.actor, world, now) : silence(loaded)
      })
      return unwrap(counts)
    }),
    list: api.catalogue.list.handler(() => ({
      profiles: [...store.world.profile.values()].map(({ id, name, packs }) => ({ id, name, packs: [...packs] })),
      groups: [...store.world.group.values()].map(({ id, name, profile }) => ({ id, name, profile })),
      departments: [...store.world.department.values()].map(({ id, name, group }) => ({ id, name, group })),
      lines: [...store.world.line.values()].map(({ number, group, department, displayName }) => ({
        number,
        group,
        department,
        displayName,
      })),
    })),
  }
}
