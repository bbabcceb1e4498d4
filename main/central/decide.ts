import type { Clock, Log } from '../bench/ports.ts'
import type { Decision } from '../core/model/decision.ts'
import type { Mac } from '../core/model/mac.ts'
import { applyChanges, type Change, type MutableWorld, VOLATILE, type World } from '../core/model/world.ts'
import { commit } from './commit.ts'
import type { Database } from './database/database.ts'
import { loadDevices, lockDevices, type Setting } from './load-world.ts'

/** What every part of the central store stands on; made once by `serveCentral`. */
export type Central = Setting & {
  database: Database
  clock: Clock
  log: Log
  /**
   * Wrong guesses, counted by each node for itself: a node that starts anew forgets them, and so many nodes allow so many times as much. A walk of a prefix
   * takes years either way, and no phone waits for a row that all nodes write.
   */
  misses: MutableWorld['miss']
}

type Rule<Reply> = (world: World, now: number) => Decision<Reply>

/**
 * The loop of the central store: in one transaction lock the devices, load the part of the world the rule reads, ask it once, write what it decided.
 * The reply leaves only after the commit. `reads: 'devices'` for a rule that needs neither lines nor settings.
 */
export function decide<Reply>(central: Central, macs: readonly Mac[], rule: Rule<Reply>, reads: 'all' | 'devices' = 'all'): Promise<Reply> {
  return central.database.transaction(async (tx) => {
    await lockDevices(tx, macs)
    const { stamps, world } = await loadDevices(tx, macs, central, reads === 'all')
    const now = central.clock.now()
    world.miss = central.misses
    const { changes: all, effects, reply } = rule(world, now)
    // In the turn of the rule: the next guess finds this one counted, whatever the database does.
    applyChanges(world, all.filter(isVolatile))
    const changes = all.filter((change) => !isVolatile(change))
    await commit(tx, { changes, effects, before: world, stamps, now }, central.seals)
    return reply
  })
}

function isVolatile({ entity }: Change): boolean {
  return VOLATILE.has(entity)
}
