import type { SyncState } from '../model/catalogue.ts'
import type { Change, World } from '../model/world.ts'

const NEVER: SyncState = { acknowledged: 0, lastSyncAt: null, central: null, benchId: null, key: null }

/** The number of the last report that waits; 0 = none does. */
export function lastWaiting(world: World): number {
  let last = 0
  for (const { number } of world.outbox.values()) last = Math.max(last, number)
  return last
}

/** Reports up to this number left the bench in an encrypted file: a work order may be closed without a central store (core/orders). */
export function exported(through: number, world: World): Change[] {
  const before = world.sync.get('bench') ?? NEVER
  return through > (before.exportedThrough ?? 0) ? [{ entity: 'sync', id: 'bench', value: { ...before, exportedThrough: through } }] : []
}
