import { expect, test } from 'vitest'
import { joinDefinitions } from '../../../main/core/settings/joined.ts'
import { normalOf } from '../../../main/core/settings/normal.ts'
import { bundledPacks } from '../../support/pack-world.ts'

const packs = await bundledPacks()
const only = (id: string) => packs.filter((pack) => pack.id === id)

test('with several families in scope the norm speaks, never the words of one of them', () => {
  const all = joinDefinitions(packs, packs)
  for (const key of ['provisioning.zeroTouch', 'provisioning.repeatMinutes', 'sip.registrar.host'])
    expect(all.find((one) => one.key === key)).toMatchObject({ label: normalOf(key)?.label, help: normalOf(key)?.help })
  expect(all.find((one) => one.key === 'keys.3.action')?.label).toBe(normalOf('keys.3.action')?.label.replaceAll('{n}', '3'))
  for (const { label, help } of all) expect(`${label} ${help}`).not.toMatch(/\{[nm]\}/)
})

test('a family alone says it in its own words', () => {
  const [mitel] = only('mitel/6800-6900')
  if (mitel === undefined) throw new Error('no pack')
  const zeroTouch = joinDefinitions([mitel], packs).find((one) => one.key === 'provisioning.zeroTouch')
  expect(zeroTouch?.label).toBe("Asks Mitel's redirect service (RCS)")
})
