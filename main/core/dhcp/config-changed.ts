import { type Decision, note } from '../model/decision.ts'
import type { DhcpConfig } from '../model/dhcp.ts'
import { dhcpConfig, type World } from '../model/world.ts'

/** New DHCP settings while phones hold leases: the next message of each phone is answered by them. The pool alone is chosen when services start. */
export function dhcpConfigChanged(config: DhcpConfig, world: World, now: number): Decision<{ needsStart: boolean }> {
  const before = dhcpConfig(world)
  const needsStart = before.pool?.from !== config.pool?.from || before.pool?.to !== config.pool?.to
  const text = needsStart
    ? 'DHCP settings changed: they hold from now on, the new pool when services start again'
    : 'DHCP settings changed: they hold from now on'
  return {
    reply: { needsStart },
    changes: [{ entity: 'dhcpConfig', id: 'bench', value: config }],
    effects: [note(now, null, 'dhcp.settings', text)],
  }
}
