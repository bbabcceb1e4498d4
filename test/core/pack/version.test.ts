import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareVersions, isVersion, sameVersion } from '../../../main/core/pack/version.ts'

describe('order', () => {
  // Each row older first; the forms are those of the families' headers and image names.
  it.each([
    ['66.85.0.5', '66.86.0.15'],
    ['66.86.0.9', '66.86.0.15'],
    ['5.9.0.9373', '5.9.2.6600'],
    ['5.9.0.9373', '5.10.0.1'],
    ['4.1.4.7430', '5.4.3.1014'],
    ['7-5-2a', '7-5-2b'],
    ['7.5.2', '7.5.2b'],
    ['7-5-2b', '7.5.5'],
    ['6.1.5', '6.1.5(a)'],
    ['11-1-0-MSR4', '11-1-0MSR4-1'],
    ['11-1-0', '11-1-0MSR4-1'],
    ['11-1-0MSR4-1', '11-2-1'],
    ['sip88xx.11-3-1', 'sip88xx.12-0-1'],
    ['11.3.1', 'sip88xx.12-0-1'],
    ['8.7.5.35', '10.1.33.33'],
    ['1.0.4.23', '1.0.17.5'],
    ['01.133', '01.140'],
    ['83.V2.11.0+build.a546b91', '83.V2.12.0+build.0'],
    ['83.V2.9.0', '83.V2.11.0'],
    ['05.20.0001', '05.20.0002'],
    ['05.20.0001', '5.30'],
    ['V450', 'V500B1'],
    ['V500B1', 'V510'],
    ['480B4', '480B5'],
    ['3.2.0.1011-SIP', '6.4.0.4006-SIP'],
    ['1_4_2_0_63880', '1_4_10_0_1'],
    ['2.2.8.61', '3.4.6.604'],
    ['1.0.0-beta2', '1.0.0'],
    ['1.0.0-alpha', '1.0.0-beta'],
    ['42.250.00.000.000', '42.251.00.000.000'],
    ['9007199254740993.1', '9007199254740993.2'],
    ['9007199254740992', '9007199254740993'],
  ])('%s is older than %s', (older, newer) => {
    expect(compareVersions(older, newer)).toBeLessThan(0)
    expect(compareVersions(newer, older)).toBeGreaterThan(0)
    expect(sameVersion(older, newer)).toBe(false)
  })

  it.each([
    ['7.5.2b', '7-5-2b'],
    ['7.5.2b', '7.5.2B'],
    ['1.0', '1.0.0'],
    ['12-0-1', 'sip88xx.12-0-1'],
    ['01.133', '1.133'],
    ['5.20.1', '05.20.0001'],
    ['6.4.0.4006', '6.4.0.4006-SIP'],
    ['83.V2.11.0', '83.V2.11.0+build.a546b91'],
    ['V2.11.0', '2.11.0'],
    ['83.V2.11.0+build.a546b91', '2.11.0'],
    ['11-1-0-MSR4', '11-1-0MSR4'],
    ['6.1.5(a)', '6.1.5a'],
    ['82.2.18.4-release', '82.2.18.4'],
  ])('%s is %s', (a, b) => {
    expect(compareVersions(a, b)).toBe(0)
    expect(sameVersion(a, b)).toBe(true)
  })

  it('two builds of one version have no order and are not the same', () => {
    expect(compareVersions('83.V2.11.0+build.a546b91', '83.V2.11.0+build.1')).toBe(0)
    expect(sameVersion('83.V2.11.0+build.a546b91', '83.V2.11.0+build.1')).toBe(false)
  })

  it('a text without a number is no version and the same as itself alone', () => {
    expect(isVersion('latest')).toBe(false)
    expect(sameVersion('latest', 'latest')).toBe(true)
    expect(sameVersion('latest', 'newest')).toBe(false)
    expect(sameVersion('', '0')).toBe(false)
  })
})

describe('properties', () => {
  const piece = fc.oneof(
    fc.nat(30).map(String),
    fc.constantFrom('.', '-', '_', '+', '(a)', 'b', 'MSR', 'V', 'beta', 'rc', 'sip88xx.', '00', '-SIP'),
  )
  const text = fc.oneof(
    fc.array(piece, { maxLength: 8 }).map((all) => all.join('')),
    fc.string({ unit: 'binary' }),
  )

  it('orders any three texts', () => {
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(compareVersions(a, a)).toBe(0)
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0)
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) expect(compareVersions(a, c)).toBeLessThanOrEqual(0)
      }),
      { numRuns: 3000 },
    )
  })

  it('numbers are compared as numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), (a, b) => {
        const length = Math.max(a.length, b.length)
        const at = (list: readonly number[], i: number) => list[i] ?? 0
        const differing = Array.from({ length }, (_, i) => at(a, i) - at(b, i)).find((one) => one !== 0) ?? 0
        expect(Math.sign(compareVersions(a.join('.'), b.join('-')))).toBe(Math.sign(differing))
      }),
    )
  })
})
