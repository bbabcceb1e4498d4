import { describe, expect, test } from 'vitest'
import { isFit, licenceText, shippedLicences } from '../../build/scripts/licences.mjs'

const licences = shippedLicences()

describe('licences of what is shipped', () => {
  test('each is known to be fit, and stands in the file with its text', () => {
    expect(licences.filter(({ licence }) => !isFit(licence))).toEqual([])
    expect(licences.length).toBeGreaterThan(100)
    const names = new Set(licences.map(({ name }) => name))
    for (const name of ['koffi', 'react', 'fastify', 'zod', '@mantine/core', 'liquidjs', 'pkijs', 'yaml'])
      expect([name, names.has(name)]).toEqual([name, true])
    for (const name of ['electron', 'vitest', 'typescript', '@playwright/test']) expect([name, names.has(name)]).toEqual([name, false])
    const text = licenceText(licences)
    for (const { licence, name, version } of licences) expect(text).toContain(`${name} ${version}: ${licence}`)
    expect(licences.filter(({ text: own }) => own !== '').length).toBeGreaterThan(licences.length * 0.9)
  })

  test.each([
    ['MIT', true],
    ['(MIT OR GPL-2.0)', true],
    ['GPL-3.0', false],
    ['MIT AND GPL-3.0', false],
    ['MIT AND ISC', true],
    ['UNLICENSED', false],
    ['unknown', false],
    ['SEE LICENSE IN x', false],
  ])('%s: %s', (licence, fit) => expect(isFit(licence)).toBe(fit))
})
