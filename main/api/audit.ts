import { verifyChain } from '../core/audit/chain.ts'
import type { AuditEntry } from '../core/model/catalogue.ts'
import { iso } from '../core/staging/view.ts'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'

export function auditHandlers({ store }: ApiParts) {
  return {
    list: api.audit.list.handler(({ input }) => {
      const since = input.since === undefined ? 0 : Date.parse(input.since)
      const entries = [...store.world.audit.values()].filter((entry) => entry.at >= since).sort(inOrder)
      return {
        entries: entries.map(({ at, changes, previous: _, ...entry }) => ({
          ...entry,
          at: iso(at),
          ...(changes === undefined ? {} : { changes: [...changes] }),
        })),
      }
    }),
    verify: api.audit.verify.handler(() => {
      const { entries, faults, last } = verifyChain(store.world.audit, store.world.auditHead.get('bench') ?? null)
      return { ok: faults.length === 0, entries, last, faults }
    }),
  }
}

/** As they were made: a clock that was set does not put the log in another order. */
function inOrder(a: AuditEntry, b: AuditEntry): number {
  return a.number !== undefined && b.number !== undefined ? a.number - b.number : a.at - b.at
}
