import { expect, test } from 'vitest'
import { answerFile } from '../../../main/core/files/answer.ts'
import type { FileAnswer } from '../../../main/core/model/files.ts'
import { type Pack, packVersionId } from '../../../main/core/model/pack.ts'
import { applyChanges, emptyWorld, type MutableWorld } from '../../../main/core/model/world.ts'
import { readPack } from '../../../main/core/pack/check.ts'
import { packOf } from '../../../main/core/pack/pack-of.ts'
import { firmwareTarget } from '../../../main/core/pack/target.ts'
import { bytes, device, NOW } from '../../support/builders.ts'
import { inventedTexts } from '../../support/invented-family.ts'

const OLD = '02ac3e000001'
const NEW = '02ac3e000002'

function read(over: Record<string, string>): Pack {
  const pack = readPack(inventedTexts(over))
  if (!pack.ok) throw new Error(pack.refusal.message)
  return pack.value
}

const first = read({})
const source = inventedTexts()['pack.yaml'] ?? ''
/** Says hello in other words, serves the common file at another path, and knows a step on the way of firmware. */
const second = read({
  'pack.yaml': source
    .replace('revision: 1', 'revision: 2')
    .replace('/acme/common.json', '/acme/all.json')
    .replace('downgrade: refused', 'downgrade: refused, steps: [{ below: "2.0", through: "2.0" }]'),
  'templates/common.json': '{ "hello": "Acme 2" }\n',
})

/** Two phones of the family on the bench: one keeps version 1, the other follows the active version 2. */
function bench(): MutableWorld {
  const world = emptyWorld('bench')
  world.packs = [second]
  world.packVersions = new Map([[packVersionId(first.id, 1), first]])
  world.network = {
    interface: null,
    address: '10.66.0.1',
    prefixLength: 24,
    pool: { from: '10.66.0.20', to: '10.66.0.250' },
    httpUrl: 'http://10.66.0.1/',
  }
  world.profile.set('p', { id: 'p', name: 'p', packs: [], firmware: [{ pack: 'acme/desk', models: [], version: '3.0' }] })
  world.group.set('g', { id: 'g', name: 'g', profile: 'p' })
  const facts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
  for (const [mac, address, packVersion] of [
    [OLD, '10.66.0.20', 'acme/desk@1'],
    [NEW, '10.66.0.21', null],
  ] as const) {
    world.device.set(mac, device({ mac, group: 'g', pack: 'acme/desk', model: 'Desk 2', firmware: '1.0', address, packVersion }))
    world.lease.set(mac, { mac, address, facts, startedAt: NOW - 1, expiresAt: NOW + 1e9, releasedAt: null })
  }
  return world
}

function ask(world: MutableWorld, mac: string, path: string): FileAnswer {
  const decision = answerFile(
    {
      via: 'http',
      method: 'GET',
      path,
      userAgent: `AcmePhone/1.0 (DESK2; ${mac.toUpperCase()})`,
      peer: mac === OLD ? '10.66.0.20' : '10.66.0.21',
      credentials: null,
      fresh: bytes(1),
    },
    world,
    NOW,
  )
  applyChanges(world, decision.changes)
  return decision.reply
}

test('each phone gets the files of its own version, at the paths of its own version', () => {
  const world = bench()
  expect(ask(world, OLD, '/acme/common.json')).toMatchObject({ kind: 'text', body: expect.stringContaining('"Acme"') })
  expect(ask(world, OLD, '/acme/all.json')).toEqual({ kind: 'missing' })
  expect(ask(world, NEW, '/acme/all.json')).toMatchObject({ kind: 'text', body: expect.stringContaining('"Acme 2"') })
  expect(ask(world, NEW, '/acme/common.json')).toEqual({ kind: 'missing' })
  for (const mac of [OLD, NEW]) expect(ask(world, mac, `/acme/${mac.toUpperCase()}.json`)).toMatchObject({ kind: 'text' })
  expect(world.device.get(OLD)?.packVersion).toBe('acme/desk@1')
})

test('the firmware rules are those of its version, too', () => {
  const world = bench()
  const routes = [OLD, NEW].map((mac) => firmwareTarget(world.device.get(mac) ?? device(), world)?.route)
  expect(routes).toEqual([['3.0'], ['2.0', '3.0']])
})

test('a version that is gone, or of another pack, gives way to the active one', () => {
  const world = bench()
  const known = device({ pack: 'acme/desk' })
  expect(packOf({ ...known, packVersion: 'acme/desk@7' }, world)).toBe(second)
  expect(packOf({ ...known, packVersion: 'other/pack@1' }, world)).toBe(second)
  expect(packOf({ ...known, packVersion: 'acme/desk@2' }, world)).toBe(second)
  expect(packOf({ pack: null, packVersion: 'acme/desk@1' }, world)).toBeUndefined()
})
