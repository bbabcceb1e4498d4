import { iso } from '../core/staging/view.ts'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'

export function auditHandlers({ store }: ApiParts) {
  return {
    list: api.audit.list.handler(({ input }) => {
      const since = input.since === undefined ? 0 : Date.parse(input.since)
      const entries = [...store.world.audit.values()].filter((entry) => entry.at >= since).sort((a, b) => a.at - b.at)
      return { entries: entries.map((entry) => ({ ...entry, at: iso(entry.at) })) }
    }),
  }
}
