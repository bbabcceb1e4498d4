import { expect, test } from 'vitest'
import { dhcpConfigChanged } from '../../../main/core/dhcp/config-changed.ts'
import { leasesRecovered } from '../../../main/core/dhcp/leases-recovered.ts'
import { DEFAULT_DHCP } from '../../../main/core/model/dhcp.ts'
import { applyChanges } from '../../../main/core/model/world.ts'
import { MAC, NOW } from '../../support/builders.ts'
import { bench, macNumber, short } from './bench.ts'

const OTHER = macNumber(9)

test('a lease of which only MAC and address can be told counts as in use for the longest time a lease lasts', () => {
  const b = bench({ pool: { from: '10.66.0.20', to: '10.66.0.20' } })
  const { changes, effects } = leasesRecovered([{ mac: MAC, address: '10.66.0.20' }], b.world, NOW)
  applyChanges(b.world, changes)
  expect(effects).toMatchObject([{ note: { mac: null, level: 'warn', kind: 'dhcp.recovered' } }])
  expect(b.lease(OTHER)).toBeNull()
  expect(short(b.ask({ type: 3, requested: '10.66.0.20' }))).toBe('ACK 10.66.0.20')
  b.state.now += 3_600_001
  expect(b.lease(OTHER)).toBe('10.66.0.20')
})

test('an address that somebody else is known to hold stays with that one; an expired record does not hold it', () => {
  const b = bench()
  b.lease(OTHER)
  expect(leasesRecovered([{ mac: MAC, address: '10.66.0.20' }], b.world, NOW).changes).toEqual([])
  expect(leasesRecovered([{ mac: MAC, address: '10.66.0.20' }], b.world, NOW + 3_600_001).changes).toHaveLength(1)
})

test('new settings hold at once; another pool is told, for it is held against the network', () => {
  const b = bench()
  b.lease()
  const { changes, reply } = dhcpConfigChanged({ ...DEFAULT_DHCP, answer: 'everybody', options: { 66: 'http://new/' } }, b.world, NOW)
  applyChanges(b.world, changes)
  expect(reply).toEqual({ isOtherPool: false })
  expect(b.ask({ type: 3, ciaddr: '10.66.0.20' }).reply?.packet.options.get(66)).toEqual(new TextEncoder().encode('http://new/'))
  const pool = { from: '10.66.0.40', to: '10.66.0.50' }
  expect(dhcpConfigChanged({ ...DEFAULT_DHCP, pool }, b.world, NOW).reply).toEqual({ isOtherPool: true })
  expect(b.lease(OTHER)).toBe('10.66.0.21')
})
