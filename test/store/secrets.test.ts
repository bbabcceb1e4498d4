import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Change } from '../../main/core/model/world.ts'
import { issueToken } from '../../main/core/access/token.ts'
import { BASIC_RULES, bytes, MAC, NOW } from '../support/builders.ts'
import { waitFor } from '../support/wait-for.ts'
import { filesWith, names, newFolder, open, pair } from './folder.ts'

const token = issueToken(MAC, { ...BASIC_RULES, digest: true }, bytes(7), NOW)
const SECRETS = {
  token: token.secret ?? '',
  ha1: token.ha1 ?? '',
  sip: 'sip-password-4711',
  layer: 'admin-password-4712',
  kept: 'kept-password-4715',
  sync: 'sync-key-4713',
  url: 'http://user:url-password-4714@10.66.0.1/',
}

const RECORDS: Change[] = [
  { entity: 'token', id: MAC, value: { mac: MAC, tokens: [token] } },
  {
    entity: 'line',
    id: '100',
    value: {
      number: '100',
      group: 'g',
      department: null,
      displayName: 'Anna',
      sipUser: '100',
      sipAuthUser: null,
      sipPassword: SECRETS.sip,
    },
  },
  {
    entity: 'layer',
    id: 'group:g',
    value: { kind: 'group', id: 'g', values: [{ key: 'web.admin.password', value: SECRETS.layer, model: 'T46S' }], locks: [] },
  },
  {
    entity: 'kept',
    id: '100',
    value: {
      number: '100',
      phones: [
        {
          mac: MAC,
          model: null,
          removedAt: NOW,
          values: [{ key: 'admin.password', value: SECRETS.kept }],
          locks: [],
          lines: [],
          profile: null,
        },
      ],
    },
  },
  { entity: 'sync', id: 'bench', value: { acknowledged: 1, lastSyncAt: null, central: 'https://c', benchId: 'b', key: SECRETS.sync } },
  {
    entity: 'dhcpConfig',
    id: 'bench',
    value: {
      answer: 'claimed',
      pool: null,
      leaseSeconds: 60,
      conflictCheck: true,
      options: { 66: SECRETS.url },
      classes: [{ vendorClass: 'x', options: { 160: SECRETS.url } }],
      reservations: {},
      relays: [],
    },
  },
  { entity: 'outbox', id: '1', value: { number: 1, at: NOW, kind: 'token', body: { mac: MAC, ha1: SECRETS.ha1 } } },
]

test('no secret is in clear in any file of the folder, in journal or snapshot, and all are back after a restart', async () => {
  const folder = await newFolder()
  const store = await open(folder, { checkpointBytes: 2000 })
  await store.commit(RECORDS)
  for (let i = 0; i < 20; i++) await store.commit(pair(i, 'makes the journal long enough for a snapshot'))
  await waitFor('a snapshot', async () => (await names(folder, /^snapshot-\d+\.ndjson$/)).length > 0)
  await store.commit(RECORDS)
  await store.close()
  for (const secret of Object.values(SECRETS)) expect([secret, await filesWith(folder, secret)]).toEqual([secret, []])
  // The search finds what is not sealed.
  expect(await filesWith(folder, token.hash)).not.toEqual([])

  const again = await open(folder)
  for (const { entity, id, value } of RECORDS) expect(again.world[entity].get(id)).toEqual(value)
  await again.close()
})

test('what is null stays null: a proven token has nothing to seal', async () => {
  const folder = await newFolder()
  const store = await open(folder)
  await store.commit([{ entity: 'token', id: MAC, value: { mac: MAC, tokens: [{ ...token, state: 'proven', secret: null, ha1: null }] } }])
  await store.close()
  expect(await readFile(join(folder, 'journal-1.ndjson'), 'utf8')).not.toContain('$sealed')
})
