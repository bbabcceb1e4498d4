import type { Log } from '../../../main/bench/ports.ts'
import { answerDhcp, type DhcpReply, type DhcpRequest } from '../../../main/core/dhcp/answer.ts'
import type { Note } from '../../../main/core/model/decision.ts'
import type { DhcpConfig } from '../../../main/core/model/dhcp.ts'
import { DEFAULT_DHCP } from '../../../main/core/model/dhcp.ts'
import { applyChanges, emptyWorld, type MutableWorld } from '../../../main/core/model/world.ts'

/** A bench that is nothing but its world in memory: the same turn of rule and commit as the loop, without a disk. */
export type MemoryBench = {
  world: MutableWorld
  notes: Note[]
  ask(request: DhcpRequest): Promise<DhcpReply | null>
  log: Log
  logged: string[]
}

export function memoryBench(network: MutableWorld['network'], config: Partial<DhcpConfig> = {}): MemoryBench {
  const world = emptyWorld('bench')
  // A pool of the settings is chosen with the network when the bench starts.
  world.network = network === null || config.pool == null ? network : { ...network, pool: config.pool }
  world.dhcpConfig.set('bench', { ...DEFAULT_DHCP, answer: 'everybody', ...config })
  const notes: Note[] = []
  const logged: string[] = []
  return {
    world,
    notes,
    logged,
    log: (level, message) => void logged.push(`${level}: ${message}`),
    async ask(request) {
      const { reply, changes, effects } = answerDhcp(request, world, Date.now())
      applyChanges(world, changes)
      for (const effect of effects) if (effect.do === 'note') notes.push(effect.note)
      return reply
    },
  }
}
