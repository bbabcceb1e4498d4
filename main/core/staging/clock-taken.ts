import { type Decision, note } from '../model/decision.ts'
import type { World } from '../model/world.ts'
import { audit } from './audit.ts'

/** A person looked at the machine's clock and takes the time it says: a step of `byMs` that windows follow and leases do not feel. */
export function clockTaken(command: { byMs: number; actor: string; leases: Decision<null> }, world: World, now: number): Decision<null> {
  const detail = `Time of the machine taken: it had been set ${command.byMs > 0 ? 'forward' : 'back'} by ${Math.round(Math.abs(command.byMs) / 1000)} s`
  const entry = audit(world, { at: now, actor: command.actor, action: 'bench.takeTime', target: 'clock', detail })
  return {
    reply: null,
    changes: [...command.leases.changes, entry],
    effects: [...command.leases.effects, note(now, null, 'clock.taken', detail, 'warn')],
  }
}
