import { issueToken, proveToken } from '../../main/core/access/token.ts'
import type { Note } from '../../main/core/model/decision.ts'
import { applyChanges, type Change, emptyWorld, type MutableWorld } from '../../main/core/model/world.ts'
import { createLoop, type Loop } from '../../main/bench/loop.ts'
import type { Store } from '../../main/bench/ports.ts'
import { BASIC_RULES, bytes, device } from '../support/builders.ts'
import { quiet } from '../support/central.ts'

/** A bench with the real loop over a store in memory: what sync needs of one. */
export type MemoryBench = {
  world: MutableWorld
  ask: Loop['ask']
  store: Store
  notes: Note[]
  /** Stages phones to ready: each leaves a device, a token and a result to report. */
  stage(count: number): Promise<string[]>
}

/** Every phone is staged by one bench only. */
let last = 0

export function memoryBench(): MemoryBench {
  const world = emptyWorld('bench')
  const notes: Note[] = []
  const store: Store = {
    world,
    commit: (changes) => {
      applyChanges(world, changes)
      return Promise.resolve()
    },
    append: (added) => notes.push(...added),
    timeline: () => Promise.resolve(notes),
    warnings: [],
    close: () => Promise.resolve(),
  }
  const { ask } = createLoop({ store, clock: { now: () => Date.now() }, log: quiet, onCommitted: [], perform: () => undefined })
  const stage = async (count: number): Promise<string[]> => {
    const macs = Array.from({ length: count }, () => (0x805ec0200000 + ++last).toString(16))
    for (const mac of macs) {
      await ask((_, now) => {
        const token = issueToken(mac, BASIC_RULES, bytes(last * 7 + Number.parseInt(mac.slice(6), 16)), now)
        const changes: Change[] = [
          { entity: 'token', id: mac, value: { mac, tokens: proveToken([token], token, now, false) } },
          {
            entity: 'device',
            id: mac,
            value: device({ mac, model: 'T46S', pack: 'yealink/t4x-t5x', staging: { token: 'proven', readyAt: now, provenAt: now } }),
          },
        ]
        return { reply: null, changes, effects: [] }
      })
    }
    return macs
  }
  return { world, ask, store, notes, stage }
}

export function isSynced(bench: MemoryBench, mac: string): boolean {
  return bench.world.device.get(mac)?.staging.syncedAt != null
}
