import { blankDevice } from '../../../main/core/model/device.ts'
import { DEFAULT_DHCP } from '../../../main/core/model/dhcp.ts'
import { emptyWorld, type MutableWorld } from '../../../main/core/model/world.ts'
import { bundledPacksFolder, loadPacks } from '../../../main/packs/load.ts'

export const NOW = Date.UTC(2026, 10, 24)
export const MAC = '805ec0123456'
export const PHONE = '10.66.0.20'
export const SERVER = '10.66.0.1'

/** A bench with all bundled packs, one listed phone that has an address, and an empty lab otherwise. */
export async function fuzzWorld(): Promise<MutableWorld> {
  const world = emptyWorld('bench')
  world.packs = (await loadPacks([bundledPacksFolder()])).packs
  world.network = {
    interface: 'lab0',
    address: SERVER,
    prefixLength: 24,
    pool: { from: '10.66.0.20', to: '10.66.0.99' },
    httpUrl: `http://${SERVER}/`,
    offers: { time: true, names: true },
  }
  world.dhcpConfig.set('bench', {
    ...DEFAULT_DHCP,
    answer: 'everybody',
    options: { 43: { nul: true, 66: 'http://{server}/' }, 125: { enterprise: 3561, 11: 'x' } },
    relays: [{ subnet: '172.30.9.0/24', pool: { from: '172.30.9.20', to: '172.30.9.60' }, router: '172.30.9.1' }],
  })
  world.device.set(MAC, { ...blankDevice(MAC, NOW), listed: true, address: PHONE })
  const facts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
  world.lease.set(MAC, { mac: MAC, address: PHONE, facts, startedAt: NOW, expiresAt: NOW + 3_600_000_000, releasedAt: null })
  return world
}
