import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addressKey,
  guessing,
  lapsed,
  lockAgainst,
  MAX_TALLIES,
  MISS_LIMITS,
  missed,
  nearestMac,
  servedAt,
} from '../../../main/core/access/misses.ts'
import type { MissTally } from '../../../main/core/model/misses.ts'
import type { Change } from '../../../main/core/model/world.ts'
import { MINUTE, NOW } from '../../support/builders.ts'

const THERE = '203.0.113.9'
const macAt = (n: number) => (0x805ec0100000 + n).toString(16)

/** The counters as a program keeps them. */
function counters(known: readonly string[] = []) {
  const misses = new Map<string, MissTally>()
  const put = (changes: readonly Change[]) => {
    for (const change of changes) {
      if (change.entity !== 'miss') throw new Error(change.entity)
      if (change.value === null) misses.delete(change.id)
      else misses.set(change.id, change.value)
    }
  }
  return {
    misses,
    miss(mac: string, now: number, address = THERE) {
      const { begun, changes } = missed(misses, { address, mac, nearest: (of, span) => nearestMac(known, of, span) }, now)
      put(changes)
      return begun
    },
    served: (mac: string, now: number, address = THERE) => put(servedAt(misses, { address, mac }, now)),
    forget: (now: number) => put(lapsed(misses, now)),
    isLocked: (mac: string, now: number, address = THERE) => lockAgainst(misses, { address, mac }, now) !== null,
  }
}

describe('the lock-out locks', () => {
  test('an address: ten different wrong MACs in ten minutes are mistakes, the eleventh locks for a quarter of an hour', () => {
    const { isLocked, miss } = counters()
    for (let i = 0; i < 10; i++) expect(miss(macAt(i * 0x10000), NOW + i * MINUTE * 0.9)).toEqual([])
    expect(isLocked(macAt(0x777777), NOW + 9 * MINUTE)).toBe(false)
    const begun = miss(macAt(0x200000), NOW + 9 * MINUTE)
    expect(begun).toMatchObject([{ scope: 'address', subject: THERE, misses: 11, sinceAt: NOW }])
    expect(isLocked(macAt(0x777777), NOW + 9 * MINUTE)).toBe(true)
    expect(isLocked(macAt(0x777777), NOW + 23 * MINUTE)).toBe(true)
    expect(isLocked(macAt(0x777777), NOW + 24 * MINUTE)).toBe(false)
    expect(isLocked(macAt(0x777777), NOW + 9 * MINUTE, '203.0.113.10')).toBe(false)
  })

  test('one MAC from one address: eleven wrong secrets in a minute lock that pair and nothing else', () => {
    const { isLocked, miss } = counters()
    for (let i = 0; i < 10; i++) expect(miss(macAt(1), NOW + i * 1000)).toEqual([])
    expect(miss(macAt(1), NOW + 10_000)).toMatchObject([{ scope: 'pair', subject: `${THERE} ${macAt(1)}` }])
    expect(isLocked(macAt(1), NOW + 11_000)).toBe(true)
    expect(isLocked(macAt(2), NOW + 11_000)).toBe(false)
    expect(isLocked(macAt(1), NOW + 11_000, '203.0.113.10')).toBe(false)
  })

  test('a prefix walked from many addresses, each below its own limit', () => {
    const { isLocked, miss } = counters()
    const begun = Array.from({ length: 110 }, (_, i) => miss(macAt(i * 97), NOW + i * 100, `198.51.100.${Math.floor(i / 5)}`)).flat()
    expect(begun).toMatchObject([{ scope: 'prefix', subject: '805ec0' }])
    expect(isLocked(macAt(5_000), NOW + MINUTE, '192.0.2.1')).toBe(true)
    expect(isLocked('001565aaaaaa', NOW + MINUTE, '192.0.2.1')).toBe(false)
  })

  test('an address where a phone of ours was served lately is not held up by a prefix that others walk', () => {
    const { isLocked, miss, served } = counters()
    served(macAt(7), NOW, '192.0.2.1')
    for (let i = 0; i < 500; i++) miss(macAt(i * 97), NOW + i * 10, `198.51.${i % 100}.1`)
    expect(isLocked(macAt(5_000), NOW + MINUTE, '192.0.2.1')).toBe(false)
    expect(isLocked(macAt(5_000), NOW + MINUTE, '192.0.2.2')).toBe(true)
  })

  test('everything: many prefixes from many addresses', () => {
    const { isLocked, miss } = counters()
    const begun = Array.from({ length: 401 }, (_, i) =>
      miss((0x0a0000000000 + i * 0x1000000).toString(16).padStart(12, '0'), NOW + i, `10.1.${i >> 3}.1`),
    ).flat()
    expect(begun.map((one) => one.scope)).toContain('all')
    expect(isLocked('00aabbccddee', NOW + MINUTE, '192.0.2.1')).toBe(true)
  })

  test('neighbours of a known MAC, in any order, are a walk: named, and locked for an hour', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          Array.from({ length: 4096 }, (_, i) => i + 1),
          { minLength: 40, maxLength: 60 },
        ),
        (steps) => {
          const { isLocked, misses, miss } = counters([macAt(0)])
          const begun = steps.flatMap((step, i) => miss(macAt(i % 2 === 0 ? step : -step), NOW + i * 100))
          expect(begun).toMatchObject([{ scope: 'address', lock: { why: 'walk', near: macAt(0) } }])
          expect(isLocked(macAt(0), NOW + 59 * MINUTE)).toBe(true)
          expect(guessing(misses, NOW + 59 * MINUTE)).toHaveLength(1)
        },
      ),
      { numRuns: 20 },
    )
  })

  test('who goes on guessing stays locked; what only repeats makes it no longer', () => {
    const going = counters()
    for (let i = 0; i < 60; i++) going.miss(macAt(i * 0x10000), NOW + i * 30_000)
    expect(going.isLocked(macAt(1), NOW + 30 * MINUTE + 14 * MINUTE)).toBe(true)
    const repeating = counters()
    for (let i = 0; i < 500; i++) repeating.miss(macAt((i % 11) * 0x10000), NOW + i * 1000)
    expect(repeating.isLocked(macAt(1), NOW + 16 * MINUTE)).toBe(false)
  })
})

describe('the lock-out leaves alone', () => {
  /**
   * 200 phones of one carton behind one NAT, 10 of them not on the list (5 %), each fetching in an order and at times that chance gives, the wrong ones again
   * every few seconds, as phones do.
   */
  test('200 phones behind one address with 5 % wrong ones, in any order', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          Array.from({ length: 200 }, (_, i) => i),
          { minLength: 200 },
        ),
        fc.boolean(),
        (order, atOnce) => {
          const { isLocked, miss, misses, served } = counters(Array.from({ length: 200 }, (_, i) => macAt(i)))
          for (let round = 0; round < 12; round++) {
            for (const [place, phone] of order.entries()) {
              const now = NOW + round * 5 * MINUTE + place * (atOnce ? 5 : 1400)
              const mac = macAt(phone)
              if (phone % 20 === 3) miss(mac, now)
              else {
                expect(isLocked(mac, now)).toBe(false)
                served(mac, now)
              }
            }
          }
          expect(guessing(misses, NOW + 60 * MINUTE)).toEqual([])
          // Behind the same address somebody begins to guess: he is locked after few more.
          const begun = Array.from({ length: 60 }, (_, i) => miss(macAt(1000 + i), NOW + 61 * MINUTE + i * 100)).flat()
          expect(begun).toMatchObject([{ scope: 'address', lock: { why: 'walk' } }])
        },
      ),
      { numRuns: 25 },
    )
  })

  test('a wrong phone that asks all day locks itself, not its neighbours behind the NAT', () => {
    const { isLocked, miss } = counters()
    for (let i = 0; i < 5000; i++) miss(macAt(1), NOW + i * 2000)
    expect(isLocked(macAt(2), NOW + 5000 * 2000)).toBe(false)
    expect(isLocked(macAt(1), NOW + 5000 * 2000)).toBe(true)
  })
})

describe('the counters', () => {
  test('are bounded whatever comes', () => {
    const { miss, misses } = counters()
    for (let i = 0; i < 12_000; i++)
      miss(((i * 2654435761) % 0xfeffffffffff).toString(16).padStart(12, '0'), NOW + i, `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`)
    expect(misses.size).toBeLessThanOrEqual(MAX_TALLIES)
    for (const tally of misses.values()) expect(tally.missed.length).toBeLessThanOrEqual(MISS_LIMITS.all.limit + 51)
    expect(misses.has('all all')).toBe(true)
  })

  test('forget what is over', () => {
    const { forget, miss, misses } = counters()
    for (let i = 0; i < 20; i++) miss(macAt(i), NOW)
    forget(NOW + 5 * MINUTE)
    expect(guessing(misses, NOW + 5 * MINUTE)).toHaveLength(1)
    forget(NOW + 3 * 60 * MINUTE)
    expect(misses.size).toBe(0)
  })

  test('a clock that is set back to 1970, or forth by a day, locks nobody for ever', () => {
    const { isLocked, miss } = counters()
    for (let i = 0; i < 20; i++) miss(macAt(i), NOW)
    expect(isLocked(macAt(99), 0)).toBe(false)
    expect(isLocked(macAt(99), NOW + 24 * 60 * MINUTE)).toBe(false)
  })

  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s counts as %s', (address, key) => {
    expect(addressKey(address)).toBe(key)
  })
})
