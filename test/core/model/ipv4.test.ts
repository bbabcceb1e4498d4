import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatIpv4, parseIpv4 } from '../../../main/core/model/ipv4.ts'

test.each([
  ['0.0.0.0', 0],
  ['10.66.0.1', 0x0a420001],
  ['255.255.255.255', 0xffffffff],
  ['010.066.000.001', 0x0a420001],
  ['', null],
  ['10.66.0', null],
  ['10.66.0.', null],
  ['.10.66.0', null],
  ['10..0.1', null],
  ['10.66.0.1.2', null],
  ['10.66.0.256', null],
  ['10.66.0.0001', null],
  ['10.66.0.1 ', null],
  ['10.66.0.-1', null],
  ['10.66.0.1e', null],
])('%j is read as %s', (text, value) => expect(parseIpv4(text)).toBe(value))

test('every address comes back as it was written', () => {
  fc.assert(fc.property(fc.nat({ max: 0xffffffff }), (value) => parseIpv4(formatIpv4(value)) === value))
})
