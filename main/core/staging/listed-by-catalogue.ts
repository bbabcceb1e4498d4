import { type Decision, type Effect, note } from '../model/decision.ts'
import { ok, type Result } from '../model/result.ts'
import type { Change, World } from '../model/world.ts'
import { audit } from './audit.ts'

/**
 * The decision of a catalogue that was taken: its changes, one line of the audit log that counts them, and a word in the timeline of each phone it
 * lists or whose window it moves. A catalogue that changes nothing leaves no trace. `world` is the world before.
 */
export function catalogueTaken<Counts>(
  taken: { changes: readonly Change[]; counts: Counts },
  actor: string,
  world: World,
  now: number,
): Decision<Result<Counts>> {
  const { changes, counts } = taken
  if (changes.length === 0) return { reply: ok(counts), changes: [], effects: [] }
  const effects: Effect[] = []
  let [listed, moved] = [0, 0]
  for (const change of changes) {
    if (change.entity !== 'device' || change.value === null) continue
    const before = world.device.get(change.id)
    const isWindowNew = change.value.windowEndAt !== null && change.value.windowEndAt !== before?.windowEndAt
    if (before?.listed !== true) listed += 1
    if (isWindowNew) moved += 1
    const words = before?.listed !== true ? 'Listed by catalogue' : isWindowNew ? 'Window set by catalogue' : null
    if (words !== null) effects.push(note(now, change.id, 'catalogue.load', `${words} (${actor})`))
  }
  const detail = `${changes.length} records changed, ${listed} phones listed, ${moved} windows set`
  const entry = audit(world, { at: now, actor, action: 'catalogue.load', target: 'catalogue', detail })
  return { reply: ok(counts), changes: [...changes, entry], effects }
}
