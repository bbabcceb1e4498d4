import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firmwareRoute } from '../../../main/core/pack/route.ts'
import { compareVersions } from '../../../main/core/pack/version.ts'

/** As the sources name them: Cisco SPA, Snom M, and a chain. */
const SPA = [{ below: '7.5.2b', through: '7.5.2b' }]
const SNOM_M = [{ below: 'V500B1', through: 'V500B1' }]
const CHAIN = [
  { below: '3.0', through: '3.0' },
  { below: '2.0', through: '2.0' },
  { below: '4.0', through: '4.5' },
]

describe('the way from what runs to what is wanted', () => {
  it.each([
    ['old', '7.4.9c', '7.5.5', SPA, ['7.5.2b', '7.5.5']],
    ['at the step', '7.5.2b', '7.5.5', SPA, ['7.5.5']],
    ['at the step, spelled as the image is', '7-5-2b', '7.5.5', SPA, ['7.5.5']],
    ['between', '7.5.3', '7.5.5', SPA, ['7.5.5']],
    ['the step is the target', '7.4.9c', '7-5-2b', SPA, ['7-5-2b']],
    ['a target before the step', '7.4.8', '7.4.9c', SPA, ['7.4.9c']],
    ['back', '7.5.5', '7.4.9c', SPA, ['7.4.9c']],
    ['no steps known', '1.0', '9.0', [], ['9.0']],
    ['a jump over the middle', 'V450', 'V510', SNOM_M, ['V500B1', 'V510']],
    ['three steps, however they are written', '1.0', '5.0', CHAIN, ['2.0', '3.0', '4.5', '5.0']],
    ['the last of three', '3.5', '5.0', CHAIN, ['4.5', '5.0']],
    ['none of three', '4.1', '5.0', CHAIN, ['5.0']],
    ['already there', '5.0', '5.0', CHAIN, ['5.0']],
  ])('%s: %s to %s', (_, from, to, steps, wanted) => {
    expect(firmwareRoute(from, to, steps)).toEqual(wanted)
  })

  const version = fc.integer({ min: 1, max: 20 }).map((n) => `${n}.0`)
  const steps = fc.array(fc.record({ below: version, through: version }), { maxLength: 6 })

  it('ends at the target, climbs at every step, and jumps over no step it needs', () => {
    fc.assert(
      fc.property(version, version, steps, (from, to, known) => {
        const route = firmwareRoute(from, to, known)
        expect(route.at(-1)).toBe(to)
        let at = from
        for (const next of route.slice(0, -1)) {
          expect(compareVersions(at, next)).toBeLessThan(0)
          const skipped = known.filter(
            ({ below, through }) =>
              compareVersions(at, below) < 0 && compareVersions(at, through) < 0 && compareVersions(through, next) < 0,
          )
          expect(skipped).toEqual([])
          at = next
        }
        const left = known.filter(
          ({ below, through }) => compareVersions(at, below) < 0 && compareVersions(at, through) < 0 && compareVersions(through, to) < 0,
        )
        expect(left).toEqual([])
        expect(firmwareRoute(at, to, known)).toEqual([to])
      }),
      { numRuns: 1000 },
    )
  })
})
