import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Lease, Offer } from '../../../main/core/model/dhcp.ts'
import { heldIn } from '../../../main/core/model/held.ts'
import { formatIpv4 } from '../../../main/core/model/ipv4.ts'
import { leaseAt } from '../../../main/core/model/lease-at.ts'
import { applyChanges, type Change, emptyWorld } from '../../../main/core/model/world.ts'

const BASE = 0x0a420000
const facts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
const lease = (mac: string, n: number): Lease => ({
  mac,
  address: formatIpv4(BASE + n),
  facts,
  startedAt: 0,
  expiresAt: 10,
  releasedAt: null,
})
const offer = (mac: string, n: number): Offer => ({ mac, address: formatIpv4(BASE + n), xid: 1, expiresAt: 10 })

const change = fc.record({
  entity: fc.constantFrom('lease' as const, 'offer' as const),
  mac: fc.constantFrom('a', 'b', 'c', 'd'),
  n: fc.option(fc.nat(6)),
})

describe('who holds which address', () => {
  test('the index says what a walk over all records says, after any writes', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const world = emptyWorld('bench')
        heldIn(world) // from here on it follows
        for (const { entity, mac, n } of changes) {
          const value = n === null ? null : entity === 'lease' ? lease(mac, n) : offer(mac, n)
          applyChanges(world, [{ entity, id: mac, value } as Change])
        }
        for (let n = 0; n <= 6; n++) {
          const address = formatIpv4(BASE + n)
          const walked = [...world.lease.values()].filter((one) => one.address === address).map((one) => one.mac)
          expect([...heldIn(world).leasesAt(address)].map((one) => one.mac).sort()).toEqual(walked.sort())
          const offered = [...world.offer.values()].some((one) => one.address === address)
          expect(heldIn(world).hasRecord(address)).toBe(walked.length > 0 || offered)
        }
      }),
    )
  })

  test('the lowest free number: never one that has a record, and again one whose record went', () => {
    const rule = {}
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const world = emptyWorld('bench')
        const lowest = () =>
          heldIn(world).lowest({ from: BASE, to: BASE + 6 }, rule, (number) => !heldIn(world).hasRecord(formatIpv4(number)))
        for (const { entity, mac, n } of changes) {
          const value = n === null ? null : entity === 'lease' ? lease(mac, n) : offer(mac, n)
          applyChanges(world, [{ entity, id: mac, value } as Change])
          const used = new Set([...world.lease.values(), ...world.offer.values()].map((one) => one.address))
          const expected = [0, 1, 2, 3, 4, 5, 6].find((one) => !used.has(formatIpv4(BASE + one)))
          expect(lowest()).toBe(expected === undefined ? null : BASE + expected)
        }
      }),
    )
  })

  test('for copies of the tables it is made anew', () => {
    const world = { ...emptyWorld('bench'), lease: new Map([['a', lease('a', 1)]]) }
    expect(leaseAt(world, '10.66.0.1', 5)?.mac).toBe('a')
    world.lease.delete('a')
    expect(leaseAt(world, '10.66.0.1', 5)).toBeNull()
  })

  test('a live lease only', () => {
    const world = emptyWorld('bench')
    applyChanges(world, [{ entity: 'lease', id: 'a', value: lease('a', 1) }])
    expect([leaseAt(world, '10.66.0.1', 9)?.mac, leaseAt(world, '10.66.0.1', 10), leaseAt(world, '10.66.0.2', 9)]).toEqual([
      'a',
      null,
      null,
    ])
  })
})
