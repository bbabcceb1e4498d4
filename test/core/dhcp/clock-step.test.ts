import { describe, expect, test } from 'vitest'
import { clockStepped, stepSinceLastRun } from '../../../main/core/dhcp/clock-step.ts'
import { applyChanges } from '../../../main/core/model/world.ts'
import { MAC, NOW } from '../../support/builders.ts'
import { bench, macNumber, short } from './bench.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const OTHER = macNumber(9)

/** The clock of the machine is set; the program notices and goes on. */
function set(b: ReturnType<typeof bench>, byMs: number) {
  b.state.now += byMs
  const { changes, effects } = clockStepped(byMs, b.world, b.state.now)
  applyChanges(b.world, changes)
  return effects
}

describe('the clock is set while leases run', () => {
  test.each([
    ['a day forward', DAY],
    ['a day back', -DAY],
    ['ten years back', -3650 * DAY],
  ])('%s: nobody loses an address, and no lease lasts longer than it was given for', (_, byMs) => {
    const b = bench({ pool: { from: '10.66.0.20', to: '10.66.0.20' } })
    expect(b.lease()).toBe('10.66.0.20')
    b.state.now += HOUR / 2
    set(b, byMs)
    expect(b.lease(OTHER)).toBeNull()
    expect(short(b.ask({ type: 3, ciaddr: '10.66.0.20' }))).toBe('ACK 10.66.0.20')
    b.state.now += HOUR - 1000
    expect(b.lease(OTHER)).toBeNull()
    b.state.now += 2000
    expect(b.lease(OTHER)).toBe('10.66.0.20')
  })

  test('an expired lease is not revived by a clock set back', () => {
    const b = bench({ pool: { from: '10.66.0.20', to: '10.66.0.20' } })
    b.lease()
    b.state.now += HOUR + 1000
    set(b, -DAY)
    expect(b.lease(OTHER)).toBe('10.66.0.20')
  })

  test('offers and quarantines keep their time, too', () => {
    const b = bench()
    b.ask({ type: 1 })
    b.lease(OTHER)
    b.ask({ type: 4, mac: OTHER, requested: '10.66.0.21', server: '10.66.0.1' })
    set(b, DAY)
    expect(short(b.ask({ type: 1, mac: macNumber(3), requested: '10.66.0.20' }))).toBe('OFFER 10.66.0.22')
    expect(b.world.quarantine.get('10.66.0.21')?.until).toBe(b.state.now + HOUR)
  })

  test('it stands in the bench’s timeline', () => {
    const effects = [2 * HOUR, -90_000].map((byMs) => set(bench(), byMs))
    expect(effects).toMatchObject([
      [{ note: { mac: null, level: 'warn', text: expect.stringMatching(/^The clock of this machine was set forward by 2 h:/) } }],
      [{ note: { text: expect.stringMatching(/set back by 90 s:/) } }],
    ])
  })
})

describe('after a start', () => {
  test('a clock that stands behind the newest lease was set back by as much', () => {
    const b = bench()
    b.lease()
    b.state.now += HOUR / 2
    b.ask({ type: 3, ciaddr: '10.66.0.20' }) // renewed: the lease is as new as that
    expect(stepSinceLastRun(b.world, NOW - DAY)).toBe(-DAY - HOUR / 2)
    expect(stepSinceLastRun(b.world, b.state.now)).toBe(0)
    expect(stepSinceLastRun(b.world, b.state.now + DAY)).toBe(0)
    expect(b.world.lease.get(MAC)?.grantedAt).toBe(b.state.now)
  })

  test('without leases nothing is known', () => {
    expect(stepSinceLastRun(bench().world, 0)).toBe(0)
  })
})
