import { createRouterClient } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import type { ApiParts } from '../../main/api/parts.ts'
import { settingsHandlers } from '../../main/api/settings.ts'
import { createLoop } from '../../main/bench/loop.ts'
import { applyChanges } from '../../main/core/model/world.ts'
import { NOW } from '../support/builders.ts'
import { put, smallWorld } from '../core/settings/small-world.ts'

function start() {
  const world = smallWorld()
  const phones = [put(world, { lines: ['10'] }), put(world, { lines: ['11'] })] as const
  const store = { world, commit: async (changes: Parameters<typeof applyChanges>[1]) => applyChanges(world, changes), append: () => {} }
  const loop = createLoop({ store, clock: { now: () => NOW }, log: () => {}, onCommitted: [], perform: () => {} } as never)
  const client = createRouterClient(settingsHandlers({ loop, store, now: () => NOW } as unknown as ApiParts), {
    context: { actor: 'test' },
  })
  return { world, phones, client }
}

describe('settings.import', () => {
  it('takes a table whole, with a line in the audit log; a dry run only tells', async () => {
    const { client, phones, world } = start()
    const csv = `\uFEFFMAC;sip.expires;keys.1.label\r\n${phones[0].mac};600;Home\r\n\r\n${phones[1].mac};;"Front; desk"\r\n`
    expect(await client.import({ csv, dryRun: true })).toEqual({ phones: 2, errors: [] })
    expect([world.layer.size, world.audit.size]).toEqual([0, 0])
    expect(await client.import({ csv })).toEqual({ phones: 2, errors: [] })
    expect(world.layer.get(`device:${phones[1].mac}`)?.values).toEqual([{ key: 'keys.1.label', value: 'Front; desk' }])
    expect([...world.audit.values()]).toMatchObject([{ actor: 'test', action: 'settings.import', detail: '2 phones' }])
  })

  it.each([
    ['a wrong type', 'mac,sip.expires\n$1,600\n$2,often\n', '3 sip.expires SETTING_INVALID'],
    ['a column nobody knows', 'mac,sip.hope\n$1,600\n', '1 sip.hope CSV_COLUMN_UNKNOWN'],
    ['a row of another shape', 'mac,sip.expires\n$1,600\n$2\n', '3 null CSV_ROW_SHAPE'],
    ['no column of MACs', 'sip.expires\n600\n', '1 mac CSV_COLUMN_MISSING'],
    ['an open quote', 'mac,sip.expires\n$1,"600\n', '2 null CSV_QUOTES'],
  ])('refuses %s whole, with row and column', async (_, text, wanted) => {
    const { client, phones, world } = start()
    const { errors, phones: count } = await client.import({ csv: text.replace('$1', phones[0].mac).replace('$2', phones[1].mac) })
    expect(errors.map((one) => `${one.row} ${one.column} ${one.code}`).map((one) => one.replace(/^\d+ null/, wanted.slice(0, 6)))).toEqual([
      wanted,
    ])
    expect([count, world.layer.size]).toEqual([0, 0])
  })

  it('says which columns a table of settings has, not those of a list of phones', async () => {
    const { client } = start()
    const { errors } = await client.import({ csv: 'sip.expires\n600\n' })
    expect(errors[0]?.hint).toBe('First line: mac, and the keys of settings (sip.expires, keys.1.label)')
  })

  it('keeps to the role it is sent with', async () => {
    const { client, phones } = start()
    const { errors } = await client.import({
      csv: `mac,sip.expires\n${phones[0].mac},600\n`,
      as: { role: 'endUser', device: phones[0].mac },
    })
    expect(errors).toMatchObject([{ row: 2, column: 'sip.expires', code: 'SETTING_ROLE_FORBIDDEN' }])
  })
})
