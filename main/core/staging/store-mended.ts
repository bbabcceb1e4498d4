import type { Decision } from '../model/decision.ts'
import { audit } from './audit.ts'
import type { World } from '../model/world.ts'

/** What the store had lost or put right when it was opened stands in the log for good: the page says it only until the next start. */
export function storeMended(warnings: readonly string[], world: World, now: number): Decision<null> {
  const changes = warnings.map((detail) => audit(world, { at: now, actor: 'option66', action: 'store.mended', target: 'store', detail }))
  return { reply: null, changes, effects: [] }
}
