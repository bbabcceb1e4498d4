import { expect, test } from 'vitest'
import { optionBytes } from '../../main/core/dhcp/option-value.ts'
import { EXAMPLE_FACTS, fillPlaceholders } from '../../main/core/dhcp/placeholders.ts'
import { bundledPacksFolder, loadPacks } from '../../main/packs/load.ts'

const { packs } = await loadPacks([bundledPacksFolder()])
const written = (id: string, code: number) => {
  const value = packs.find((pack) => pack.id === id)?.dhcp.options[code]
  const bytes = value === undefined ? null : optionBytes(code, fillPlaceholders(value, EXAMPLE_FACTS))
  return bytes === null ? null : Buffer.from(bytes).toString('latin1')
}

test('every DHCP option of every bundled pack can be written', () => {
  const bad = packs.flatMap((pack) =>
    Object.keys(pack.dhcp.options).flatMap((code) => (written(pack.id, Number(code)) === null ? [`${pack.id} ${code}`] : [])),
  )
  expect(bad).toEqual([])
})

test('43 in the form of its maker: Snom ends each text with a zero byte, Mitel has server and redirect service as 2 and 3', () => {
  expect(written('snom/d', 43)).toBe('\x42\x12http://10.66.0.1/\0')
  for (const id of ['mitel/6800-6900', 'mitel/aastra']) expect(written(id, 43)).toBe('\x02\x11http://10.66.0.1/\x03\x01\0')
})

test('150 is addresses, 66 a URL or an address, never with a zero byte', () => {
  expect(written('cisco/enterprise', 150)).toBe('\n\x42\0\x01')
  for (const pack of packs) expect(written(pack.id, 66) ?? '').not.toContain('\0')
})
