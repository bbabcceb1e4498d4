import { type AuditVerdict, verifyChain } from '../core/audit/chain.ts'
import type { AuditEntry } from '../core/model/catalogue.ts'
import { iso } from '../core/staging/view.ts'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'

export function auditHandlers({ store }: ApiParts) {
  return {
    list: api.audit.list.handler(({ input }) => {
      const since = input.since === undefined ? 0 : Date.parse(input.since)
      const entries = [...store.world.audit.values()].filter((entry) => entry.at >= since).sort(inOrder)
      return { entries: entries.map(viewEntry) }
    }),
    verify: api.audit.verify.handler(() => viewVerdict(verifyChain(store.world.audit, store.world.auditHead.get('bench') ?? null))),
  }
}

/** An entry as the contract has it; the bench's and the central store's alike. */
export function viewEntry({ at, changes, previous: _, ...entry }: AuditEntry) {
  return { ...entry, at: iso(at), ...(changes === undefined ? {} : { changes: [...changes] }) }
}

export function viewVerdict({ entries, faults, last }: AuditVerdict) {
  return { ok: faults.length === 0, entries, last, faults }
}

/** As they were made: a clock that was set does not put the log in another order. */
function inOrder(a: AuditEntry, b: AuditEntry): number {
  return a.number !== undefined && b.number !== undefined ? a.number - b.number : a.at - b.at
}
