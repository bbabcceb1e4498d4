import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Attempt,
  type Attempts,
  KNOWN_MS,
  MAX_RECORDS,
  noAttempts,
  PACES,
  triedRight,
  triedWrong,
  waitFor,
} from '../../../main/core/access/sign-in-throttle.ts'

const NOW = 1_795_000_000_000
const ANNA: Attempt = { name: 'anna', address: '10.0.0.1' }

/** As the desk does it: what has to wait is not tried; what is tried counts as wrong until it is right. */
function attempt(attempts: Attempts, one: Attempt, isRight: boolean, now: number): 'waits' | 'wrong' | 'in' {
  if (waitFor(attempts, one, now) > 0) return 'waits'
  triedWrong(attempts, one, now)
  if (!isRight) return 'wrong'
  triedRight(attempts, one, now)
  return 'in'
}

describe('the pace of attempts', () => {
  test('waits double with each wrong one, up to five minutes, and are forgotten', () => {
    const attempts = noAttempts()
    let now = NOW
    const waits: number[] = []
    for (let i = 0; i < 16; i++) {
      expect(attempt(attempts, ANNA, false, now)).toBe('wrong')
      const wait = waitFor(attempts, ANNA, now)
      waits.push(wait / 1000)
      now += wait
    }
    expect(waits).toEqual([0, 0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
    expect(waitFor(attempts, ANNA, now)).toBe(0)
    now += PACES.pair.forgetMs
    expect(attempt(attempts, ANNA, false, now)).toBe('wrong')
    expect(waitFor(attempts, ANNA, now)).toBe(0)
  })

  test('the right password ends the wait of that person at that place', () => {
    const attempts = noAttempts()
    for (let i = 0; i < 5; i++) attempt(attempts, ANNA, false, NOW)
    expect(attempt(attempts, ANNA, true, NOW)).toBe('in')
    for (let i = 0; i < 5; i++) expect(attempt(attempts, ANNA, false, NOW)).toBe('wrong')
  })

  test('a whole shift signing in rightly behind one address never waits', () => {
    const attempts = noAttempts()
    for (let i = 0; i < 500; i++) expect(attempt(attempts, { name: `person-${i}`, address: '10.0.0.1' }, true, NOW + i)).toBe('in')
    for (let i = 0; i < 500; i++) expect(attempt(attempts, ANNA, true, NOW + i)).toBe('in')
  })

  test('a clock that was set back makes nobody wait', () => {
    const attempts = noAttempts()
    for (let i = 0; i < 12; i++) triedWrong(attempts, ANNA, NOW)
    expect(waitFor(attempts, ANNA, NOW)).toBeGreaterThan(0)
    expect(waitFor(attempts, ANNA, 1000)).toBe(0)
  })

  test('a flood of names and addresses fills no memory', () => {
    const attempts = noAttempts()
    for (let i = 0; i < 20_000; i++) triedWrong(attempts, { name: `n${i}`, address: `a${i % 7000}` }, NOW + i)
    expect(attempts.wrong.size).toBeLessThanOrEqual(MAX_RECORDS)
    for (let i = 0; i < 9000; i++) triedRight(attempts, { name: `n${i}`, address: 'x' }, NOW)
    expect(attempts.known.size).toBeLessThanOrEqual(MAX_RECORDS)
  })
})

const strangers = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 60_000 }),
    name: fc.constantFrom('anna', 'anna', 'ben', 'root', 'nobody'),
    address: fc.constantFrom('203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4'),
  }),
  { maxLength: 300 },
)

describe('whatever strangers do', () => {
  test('the rightful person is in after a minute at most, from a place never seen', () => {
    fc.assert(
      fc.property(strangers, (all) => {
        const attempts = noAttempts()
        let now = NOW
        for (const { address, afterMs, name } of all) {
          now += afterMs
          attempt(attempts, { name, address }, false, now)
        }
        expect(waitFor(attempts, ANNA, now)).toBeLessThanOrEqual(PACES.name.mostMs)
        expect(attempt(attempts, ANNA, true, now + PACES.name.mostMs)).toBe('in')
      }),
    )
  })

  test('where the person signed in before there is no wait at all', () => {
    fc.assert(
      fc.property(strangers, (all) => {
        const attempts = noAttempts()
        expect(attempt(attempts, ANNA, true, NOW)).toBe('in')
        let now = NOW
        for (const { address, afterMs, name } of all) {
          now += afterMs
          attempt(attempts, { name, address }, false, now)
          if (now - NOW < KNOWN_MS) expect(waitFor(attempts, ANNA, now)).toBe(0)
        }
      }),
    )
  })

  test('guessing as fast as it goes, one address tries one name some three hundred times a day, all addresses together some fifteen hundred', () => {
    const tries = (addresses: number) => {
      const attempts = noAttempts()
      let count = 0
      for (let now = NOW; now < NOW + 86_400_000; now += 1000)
        for (let i = 0; i < addresses; i++)
          if (attempt(attempts, { name: 'anna', address: `203.0.113.${i}` }, false, now) === 'wrong') count += 1
      return count
    }
    expect(tries(1)).toBeLessThan(310)
    // As the name's wait ends, each of fifty addresses may be the one that tries.
    expect(tries(50)).toBeLessThan(1500)
  })
})
