import type { SyncState } from '../model/catalogue.ts'
import { type Decision, note, silence } from '../model/decision.ts'
import type { Change, World } from '../model/world.ts'
import { reportAll } from './outbox.ts'

const NOBODY: SyncState = { acknowledged: 0, lastSyncAt: null, central: null, benchId: null, key: null }

/** Record beside the enrolment itself, so that an enrolment elsewhere holds until the new one stands. */
const CLAIM = 'claim'

/**
 * Keeps the claim (as `key`) before the code is redeemed. When the answer gets lost the same claim redeems the same code again, so a cut at the wrong
 * moment does not lock the bench out. Replies the claim to use: one kept for this central store wins.
 */
export function claimEnrolment(command: { central: string; claim: string }, world: World): Decision<string> {
  const before = world.sync.get(CLAIM)
  if (before?.key != null && before.central === command.central) return silence(before.key)
  const value: SyncState = { ...NOBODY, key: command.claim, central: command.central }
  return { reply: command.claim, changes: [{ entity: 'sync', id: CLAIM, value }], effects: [] }
}

/** The central store knows this bench from now on; `central` null = enrolled by a file, there is no way to it. One that reported elsewhere before tells everything anew: the new store has nothing of it. */
export function enrolled(command: { central: string | null; benchId: string; key: string }, world: World, now: number): Decision<null> {
  const before = world.sync.get('bench') ?? NOBODY
  const again = before.acknowledged > 0 ? reportAll(world, now) : []
  const changes: Change[] = [
    { entity: 'sync', id: 'bench', value: { ...before, ...command } },
    { entity: 'sync', id: CLAIM, value: null },
    ...again,
  ]
  return {
    reply: null,
    changes,
    effects: [note(now, null, 'sync.enrolled', command.central === null ? 'Enrolled by a file' : `Enrolled at ${command.central}`)],
  }
}
