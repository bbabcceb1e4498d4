import { loadCatalogue } from '../core/settings/catalogue.ts'
import { ok } from '../core/model/result.ts'
import { silence } from '../core/model/decision.ts'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'
import { unwrap } from './refused.ts'

export function catalogueHandlers({ loop, store }: ApiParts) {
  return {
    load: api.catalogue.load.handler(async ({ input }) => {
      const counts = await loop.ask((world, now) => {
        const loaded = loadCatalogue(input.text, world, now)
        return loaded.ok ? { reply: ok(loaded.value.counts), changes: loaded.value.changes, effects: [] } : silence(loaded)
      })
      return unwrap(counts)
    }),
    list: api.catalogue.list.handler(() => ({
      profiles: [...store.world.profile.values()].map(({ id, name }) => ({ id, name })),
      groups: [...store.world.group.values()].map(({ id, name, profile }) => ({ id, name, profile })),
      lines: [...store.world.line.values()].map(({ number, group, displayName }) => ({ number, group, displayName })),
    })),
  }
}
