import type { Change, World } from '../model/world.ts'

/** Who did what to whom. What was before and after, and the place in the chain, are put in when it is committed (core/audit/record.ts). */
export function audit(world: World, entry: { at: number; actor: string; action: string; target: string; detail: string }): Change {
  return { entity: 'audit', id: `${String(entry.at).padStart(15, '0')}-${world.audit.size}`, value: entry }
}
