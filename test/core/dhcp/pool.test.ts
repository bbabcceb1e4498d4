import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultPool } from '../../../main/core/dhcp/pool.ts'
import { DEFAULT_DHCP } from '../../../main/core/model/dhcp.ts'
import { parseIpv4 } from '../../../main/core/model/ipv4.ts'
import { MAC } from '../../support/builders.ts'
import { bench, macNumber, NETWORK, short } from './bench.ts'

describe('the default pool', () => {
  const rows: [string, number, { from: string; to: string } | null][] = [
    ['10.66.0.1', 24, { from: '10.66.0.128', to: '10.66.0.254' }],
    ['192.168.4.9', 28, { from: '192.168.4.8', to: '192.168.4.14' }],
    ['10.0.0.1', 30, { from: '10.0.0.1', to: '10.0.0.2' }],
    ['10.66.0.1', 16, { from: '10.66.128.0', to: '10.66.131.231' }],
    ['127.66.0.1', 8, { from: '127.128.0.0', to: '127.128.3.231' }],
    ['10.66.0.1', 31, null],
    ['10.66.0.1', 32, null],
    ['not an address', 24, null],
  ]
  test.each(rows)('%s/%i', (address, prefixLength, expected) => {
    expect(defaultPool(address, prefixLength)).toEqual(expected)
  })
})

describe('which address', () => {
  test('40 phones at once: 40 addresses', () => {
    const { ask, world } = bench({ pool: { from: '10.66.0.20', to: '10.66.0.200' } })
    const macs = Array.from({ length: 40 }, (_, i) => macNumber(i))
    const offers = macs.map((mac) => ask({ type: 1, mac }).reply?.packet.yiaddr ?? '')
    for (const [i, mac] of macs.entries())
      expect(short(ask({ type: 3, mac, requested: offers[i] ?? '', server: '10.66.0.1' }))).toBe(`ACK ${offers[i]}`)
    expect(new Set([...world.lease.values()].map((lease) => lease.address)).size).toBe(40)
  })

  test('20 DISCOVERs of one phone, new xid each: one address', () => {
    const { ask, world } = bench()
    const offers = Array.from({ length: 20 }, (_, xid) => short(ask({ type: 1, xid })))
    expect([new Set(offers).size, world.offer.size]).toEqual([1, 1])
  })

  test('an open offer is nobody else’s until it lapses', () => {
    const { ask, state } = bench({ pool: { from: '10.66.0.20', to: '10.66.0.20' } })
    ask({ type: 1 })
    expect(short(ask({ type: 1, mac: macNumber(2) }))).toBe('silence')
    state.now += 45_001
    expect(short(ask({ type: 1, mac: macNumber(2) }))).toBe('OFFER 10.66.0.20')
  })

  test('once it was taken the offer holds nothing: the lease does, for as long as it runs', () => {
    const { ask, lease, state } = bench({ pool: { from: '10.66.0.20', to: '10.66.0.20' }, leaseSeconds: 5 })
    lease()
    state.now += 4000
    expect(short(ask({ type: 1, mac: macNumber(2) }))).toBe('silence')
    state.now += 1001
    expect(short(ask({ type: 1, mac: macNumber(2) }))).toBe('OFFER 10.66.0.20')
  })

  test('… but a new offer of the same address to a phone that starts again holds it', () => {
    const { ask, lease, state } = bench({ pool: { from: '10.66.0.20', to: '10.66.0.20' }, leaseSeconds: 5 })
    lease()
    state.now += 4000
    ask({ type: 1 })
    state.now += 2000
    expect(short(ask({ type: 1, mac: macNumber(2) }))).toBe('silence')
  })

  test('the requested address when it is free, another one when it is not', () => {
    const { ask, lease } = bench()
    expect(short(ask({ type: 1, requested: '10.66.0.25' }))).toBe('OFFER 10.66.0.25')
    lease(macNumber(1))
    expect(short(ask({ type: 1, mac: macNumber(2), requested: '10.66.0.20' }))).toBe('OFFER 10.66.0.21')
    expect(short(ask({ type: 1, mac: macNumber(3), requested: '192.168.1.7' }))).toBe('OFFER 10.66.0.22')
  })

  test('five phones, pool of four: the fifth hears nothing, the board is told, the four renew', () => {
    const { ask, lease } = bench({ pool: { from: '10.66.0.20', to: '10.66.0.23' } })
    const four = [1, 2, 3, 4].map((n) => lease(macNumber(n)))
    const fifth = ask({ type: 1, mac: macNumber(5) })
    expect([fifth.reply, fifth.effects]).toMatchObject([null, [{ note: { kind: 'dhcp.pool-empty', level: 'error', mac: null } }]])
    for (const [i, address] of four.entries())
      expect(short(ask({ type: 3, mac: macNumber(i + 1), ciaddr: address ?? '' }))).toBe(`ACK ${address}`)
  })

  test('a lease that ran out goes to a waiting phone; its old owner is told when it comes back', () => {
    const { ask, lease, state } = bench({ pool: { from: '10.66.0.20', to: '10.66.0.20' } })
    lease()
    state.now += 3_600_001
    expect(lease(macNumber(2))).toBe('10.66.0.20')
    expect(short(ask({ type: 3, ciaddr: '10.66.0.20' }))).toBe('NAK')
  })

  test('300 phones that vanish do not keep a real one away for longer than an offer is held', () => {
    const { ask, lease, state } = bench({ pool: { from: '10.66.0.20', to: '10.66.0.200' } })
    for (let n = 0; n < 300; n++) ask({ type: 1, mac: macNumber(n) })
    state.now += 45_001
    expect(lease(macNumber(999))).toBe('10.66.0.20')
  })

  test('a reserved address is its owner’s alone, inside the pool or outside', () => {
    const { lease, ask } = bench({ reservations: { [MAC]: '10.66.0.20', [macNumber(7)]: '10.66.0.210' } })
    expect(short(ask({ type: 1, mac: macNumber(1), requested: '10.66.0.20' }))).toBe('OFFER 10.66.0.21')
    expect([lease(), lease(macNumber(7))]).toEqual(['10.66.0.20', '10.66.0.210'])
  })

  test('a reserved address that somebody still holds: another one for now, the reserved one at the next chance', () => {
    const { lease, ask, world, state } = bench()
    lease(macNumber(1))
    world.dhcpConfig.set('bench', { ...DEFAULT_DHCP, answer: 'everybody', conflictCheck: false, reservations: { [MAC]: '10.66.0.20' } })
    expect(lease()).toBe('10.66.0.21')
    expect(short(ask({ type: 3, ciaddr: '10.66.0.21' }))).toBe('ACK 10.66.0.21')
    expect(short(ask({ type: 3, mac: macNumber(1), ciaddr: '10.66.0.20' }))).toBe('NAK')
    state.now += 3_600_001
    expect(short(ask({ type: 3, ciaddr: '10.66.0.21' }))).toBe('NAK')
    expect(lease()).toBe('10.66.0.20')
  })

  test('never the network’s own addresses, never the server’s, never outside the network', () => {
    const ends = fc.integer({ min: 0, max: 300 })
    fc.assert(
      fc.property(ends, ends, fc.integer({ min: 24, max: 30 }), (a, b, prefixLength) => {
        const text = (n: number) => `10.66.${n >> 8}.${n & 255}`
        const pool = { from: text(Math.min(a, b)), to: text(Math.max(a, b)) }
        const b1 = bench({ pool }, { ...NETWORK, prefixLength })
        const size = 2 ** (32 - prefixLength)
        const base = parseIpv4('10.66.0.0') ?? 0
        for (let n = 0; n < 8; n++) {
          const address = b1.lease(macNumber(n))
          if (address === null) continue
          const offset = (parseIpv4(address) ?? 0) - base
          expect(offset).toBeGreaterThan(1) // 0 is the network, 1 the server
          expect(offset).toBeLessThan(size - 1)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('whatever the order of events, no address has two holders', () => {
    const event = fc.record({
      n: fc.integer({ min: 1, max: 8 }),
      do: fc.constantFrom('lease', 'release', 'renew', 'decline', 'wait', 'reboot'),
    })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const b = bench({ pool: { from: '10.66.0.20', to: '10.66.0.24' } })
        for (const { n, do: act } of events) {
          const mac = macNumber(n)
          const ciaddr = b.world.lease.get(mac)?.address ?? '10.66.0.20'
          if (act === 'lease') b.lease(mac)
          if (act === 'release') b.ask({ type: 7, mac, ciaddr })
          if (act === 'renew') b.ask({ type: 3, mac, ciaddr })
          if (act === 'reboot') b.ask({ type: 3, mac, requested: ciaddr })
          if (act === 'decline') b.ask({ type: 4, mac, requested: ciaddr })
          if (act === 'wait') b.state.now += n * 700_000
          const held = [...b.world.lease.values()].filter((lease) => lease.releasedAt === null && lease.expiresAt > b.state.now)
          expect(new Set(held.map((lease) => lease.address)).size).toBe(held.length)
        }
      }),
    )
  })
})

describe('after a restart', () => {
  test('leases hold: strangers ask first and get other addresses', () => {
    const before = bench()
    const known = before.lease()
    const after = bench()
    for (const [mac, lease] of before.world.lease) after.world.lease.set(mac, lease) // offers are gone, leases came from the disk
    expect(after.lease(macNumber(5))).not.toBe(known)
    expect(short(after.ask({ type: 3, requested: known ?? '' }))).toBe(`ACK ${known}`)
  })
})
