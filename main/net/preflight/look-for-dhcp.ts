import type { Log } from '../../bench/ports.ts'
import { describeServer } from '../../core/dhcp/foreign.ts'
import { isLoopback } from '../../core/model/ipv4.ts'
import type { PreflightFacts } from '../../core/preflight/facts.ts'
import { openAddressCheck } from '../dhcp/address-check.ts'
import { watchForeignServers } from '../dhcp/foreign-watch.ts'

/** One probe for other DHCP servers, while the bench's own does not run; a second at most. */
export async function lookForDhcp(
  place: { interface: string | null; address: string },
  { dhcpPort, log }: { dhcpPort: number; log: Log },
): Promise<PreflightFacts['foreign']> {
  const { address, interface: name } = place
  if (name === null || isLoopback(address)) return { looked: false, why: 'An address was given on purpose, and no interface to look on.' }
  if (dhcpPort !== 67)
    return { looked: false, why: dhcpPort === 0 ? 'DHCP is off on this bench.' : 'DHCP of this bench is not on its usual port.' }
  const check = openAddressCheck({ interface: name, address })
  const watch = await watchForeignServers({ interface: name, address, check, log, onChange: () => undefined })
  try {
    if (watch === null) return { looked: false, why: 'The port to look from is held by a DHCP client, or this user may not open it.' }
    await watch.probe()
    const server = watch.server()
    return { looked: true, server: server === null ? null : describeServer(server) }
  } finally {
    watch?.close()
    check.close()
  }
}
