import type { ApiParts } from '../../main/api/parts.ts'
import type { BenchStatus } from '../../preload/contract/view.ts'
import { networkHandlers } from '../../main/api/network.ts'
import { serviceConfig } from '../../main/core/model/world.ts'
import { USUAL_PORTS } from '../../main/core/services/edit.ts'
import type { FakeWorld } from './fake-settings.ts'

/** The true rules over invented settings of a bench that serves 10.66.0.1/24. */
export function fakeNetwork({ parts, world }: FakeWorld, status: () => BenchStatus) {
  world.network = {
    ...{ interface: 'lab0', address: '10.66.0.1', prefixLength: 24, httpUrl: 'http://10.66.0.1/' },
    pool: { from: '10.66.0.128', to: '10.66.0.254' },
  }
  world.dhcpConfig.set('bench', {
    ...{ answer: 'claimed', pool: null, leaseSeconds: 3600, conflictCheck: true, force: [160] },
    options: { 42: ['10.66.0.1'], 160: '{{ bench.httpUrl }}' },
    classes: [{ vendorClass: 'yealink*', options: { 66: 'http://10.66.0.1/yealink/' } }],
    reservations: { '805ec0123456': '10.66.0.20' },
    relays: [{ subnet: '172.30.9.0/24', pool: { from: '172.30.9.20', to: '172.30.9.60' }, router: '172.30.9.1' }],
  })
  return networkHandlers({
    ...parts,
    network: {
      said: new Map([['services.ports.http', '--http-port']]),
      started: [
        { option: '--interface', value: 'lab0' },
        { option: '--data', value: '/home/bench/.local/share/option66' },
      ],
      ports: () => ({ ...USUAL_PORTS, ...serviceConfig(world).ports }),
      toldUrl: (address: string) => `${serviceConfig(world).phoneScheme}://${address}/`,
    },
    services: {
      status,
      repool: () => Promise.resolve({ ok: true, value: status() }),
      reopen: () => Promise.resolve(status()),
    },
    stream: { onStatus: () => undefined },
  } as unknown as ApiParts) // the handlers lean on these alone
}
