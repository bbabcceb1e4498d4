import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { recorded } from '../../../main/core/audit/record.ts'
import { MASK } from '../../../main/core/settings/secret.ts'
import { issueToken } from '../../../main/core/access/token.ts'
import type { AuditEntry } from '../../../main/core/model/catalogue.ts'
import { applyChanges, type Change, emptyWorld, type MutableWorld } from '../../../main/core/model/world.ts'
import { loadCatalogue } from '../../../main/core/settings/catalogue.ts'
import { catalogueTaken } from '../../../main/core/staging/listed-by-catalogue.ts'
import { openWindow } from '../../../main/core/staging/commands.ts'
import { updateDevice } from '../../../main/core/staging/update.ts'
import { bundledPacksFolder } from '../../../main/packs/load.ts'
import { BASIC_RULES, bytes, device, NOW } from '../../support/builders.ts'
import { bundledPacks } from '../../support/pack-world.ts'

let world: MutableWorld
let secrets: string[]
let loadEntries: AuditEntry[]
let mac: string

function take(changes: readonly Change[]): AuditEntry[] {
  const all = recorded(changes, world)
  applyChanges(world, all)
  return all.flatMap((change) => (change.entity === 'audit' && change.value !== null ? [change.value] : []))
}

beforeAll(async () => {
  world = emptyWorld('bench')
  world.packs = await bundledPacks()
  const text = await readFile(join(bundledPacksFolder(), 'sample-catalogue.yaml'), 'utf8')
  const loaded = loadCatalogue(text, world, NOW)
  if (!loaded.ok) throw new Error(loaded.refusal.message)
  loadEntries = take(catalogueTaken(loaded.value, 'start', world, NOW).changes)
  mac = '805ec0123456'
  const token = issueToken(mac, { ...BASIC_RULES, digest: true }, bytes(3), NOW)
  world.token.set(mac, { mac, tokens: [token] })
  const keys = new Set(world.packs.flatMap((pack) => pack.settings.filter((one) => one.secret).map((one) => one.key)))
  const settings = [...world.layer.values()].flatMap((layer) =>
    layer.values.filter((one) => keys.has(one.key)).map((one) => String(one.value)),
  )
  secrets = [...[...world.line.values()].map((line) => line.sipPassword), ...settings, token.secret ?? '', token.ha1 ?? ''].filter(
    (one) => one !== '',
  )
})

describe('no entry holds a secret', () => {
  test('the sample catalogue has some, and loading it told none', () => {
    expect(secrets.length).toBeGreaterThan(3)
    expect(loadEntries).toHaveLength(1)
    for (const secret of secrets) expect(JSON.stringify(loadEntries)).not.toContain(secret)
    expect(JSON.stringify(loadEntries)).toContain(MASK)
  })

  test('every secret of the sample catalogue, typed into every field of an entry', () => {
    for (const secret of secrets) {
      for (const field of ['actor', 'detail', 'target'] as const) {
        const entry = { at: NOW, actor: 'a', action: 'b', target: 'c', detail: 'd', [field]: `see ${secret} here` }
        const [made] = take([{ entity: 'audit', id: 'x', value: entry }])
        expect(made?.[field]).toBe(`see ${MASK} here`)
      }
    }
  })

  test('every secret as a new value of every kind of record', () => {
    const group = [...world.group.keys()][0] ?? ''
    for (const secret of secrets) {
      const line = { number: '999', displayName: 'x', sipUser: 'x', sipAuthUser: null, sipPassword: secret, group, department: null }
      const changes: Change[] = [
        { entity: 'line', id: '999', value: line },
        { entity: 'group', id: 'new', value: { id: 'new', name: `named ${secret}`, profile: 'p' } },
        {
          entity: 'layer',
          id: 'group:new',
          value: {
            kind: 'group',
            id: 'new',
            locks: [],
            values: ['admin.password', 'x.unknown', 'provisioning.url', 'raw.lines'].map((key) => ({ key, value: `//u:${secret}@h` })),
          },
        },
        { entity: 'audit', id: 'x', value: { at: NOW, actor: 'a', action: 'b', target: 'c', detail: 'd' } },
      ]
      const told = JSON.stringify(recorded(changes, world).filter((change) => change.entity === 'audit'))
      expect(told).toContain('sipPassword')
      expect(told).not.toContain(secret)
    }
  })

  test('a password that comes with this very act is none to be told in its reason', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 6, maxLength: 20, unit: 'grapheme-ascii' }).filter((one) => !/[\\"/]/.test(one) && one.trim() === one),
        (secret) => {
          const line = {
            number: '998',
            displayName: 'x',
            sipUser: 'x',
            sipAuthUser: null,
            sipPassword: secret,
            group: 'g',
            department: null,
          }
          const entry = { at: NOW, actor: 'a', action: 'b', target: 'c', detail: `now it is ${secret}` }
          const all = recorded(
            [
              { entity: 'line', id: '998', value: line },
              { entity: 'audit', id: 'x', value: entry },
            ],
            world,
          )
          const made = all.find((change) => change.entity === 'audit')
          expect(made?.entity === 'audit' ? made.value?.detail : null).toBe(`now it is ${MASK}`)
        },
      ),
    )
  })
})

describe('before and after', () => {
  test('of a phone: what a person changed, and nothing it said itself', () => {
    world.device.clear()
    const added = take(openOrAdd())
    expect(added).toHaveLength(1)
    const [entry] = take(updateDevice({ mac, group: [...world.group.keys()][0] }, 'anna', world, NOW).changes)
    expect(entry).toMatchObject({ actor: 'anna', action: 'devices.update', target: mac })
    expect(entry?.changes).toContainEqual({ record: `device ${mac}`, field: 'group', before: null, after: [...world.group.keys()][0] })
    expect(JSON.stringify(entry?.changes)).not.toMatch(/staging|lastSeenAt/)
  })

  test('a mass change names the first and counts the rest', () => {
    const changes: Change[] = Array.from({ length: 500 }, (_, i) => ({
      entity: 'group',
      id: `g${i}`,
      value: { id: `g${i}`, name: `n${i}`, profile: 'p' },
    }))
    const [entry] = take([...changes, { entity: 'audit', id: 'x', value: { at: NOW, actor: 'a', action: 'b', target: 'c', detail: 'd' } }])
    expect(entry?.changes).toHaveLength(40)
    expect(entry?.more).toBe(1500 - 40)
  })
})

function openOrAdd(): Change[] {
  world.device.set(mac, device({ mac, windowStartAt: null, windowEndAt: null }))
  return [...openWindow({ mac, minutes: 60, reason: 'reset' }, 'anna', world, NOW).changes]
}
