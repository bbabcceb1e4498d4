import { createRouterClient, type RouterClient } from '@orpc/server'
import { createLoop } from '../../main/bench/loop.ts'
import type { Store } from '../../main/bench/ports.ts'
import type { ApiParts } from '../../main/api/parts.ts'
import { createRouter, type Router } from '../../main/api/router.ts'
import { applyChanges, type MutableWorld } from '../../main/core/model/world.ts'
import { NOW } from '../support/builders.ts'

/** The whole API over a world in memory, called as any page calls it. What a test does not give is not there. */
export function smallApi(world: MutableWorld, more: Partial<ApiParts> = {}): RouterClient<Router> {
  const store = {
    world,
    warnings: [],
    commit: async (changes) => applyChanges(world, changes),
    append: () => undefined,
    timeline: async () => [],
    close: async () => undefined,
  } satisfies Store
  const log = () => undefined
  const loop = createLoop({ store, clock: { now: () => NOW }, log, onCommitted: [], perform: () => undefined })
  const parts = { loop, store, now: () => NOW, log, stream: { onRevision: () => undefined }, ...more } as unknown as ApiParts // the rest is not asked
  return createRouterClient(createRouter(parts), { context: { actor: 'anna' } })
}
