import { type Decision, note } from '../model/decision.ts'
import type { DhcpConfig } from '../model/dhcp.ts'
import { dhcpConfig, type World } from '../model/world.ts'

/**
 * New DHCP settings while phones hold leases: the next message of each phone is answered by them. `isOtherPool`: whoever serves the network holds the pool against it
 * and takes it (bench/services.ts).
 */
export function dhcpConfigChanged(config: DhcpConfig, world: World, now: number): Decision<{ isOtherPool: boolean }> {
  const before = dhcpConfig(world)
  return {
    reply: { isOtherPool: before.pool?.from !== config.pool?.from || before.pool?.to !== config.pool?.to },
    changes: [{ entity: 'dhcpConfig', id: 'bench', value: config }],
    effects: [note(now, null, 'dhcp.settings', 'DHCP settings changed: they hold from the next message of each phone on')],
  }
}
